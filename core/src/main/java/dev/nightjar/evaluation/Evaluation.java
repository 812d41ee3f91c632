/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.evaluation;

import dev.nightjar.Classification;
import dev.nightjar.ScoredLabel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Counts a classifier's answers against the expected labels and measures how good they are.
 *
 * <p>A rejected text has no label: it counts as a wrong answer for the label that was expected, never for another one.
 * The macro measures are plain means over labels, whatever their frequency: {@link #macroRecall()} averages the labels
 * that were expected at least once, {@link #macroF1()} those that were expected or answered at least once. A label that
 * did not occur at all does not weigh in. Where a quotient has no denominator, it is 0. How far the scores can be
 * trusted is measured by {@link Reliability}.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class Evaluation {
    /** How often {@link #interval} resamples the texts: {@value}. */
    public static final int RESAMPLES = 1000;

    private static final double TAIL = 0.025;
    private static final long SEED = 42;

    private final List<String> labels = new ArrayList<>();
    /** Answers by expected label (row) and answered label (column), both in the order of the labels. */
    private long[][] counts;

    private long[] rejections;

    /**
     * An evaluation without answers.
     *
     * @param labels the labels in the order in which to show them; a label that first occurs later follows them
     */
    public Evaluation(List<String> labels) {
        counts = new long[labels.size()][labels.size()];
        rejections = new long[labels.size()];
        labels.forEach(this::index);
    }

    /** Counts an answer. */
    public void add(String expected, String answered) {
        int row = index(expected);
        int column = index(answered);
        counts[row][column]++;
    }

    /** Counts an answer: the best label, or a rejection. */
    public void add(String expected, Classification answer) {
        Optional<ScoredLabel> top = answer.top();
        if (top.isPresent()) {
            add(expected, top.get().label());
        } else {
            int row = index(expected);
            rejections[row]++;
        }
    }

    /** The labels: those given at the start, then others as they occurred. */
    public List<String> labels() {
        return List.copyOf(labels);
    }

    /** How many answers were counted, rejections included. */
    public long total() {
        return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum() + rejected();
    }

    /** How many texts were rejected. */
    public long rejected() {
        return Arrays.stream(rejections).sum();
    }

    /** How many texts had a label; 0 for one that was never expected. */
    public long expected(String label) {
        int i = labels.indexOf(label);
        return i < 0 ? 0 : expected(i);
    }

    /** The confusion matrix, a copy: by expected label (row) and answered label (column); rejections are not in it. */
    public long[][] confusion() {
        return Arrays.stream(counts)
                .map(row -> Arrays.copyOf(row, labels.size()))
                .limit(labels.size())
                .toArray(long[][]::new);
    }

    /** The share of right answers, from 0 to 1. */
    public double accuracy() {
        long right = 0;
        for (int i = 0; i < labels.size(); i++) {
            right += counts[i][i];
        }
        return quotient(right, total());
    }

    /** Of the answers that were a label, the share that was right; 0 for a label that was never answered. */
    public double precision(String label) {
        int i = labels.indexOf(label);
        return i < 0 ? 0 : quotient(counts[i][i], answered(i));
    }

    /** Of the texts that had a label, the share that was answered so; 0 for a label that was never expected. */
    public double recall(String label) {
        int i = labels.indexOf(label);
        return i < 0 ? 0 : quotient(counts[i][i], expected(i));
    }

    /** The harmonic mean of precision and recall of a label; 0 for one that did not occur. */
    public double f1(String label) {
        int i = labels.indexOf(label);
        return i < 0 ? 0 : quotient(2 * counts[i][i], expected(i) + answered(i));
    }

    /** The mean recall of the labels that were expected at least once, from 0 to 1. */
    public double macroRecall() {
        return mean(
                labels.stream()
                        .filter(label -> expected(labels.indexOf(label)) > 0)
                        .toList(),
                this::recall);
    }

    /** The mean F1 of the labels that were expected or answered at least once, from 0 to 1. */
    public double macroF1() {
        return mean(
                labels.stream()
                        .filter(label -> expected(labels.indexOf(label)) + answered(labels.indexOf(label)) > 0)
                        .toList(),
                this::f1);
    }

    /**
     * The 95 % confidence interval of a measure, by bootstrap: {@value #RESAMPLES} samples as large as the original are
     * drawn from the texts with replacement, and the interval runs from the 2.5 % to the 97.5 % quantile of the measure
     * over these samples. It is what other texts of the same kind would change; the same counts give the same interval.
     *
     * @param measure such as {@code Evaluation::macroF1}
     */
    public Interval interval(ToDoubleFunction<Evaluation> measure) {
        int[] outcomes = outcomes();
        if (outcomes.length == 0) {
            double value = measure.applyAsDouble(this);
            return new Interval(value, value);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] values = IntStream.range(0, RESAMPLES)
                .mapToDouble(i -> measure.applyAsDouble(resampled(outcomes, random)))
                .sorted()
                .toArray();
        int tail = (int) Math.round(TAIL * RESAMPLES);
        return new Interval(values[tail], values[RESAMPLES - 1 - tail]);
    }

    /** Where each text was counted: row × (labels + 1) + column, the last column being that of the rejections. */
    private int[] outcomes() {
        int[] outcomes = new int[Math.toIntExact(total())];
        int size = labels.size();
        int end = 0;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column <= size; column++) {
                int start = end;
                end += Math.toIntExact(column < size ? counts[row][column] : rejections[row]);
                Arrays.fill(outcomes, start, end, row * (size + 1) + column);
            }
        }
        return outcomes;
    }

    private Evaluation resampled(int[] outcomes, SplittableRandom random) {
        Evaluation resampled = new Evaluation(labels);
        int size = labels.size();
        for (int i = 0; i < outcomes.length; i++) {
            int outcome = outcomes[random.nextInt(outcomes.length)];
            int row = outcome / (size + 1);
            int column = outcome % (size + 1);
            if (column < size) {
                resampled.counts[row][column]++;
            } else {
                resampled.rejections[row]++;
            }
        }
        return resampled;
    }

    private long expected(int row) {
        return Arrays.stream(counts[row]).sum() + rejections[row];
    }

    private long answered(int column) {
        return Arrays.stream(counts).mapToLong(row -> row[column]).sum();
    }

    private int index(String label) {
        int known = labels.indexOf(label);
        if (known >= 0) {
            return known;
        }
        labels.add(label);
        int size = labels.size();
        if (counts.length < size) {
            long[][] grown = new long[size][size];
            for (int i = 0; i < counts.length; i++) {
                System.arraycopy(counts[i], 0, grown[i], 0, counts[i].length);
            }
            counts = grown;
            rejections = Arrays.copyOf(rejections, size);
        }
        return size - 1;
    }

    private static double mean(List<String> labels, ToDoubleFunction<String> measure) {
        return labels.stream().mapToDouble(measure).average().orElse(0);
    }

    private static double quotient(long numerator, long denominator) {
        return denominator == 0 ? 0 : (double) numerator / denominator;
    }

    /**
     * Where a measure lies.
     *
     * <p>Immutable.
     *
     * @param low the lower end
     * @param high the upper end
     * @since 0.1.0
     */
    public record Interval(double low, double high) {}
}
