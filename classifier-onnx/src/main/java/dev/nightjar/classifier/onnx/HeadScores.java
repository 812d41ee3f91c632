/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.classifier.onnx.ModelConfig.Head;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the numbers of a head become the scores of its labels. Most models give logits; some give what their softmax or
 * sigmoid made of these, which is seen on the numbers of some texts and not applied again.
 *
 * <p>One number is a question with the answers yes and no: its score is that of yes.
 *
 * <p>Immutable.
 */
final class HeadScores {
    /** Where an answer of one number turns to yes unless configured. */
    static final double EVEN = 0.5;

    private static final double SUM_TOLERANCE = 0.01;

    /** What float's sigmoid can no longer tell from 1 is far below. */
    private static final double LARGEST_LOGIT = 40;

    private final LabelSet labels;
    private final boolean oneNumber;
    private final Form form;
    private final double temperature;
    private final double shift;

    private HeadScores(LabelSet labels, boolean oneNumber, Form form, double temperature, double shift) {
        this.labels = labels;
        this.oneNumber = oneNumber;
        this.form = form;
        this.temperature = temperature;
        this.shift = shift;
    }

    /** What a model gives for its labels. */
    private enum Form {
        LOGITS,
        /** They sum to 1. */
        SOFTMAX,
        /** Each is between 0 and 1. */
        SIGMOID
    }

    /**
     * Finds out what the numbers of a head are.
     *
     * @param examples what the head gave for some texts
     * @param hasSigmoid whether the model computes a sigmoid anywhere
     * @param threshold from which score on an answer of one number is yes
     * @throws IllegalArgumentException if the labels do not fit the numbers; its message completes "model.onnx ..."
     */
    static HeadScores of(Head head, List<float[]> examples, boolean hasSigmoid, double threshold) {
        int width = examples.get(0).length;
        List<String> names = head.labels();
        if (!fits(names.size(), width)) {
            throw new IllegalArgumentException("gives " + width + " numbers, not one for each of the " + names.size()
                    + " labels of config.json or of the option 'labels'");
        }
        boolean oneNumber = width == 1;
        Form form = form(examples, hasSigmoid);
        if (oneNumber && form == Form.SOFTMAX) {
            throw new IllegalArgumentException(
                    "gives 1 for every text, a softmax over its only number; export it without the softmax");
        }
        LabelSet labels = oneNumber
                ? new LabelSet(answers(names), ProblemType.SINGLE_LABEL)
                : new LabelSet(
                        names.isEmpty() ? numbered(width) : names,
                        head.problemType().orElse(ProblemType.SINGLE_LABEL));
        return new HeadScores(
                labels, oneNumber, form, head.temperature(), Math.log(threshold) - Math.log1p(-threshold));
    }

    /** Whether so many numbers answer for so many labels, of which 0 are any. */
    static boolean fits(int labels, int numbers) {
        return labels == 0 || labels == numbers || (numbers == 1 && labels == 2);
    }

    /**
     * Refuses names that no labels have, if there are any.
     *
     * @throws IllegalArgumentException if two are the same or one is blank
     */
    static void requireNames(List<String> names) {
        if (!names.isEmpty()) {
            new LabelSet(names, ProblemType.SINGLE_LABEL);
        }
    }

    LabelSet labels() {
        return labels;
    }

    /** Whether the head gives one number, so that a threshold decides. */
    boolean isOneNumber() {
        return oneNumber;
    }

    /** The scores of the labels, in their order. */
    double[] scores(float[] numbers) {
        double[] logits = IntStream.range(0, numbers.length)
                .mapToDouble(i -> logit(numbers[i]))
                .toArray();
        if (!oneNumber) {
            return labels.problemType().scores(logits, temperature);
        }
        double[] yes = {logits[0] / temperature - shift};
        double score = ProblemType.MULTI_LABEL.scores(yes, 1)[0];
        return new double[] {1 - score, score};
    }

    private double logit(double number) {
        if (form == Form.LOGITS) {
            return number;
        }
        return form == Form.SOFTMAX && labels.problemType() == ProblemType.SINGLE_LABEL
                ? Math.log(Math.max(number, 0))
                : Math.max(-LARGEST_LOGIT, Math.min(LARGEST_LOGIT, Math.log(number) - Math.log1p(-number)));
    }

    private static Form form(List<float[]> examples, boolean hasSigmoid) {
        boolean allShares = true;
        boolean allSumToOne = true;
        for (float[] numbers : examples) {
            double sum = 0;
            for (float number : numbers) {
                allShares &= 0 <= number && number <= 1;
                sum += number;
            }
            allSumToOne &= Math.abs(sum - 1) <= SUM_TOLERANCE;
        }
        return !allShares ? Form.LOGITS : allSumToOne ? Form.SOFTMAX : hasSigmoid ? Form.SIGMOID : Form.LOGITS;
    }

    /** No and yes, by what yes is called. */
    private static List<String> answers(List<String> names) {
        if (names.size() == 2) {
            return names;
        }
        boolean isNamed = !names.isEmpty() && !names.equals(numbered(1));
        return isNamed ? List.of("not " + names.get(0), names.get(0)) : List.of("no", "yes");
    }

    /** As Python calls labels that have no names. */
    private static List<String> numbered(int width) {
        return IntStream.range(0, width).mapToObj(i -> "LABEL_" + i).toList();
    }
}
