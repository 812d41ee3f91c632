/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.Set;

/**
 * Opens a {@link Classifier}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface ClassifierFactory extends Factory<Classifier> {
    /**
     * The languages that the classifier reads, in the letters of {@link Tweet#lang()}, such as {@code en}. A pipeline does
     * not ask it about a tweet that is known to be in another: that has no label, but is {@link
     * Classification.Reason#LANGUAGE}. Empty unless it is overridden, which stands for any.
     */
    default Set<String> languages() {
        return Set.of();
    }

    /**
     * How many threads work on one call, on a machine like this one; Spark warns where its tasks would then want more
     * cores than it has. One unless it is overridden.
     */
    default int threads() {
        return 1;
    }

    /**
     * A classifier that reads nothing of a text but its words in basic Latin letters: the text in lower case, without
     * links ({@code http://} or {@code https://} or {@code www.} up to the next space), handles and hashtags
     * ({@code @} or {@code #} and the letters, digits and underscores behind it) and apostrophes; then every run of
     * anything but {@code a} to {@code z} and {@code 0} to {@code 9} becomes one space, and there is none at the ends.
     * So {@code Don't @me, it's 20% #ad ...} is read as {@code dont its 20}. A text of which nothing is left, as of one
     * of emoji or in another script, is blank and gets no label.
     *
     * <p>For models that were trained on such texts. Others, transformers above all, read more out of the text as it is.
     * The answers name another model than those of this factory.
     */
    default ClassifierFactory ofStrippedText() {
        return new StrippedClassifier(this);
    }
}
