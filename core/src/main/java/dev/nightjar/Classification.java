/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A classifier's answer for one text: {@link Scored}, or {@link Rejected} when the model has none. Never a made-up
 * label.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public sealed interface Classification extends Serializable permits Classification.Scored, Classification.Rejected {
    /** The {@linkplain Classifier#model() model} that answered. */
    String model();

    /** The best label; empty when the text was rejected. */
    Optional<ScoredLabel> top();

    /**
     * The model's scores.
     *
     * @param model the model that answered
     * @param scores every label with its score, best first, equal scores in the order of the labels; not empty
     * @param truncated whether the model read only the beginning of the text
     * @since 0.1.0
     */
    record Scored(String model, List<ScoredLabel> scores, boolean truncated) implements Classification {
        /** Copies the scores, best first. */
        public Scored {
            checkModel(model);
            scores = scores.stream()
                    .sorted(Comparator.comparingDouble(ScoredLabel::score).reversed())
                    .toList();
            if (scores.isEmpty()) {
                throw new IllegalArgumentException("A scored classification needs at least one score");
            }
        }

        /** The label with the highest score. */
        public ScoredLabel best() {
            return scores.get(0);
        }

        @Override
        public Optional<ScoredLabel> top() {
            return Optional.of(best());
        }

        /** The score of a label; empty when the model has no such label. */
        public OptionalDouble score(String label) {
            return scores.stream()
                    .filter(scored -> scored.label().equals(label))
                    .mapToDouble(ScoredLabel::score)
                    .findFirst();
        }

        /**
         * How much more positive than negative the text is: the score of the label {@code positive} less that of
         * {@code negative}, from -1 to 1; empty unless the model has both labels, whatever their case. In Spark SQL:
         * {@code sentiment.scores.positive - sentiment.scores.negative}.
         */
        public OptionalDouble polarity() {
            OptionalDouble positive = anyCase("positive");
            OptionalDouble negative = anyCase("negative");
            return positive.isPresent() && negative.isPresent()
                    ? OptionalDouble.of(positive.getAsDouble() - negative.getAsDouble())
                    : OptionalDouble.empty();
        }

        private OptionalDouble anyCase(String label) {
            return scores.stream()
                    .filter(scored -> scored.label().equalsIgnoreCase(label))
                    .mapToDouble(ScoredLabel::score)
                    .findFirst();
        }
    }

    /**
     * No answer.
     *
     * @param model the model that was asked
     * @param reason why there is none
     * @since 0.1.0
     */
    record Rejected(String model, Reason reason) implements Classification {
        /** Checks the arguments. */
        public Rejected {
            checkModel(model);
            java.util.Objects.requireNonNull(reason, "reason");
        }

        @Override
        public Optional<ScoredLabel> top() {
            return Optional.empty();
        }
    }

    /**
     * Why a text has no answer.
     *
     * @since 0.1.0
     */
    enum Reason {
        /** The text is empty or holds nothing the model can read, such as white space alone. */
        BLANK,
        /**
         * The text is not blank, but the model knows too little of it, such as of one in a script that it never saw or
         * of a link alone.
         */
        UNREADABLE,
        /** The text is longer than {@link Tweet#MAX_TEXT_LENGTH}. */
        TOO_LARGE,
        /** The model failed on this text alone, or gave a score that is not a number. */
        MODEL_FAULT,
        /** The best label's score is below the configured minimum; off unless configured. */
        UNCERTAIN,
        /** The tweet is in a language that the model does not read, by {@link ClassifierFactory#languages()}. */
        LANGUAGE
    }

    private static void checkModel(String model) {
        if (model.isBlank()) {
            throw new IllegalArgumentException("A classification names its model");
        }
    }
}
