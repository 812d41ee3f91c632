/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.SolverType;
import dev.nightjar.ConfigException;
import dev.nightjar.classifier.lr.wordlist.WordListModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Trains a {@link WordListModel}: a logistic regression over how often the most used words of the training texts, and the
 * placeholders, occur in a text, L2-regularised, by liblinear's trust-region Newton method. The same texts and settings
 * give the same two files, byte for byte.
 *
 * <p>Immutable; training is safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class WordListTrainer {
    /** What {@link Builder#words} is unless set: {@value}. */
    public static final int DEFAULT_WORDS = 1_000;

    /** What {@link Builder#cost} is unless set: {@value}. */
    public static final double DEFAULT_COST = 1;

    private static final double TOLERANCE = 0.001;

    /** The solver has no order that it would matter to. */
    private static final int SEED = 0;

    private final TrainerBuilder.Settings settings;
    private final int words;

    private WordListTrainer(Builder builder) {
        this.settings = builder.settings();
        this.words = builder.words;
    }

    /** Begins a trainer. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains a model.
     *
     * @throws ConfigException if the texts have other labels than both of {@link WordListModel#LABELS}, or no words
     */
    public WordListModel train(Iterable<LabelledText> training) {
        List<LabelledText> texts = LabelledText.list(training);
        TrainingLabels labels =
                TrainingLabels.of(texts.stream().map(LabelledText::label).toList());
        if (!labels.names().equals(WordListModel.LABELS)) {
            throw new ConfigException(
                    "A model over a word list tells negative from positive, and the training texts have"
                            + " the labels " + labels.names()
                            + "; leave out the others, or train another kind of model");
        }
        List<String> listed = mostUsed(texts);
        settings.progress().at("texts", texts.size(), texts.size());
        int size = listed.size() + WordListModel.PLACEHOLDERS.size();
        WordListModel counting = WordListModel.of(listed, new double[size], 0);
        Feature[][] rows = texts.stream()
                .map(text -> row(counting.frequencies(text.text()), size))
                .toArray(Feature[][]::new);
        settings.progress().at("labels", 0, 1);
        double[] weights = new OneAgainstOthers(SolverType.L2R_LR, TOLERANCE, SEED, settings).fit(rows, labels, 1);
        settings.progress().at("labels", 1, 1);
        return settings.trained(() -> WordListModel.of(listed, Arrays.copyOf(weights, size), weights[size]));
    }

    /** The most frequent words, of equally frequent ones the first of the alphabet. */
    private List<String> mostUsed(List<LabelledText> texts) {
        Map<String, Integer> counts = new HashMap<>();
        texts.forEach(text -> WordListModel.wordsOf(text.text()).forEach(word -> counts.merge(word, 1, Integer::sum)));
        counts.keySet().removeAll(WordListModel.PLACEHOLDERS);
        if (counts.isEmpty()) {
            throw new ConfigException("The training texts have no words");
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(words)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The frequencies, counted from 1 on, and the constant of the intercept. */
    private static Feature[] row(SortedMap<Integer, Integer> frequencies, int size) {
        Feature[] row = new Feature[frequencies.size() + 1];
        int at = 0;
        for (Map.Entry<Integer, Integer> feature : frequencies.entrySet()) {
            row[at++] = new FeatureNode(feature.getKey() + 1, feature.getValue());
        }
        row[at] = new FeatureNode(size + 1, 1);
        return row;
    }

    /**
     * Collects the settings of a training. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends TrainerBuilder<Builder> {
        private int words = DEFAULT_WORDS;

        private Builder() {
            super("word-list", DEFAULT_COST, LrTrainer.DEFAULT_CLASS_WEIGHT_POWER);
        }

        /** How many of the most used words have weights, if there are so many; {@value WordListTrainer#DEFAULT_WORDS} unless set. */
        public Builder words(int count) {
            require(count >= 1, "A word list has at least 1 word");
            this.words = count;
            return this;
        }

        /** The trainer. */
        public WordListTrainer build() {
            return new WordListTrainer(this);
        }
    }
}
