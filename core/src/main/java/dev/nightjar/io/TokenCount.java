/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

/**
 * How many tokens models were given in a thread's calls, for who watches them, such as Spark's UI. It is beside {@link
 * dev.nightjar.Classifier} because most classifiers have no tokens, and those around one that has need not pass them on.
 *
 * <p>Confined to its thread.
 *
 * @since 0.1.0
 */
public final class TokenCount {
    private static final ThreadLocal<TokenCount> OF_THREAD = ThreadLocal.withInitial(TokenCount::new);

    private long tokens;
    private long padding;

    private TokenCount() {}

    /** That of the calling thread, since the thread began. */
    public static TokenCount ofThread() {
        return OF_THREAD.get();
    }

    /** Counts what a model is given: tokens of texts, and the padding that makes the texts equally long. */
    public void add(long ofTexts, long ofPadding) {
        tokens += ofTexts;
        padding += ofPadding;
    }

    /** How many were tokens of texts. */
    public long tokens() {
        return tokens;
    }

    /** How many were padding. */
    public long padding() {
        return padding;
    }
}
