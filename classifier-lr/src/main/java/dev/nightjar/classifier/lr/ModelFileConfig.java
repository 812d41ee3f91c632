/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** How to open a classifier whose model is a file, whatever its features are, and what its answers must meet. */
abstract class ModelFileConfig extends Configuration implements ClassifierFactory {
    static final Option<String> SHA256 = Option.text("sha256")
            .valid("64 lower-case hexadecimal digits", digits -> digits.matches("[0-9a-f]{64}"))
            .unlessSet("any")
            .means("the digest that the model's file must have");
    static final Option<Double> ABSTAIN_BELOW = Option.number("abstain-below", 0, 1)
            .defaultTo(Answers.ANY)
            .means("the score that the best label must have; below it the text is rejected as `UNCERTAIN`");

    static final Option<Set<String>> LANGUAGES = Option.languages("languages")
            .unlessSet("any; for the bundled model `en`")
            .means("what the model reads; a pipeline does not ask it about a tweet in another language");

    private static final long serialVersionUID = 1L;

    ModelFileConfig(Builder<?, ?> builder) {
        super(builder);
    }

    /** Those that are set; English for a bundled model, and else any. */
    @Override
    public Set<String> languages() {
        return Objects.requireNonNullElse(find(LANGUAGES), Set.of());
    }

    /** @throws ConfigException if a model's file has another digest than is required */
    final void checkDigest(String model, String actual) {
        String required = find(SHA256);
        if (required != null && !required.equals(actual)) {
            throw new ConfigException(
                    "The model '" + model + "' has the SHA-256 " + actual + ", not " + required + " as configured");
        }
    }

    /** Collects what these configurations have in common. */
    abstract static class Builder<C extends ModelFileConfig, B extends Builder<C, B>>
            extends Configuration.Builder<C, B> {
        Builder(Options options, Function<B, C> create) {
            super(options, create);
        }

        /** The SHA-256 that the model's file must have; any unless set. */
        public B sha256(String digits) {
            return set(SHA256, digits);
        }

        /**
         * The languages that the model reads, in the letters of {@link dev.nightjar.Tweet#lang()}: see {@link
         * ClassifierFactory#languages()}. Unless it is set, English for a bundled model and any for others.
         */
        public B languages(Set<String> languages) {
            return set(LANGUAGES, new TreeSet<>(languages));
        }

        /**
         * The score that the best label must have; below it the text is rejected as
         * {@link dev.nightjar.Classification.Reason#UNCERTAIN}. From 0 to 1; 0, which rejects nothing, unless set.
         */
        public B abstainBelow(double score) {
            return set(ABSTAIN_BELOW, score);
        }
    }
}
