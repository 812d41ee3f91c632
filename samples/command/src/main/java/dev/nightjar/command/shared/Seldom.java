/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What takes the longer the more there is, asked for again only when many times that long has passed.
 *
 * <p>Confined to one thread.
 *
 * @param <T> what is asked for
 */
public final class Seldom<T> {
    private final int times;
    private final Supplier<T> question;
    private @Nullable T answer;
    private long asked;
    private long took;

    /**
     * Asks a question seldom.
     *
     * @param times how many times as long as the last answer took, from one question to the next
     */
    public Seldom(int times, Supplier<T> question) {
        this.times = times;
        this.question = question;
    }

    /** The answer, or the last one. */
    public T value() {
        long now = System.nanoTime();
        T last = answer;
        if (last != null && now - asked < took * times) {
            return last;
        }
        T next = question.get();
        answer = next;
        asked = now;
        took = System.nanoTime() - now;
        return next;
    }
}
