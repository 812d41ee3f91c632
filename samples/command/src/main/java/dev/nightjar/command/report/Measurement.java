/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.LabelSet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrClassifier;
import dev.nightjar.classifier.onnx.OnnxClassifier;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.evaluation.Reliability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import me.tongfei.progressbar.ProgressBar;

/**
 * A model's answers to labelled texts, how good they were and how fast.
 *
 * @param name what the user calls the model
 * @param model what names it in its answers
 * @param labels those that the model gives
 * @param texts at least one
 * @param answers one for each of the texts
 * @param textsPerSecond in batches of {@value #BATCH}, the fastest of some passes, on this machine as busy as it was
 * @param temperature the divisor of the logits before they become scores; empty for a model that does not tell
 * @param all of all texts
 * @param withEmoji of those with emoji
 * @param withoutEmoji of the others
 * @param reliability of all texts
 * @param intervals of all texts, with 95 % confidence
 */
public record Measurement(
        String name,
        String model,
        LabelSet labels,
        List<LabelledText> texts,
        List<Classification> answers,
        double textsPerSecond,
        OptionalDouble temperature,
        Evaluation all,
        Evaluation withEmoji,
        Evaluation withoutEmoji,
        Reliability reliability,
        Map<Measure, Evaluation.Interval> intervals) {
    static final int BATCH = 256;

    /** A model that is done sooner is asked again until this has passed, so that its speed is that of compiled code. */
    private static final long ENOUGH_NANOS = 1_000_000_000;

    /**
     * Asks a classifier, with a progress bar.
     *
     * @param name what the user calls the model
     * @param texts at least one
     */
    public static Measurement of(String name, Classifier classifier, List<LabelledText> texts) {
        List<Classification> answers = new ArrayList<>(texts.size());
        long fastest = 0;
        try (ProgressBar bar = Progress.of("Evaluating " + shortened(name), texts.size(), "texts")) {
            for (List<String> batch : batches(texts)) {
                long started = System.nanoTime();
                answers.addAll(classifier.classifyAll(batch));
                fastest += System.nanoTime() - started;
                bar.stepBy(batch.size());
            }
        }
        for (long spent = fastest; spent < ENOUGH_NANOS; ) {
            long started = System.nanoTime();
            batches(texts).forEach(classifier::classifyAll);
            long took = System.nanoTime() - started;
            fastest = Math.min(fastest, took);
            spent += took;
        }
        return measured(name, classifier, texts, answers, texts.size() * 1e9 / fastest);
    }

    private static Measurement measured(
            String name,
            Classifier classifier,
            List<LabelledText> texts,
            List<Classification> answers,
            double textsPerSecond) {
        LabelSet labels = classifier.labels();
        Evaluation all = new Evaluation(labels.names());
        Evaluation withEmoji = new Evaluation(labels.names());
        Evaluation withoutEmoji = new Evaluation(labels.names());
        Reliability reliability = new Reliability();
        for (int i = 0; i < texts.size(); i++) {
            String expected = texts.get(i).label();
            Classification answer = answers.get(i);
            all.add(expected, answer);
            (hasEmoji(texts.get(i).text()) ? withEmoji : withoutEmoji).add(expected, answer);
            reliability.add(expected, answer);
        }
        Map<Measure, Evaluation.Interval> intervals = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            intervals.put(measure, measure.interval(all));
        }
        return new Measurement(
                name,
                classifier.model(),
                labels,
                texts,
                answers,
                textsPerSecond,
                temperatureOf(classifier),
                all,
                withEmoji,
                withoutEmoji,
                reliability,
                intervals);
    }

    /** With 95 % confidence. */
    Evaluation.Interval interval(Measure measure) {
        return intervals.getOrDefault(measure, new Evaluation.Interval(0, 0));
    }

    /** The labels that were expected and that the model does not have, in the order in which they occurred. */
    List<String> strangeLabels() {
        return all.labels().stream()
                .filter(Predicate.not(labels.names()::contains))
                .toList();
    }

    /** Some of the thresholds, from few answers to many: for each share of the texts the first that covers it. */
    List<Reliability.Threshold> thresholds(double... shares) {
        List<Reliability.Threshold> every = reliability.thresholds();
        List<Reliability.Threshold> some = new ArrayList<>();
        for (double share : shares) {
            every.stream()
                    .filter(threshold -> threshold.coverage() >= share)
                    .findFirst()
                    .or(() -> every.stream().reduce((before, last) -> last))
                    .filter(Predicate.not(some::contains))
                    .ifPresent(some::add);
        }
        return some;
    }

    /** The wrong answers with the highest scores, highest first. */
    List<Mistake> worst(int limit) {
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            LabelledText text = texts.get(i);
            answers.get(i)
                    .top()
                    .filter(top -> !top.label().equals(text.label()))
                    .ifPresent(top -> mistakes.add(new Mistake(text, top)));
        }
        return mistakes.stream()
                .sorted(Comparator.comparingDouble((Mistake mistake) -> -mistake.answered.score()))
                .limit(limit)
                .toList();
    }

    /** Without the options and the folders. */
    private static String shortened(String name) {
        return name.replaceFirst("\\?.*", "").replaceFirst(".*/", "");
    }

    private static OptionalDouble temperatureOf(Classifier classifier) {
        if (classifier instanceof LrClassifier regression) {
            return OptionalDouble.of(regression.temperature());
        }
        return classifier instanceof OnnxClassifier transformer
                ? OptionalDouble.of(transformer.temperature())
                : OptionalDouble.empty();
    }

    private static List<List<String>> batches(List<LabelledText> texts) {
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += BATCH) {
            batches.add(texts.subList(from, Math.min(from + BATCH, texts.size())).stream()
                    .map(LabelledText::text)
                    .toList());
        }
        return batches;
    }

    /** Whether a text has a sign of Unicode's emoji and symbol blocks, a keycap or an emoji variation. */
    static boolean hasEmoji(String text) {
        return text.codePoints()
                .anyMatch(c -> (c >= 0x1F000 && c <= 0x1FAFF)
                        || (c >= 0x2600 && c <= 0x27BF)
                        || c == 0x2B50
                        || c == 0x20E3
                        || c == 0xFE0F);
    }

    /** A text that was given another label than the expected one. */
    record Mistake(LabelledText text, ScoredLabel answered) {}
}
