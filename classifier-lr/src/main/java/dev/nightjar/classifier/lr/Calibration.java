/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.evaluation.Reliability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The temperature that makes a model's scores fit labelled texts best, and how good the model is on them.
 *
 * @param temperature the divisor of the logits
 * @param metrics by name, from 0 to 1 except the number of texts
 */
record Calibration(double temperature, Map<String, Double> metrics) {
    private static final double LOWEST = Math.log(0.05);
    private static final double HIGHEST = Math.log(20);
    private static final int STEPS = 60;

    /**
     * Measures a model whose temperature is 1.
     *
     * @throws ConfigException if a text has a label that the model does not have
     */
    static Calibration of(Classifier classifier, List<LabelledText> texts) {
        List<String> labels = classifier.labels().names();
        for (LabelledText text : texts) {
            if (!labels.contains(text.label())) {
                throw new ConfigException(
                        "The validation has the label '" + text.label() + "', the training only " + labels);
            }
        }
        Evaluation evaluation = new Evaluation(labels);
        List<double[]> logits = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<Classification> answers =
                classifier.classifyAll(texts.stream().map(LabelledText::text).toList());
        for (int i = 0; i < answers.size(); i++) {
            String label = texts.get(i).label();
            evaluation.add(label, answers.get(i));
            if (answers.get(i) instanceof Scored scored) {
                logits.add(logits(scored, labels));
                expected.add(labels.indexOf(label));
            }
        }
        double temperature = temperature(logits, expected);
        Reliability reliability = new Reliability();
        for (int i = 0; i < logits.size(); i++) {
            reliability.add(labels.get(expected.get(i)), scored(classifier, softmax(logits.get(i), temperature)));
        }
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("texts", (double) texts.size());
        metrics.put("accuracy", evaluation.accuracy());
        metrics.put("macro-f1", evaluation.macroF1());
        metrics.put("macro-recall", evaluation.macroRecall());
        metrics.put("calibration-error", reliability.calibrationError());
        return new Calibration(temperature, metrics);
    }

    /** Other metrics of the model, and these, named {@code validation.}... */
    Map<String, Double> addedTo(Map<String, Double> others) {
        Map<String, Double> all = new TreeMap<>(others);
        metrics.forEach((name, value) -> all.put("validation." + name, value));
        return all;
    }

    /** The logits of an answer, up to a constant. */
    private static double[] logits(Scored scored, List<String> labels) {
        return labels.stream()
                .mapToDouble(label -> Math.log(Math.max(scored.score(label).orElse(0), Double.MIN_NORMAL)))
                .toArray();
    }

    /** The temperature of the least cross-entropy, by golden section of its logarithm: there is one minimum. */
    private static double temperature(List<double[]> logits, List<Integer> expected) {
        if (logits.isEmpty()) {
            return 1;
        }
        double ratio = (Math.sqrt(5) - 1) / 2;
        double low = LOWEST;
        double high = HIGHEST;
        for (int step = 0; step < STEPS; step++) {
            double left = high - ratio * (high - low);
            double right = low + ratio * (high - low);
            if (crossEntropy(logits, expected, Math.exp(left)) <= crossEntropy(logits, expected, Math.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return Math.exp((low + high) / 2);
    }

    private static double crossEntropy(List<double[]> logits, List<Integer> expected, double temperature) {
        double sum = 0;
        for (int i = 0; i < logits.size(); i++) {
            sum -= Math.log(Math.max(softmax(logits.get(i), temperature)[expected.get(i)], Double.MIN_NORMAL));
        }
        return sum;
    }

    private static Scored scored(Classifier classifier, double[] scores) {
        List<String> labels = classifier.labels().names();
        return new Scored(
                classifier.model(),
                IntStream.range(0, scores.length)
                        .mapToObj(label -> new ScoredLabel(labels.get(label), scores[label]))
                        .toList(),
                false);
    }

    private static double[] softmax(double[] logits, double temperature) {
        return ProblemType.SINGLE_LABEL.scores(logits.clone(), temperature);
    }
}
