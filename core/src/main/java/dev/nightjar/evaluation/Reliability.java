/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.evaluation;

import dev.nightjar.Classification;
import dev.nightjar.ScoredLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures how far a classifier's scores can be trusted: whether answers with a score of 0.8 are right in eight of ten
 * cases, and how much better the answers are if those below a threshold are left out.
 *
 * <p>The calibration error is that of Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017): the answers
 * are put into {@value #BINS} bins of equal width by their best score, each including its upper end. The error is the
 * mean difference between a bin's accuracy and its mean score, weighted by the number of answers. Rejected texts have
 * no score: they are in no bin, and count as not covered.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class Reliability {
    /** Into how many bins the scores from 0 to 1 are put: {@value}. */
    public static final int BINS = 15;

    private final List<Graded> answers = new ArrayList<>();
    private long rejected;

    /** Counts an answer. */
    public void add(String expected, Classification answer) {
        Optional<ScoredLabel> top = answer.top();
        if (top.isPresent()) {
            answers.add(new Graded(top.get().score(), top.get().label().equals(expected)));
        } else {
            rejected++;
        }
    }

    /** The expected calibration error, from 0 to 1; 0 without answers. */
    public double calibrationError() {
        double error = 0;
        for (Sums bin : sums()) {
            error += Math.abs(bin.scores - bin.right);
        }
        return answers.isEmpty() ? 0 : error / answers.size();
    }

    /** The bins, {@value #BINS} of them, lowest first; some may hold no answers. */
    public List<Bin> bins() {
        List<Bin> bins = new ArrayList<>(BINS);
        for (Sums bin : sums()) {
            int i = bins.size();
            double divisor = Math.max(1, bin.answers);
            bins.add(new Bin(
                    (double) i / BINS,
                    (double) (i + 1) / BINS,
                    bin.answers,
                    bin.scores / divisor,
                    bin.right / divisor));
        }
        return bins;
    }

    private List<Sums> sums() {
        List<Sums> bins = Stream.generate(Sums::new).limit(BINS).toList();
        for (Graded answer : answers) {
            Sums bin = bins.get(Math.max(0, (int) Math.ceil(answer.score * BINS) - 1));
            bin.answers++;
            bin.right += answer.right ? 1 : 0;
            bin.scores += answer.score;
        }
        return bins;
    }

    /** What each threshold would leave: one for every score that occurred, highest first; none without answers. */
    public List<Threshold> thresholds() {
        List<Graded> sorted = answers.stream()
                .sorted(Comparator.comparingDouble(Graded::score).reversed())
                .toList();
        List<Threshold> thresholds = new ArrayList<>();
        double texts = answers.size() + rejected;
        double right = 0;
        for (int i = 0; i < sorted.size(); i++) {
            double score = sorted.get(i).score;
            right += sorted.get(i).right ? 1 : 0;
            if (i + 1 == sorted.size() || sorted.get(i + 1).score < score) {
                thresholds.add(new Threshold(score, (i + 1) / texts, right / (i + 1)));
            }
        }
        return thresholds;
    }

    /** A best score, and whether its label was the expected one. */
    private record Graded(double score, boolean right) {}

    /** The sums over the answers of a bin. */
    private static final class Sums {
        long answers;
        long right;
        double scores;
    }

    /**
     * The answers whose best score is in one range.
     *
     * <p>Immutable.
     *
     * @param from the lower end, not in the range (0 is in the first)
     * @param to the upper end, in the range
     * @param answers how many there are
     * @param score the mean of their best scores; 0 for none
     * @param accuracy the share of them that is right; 0 for none
     * @since 0.1.0
     */
    public record Bin(double from, double to, long answers, double score, double accuracy) {}

    /**
     * What remains where only answers count whose best score is at least so high.
     *
     * <p>Immutable.
     *
     * @param score the least best score
     * @param coverage the share of all texts, rejected ones included, that have such an answer
     * @param accuracy the share of these answers that is right
     * @since 0.1.0
     */
    public record Threshold(double score, double coverage, double accuracy) {}
}
