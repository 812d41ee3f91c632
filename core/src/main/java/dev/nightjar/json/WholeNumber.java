/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers as programs write them: {@code 3}, and {@code 3.0} or {@code 1.2e1} of those that know only one type of number.
 *
 * @since 0.1.0
 */
public final class WholeNumber {
    /** Longer than any number that fits, with room for a fraction of zeros. */
    private static final int MAX_LENGTH = 40;

    private WholeNumber() {}

    /** The number of 64 bits that a text is; null if it is none. */
    public static @Nullable Long parse(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return text.length() > MAX_LENGTH ? null : exact(text);
        }
    }

    private static @Nullable Long exact(String text) {
        try {
            return new BigDecimal(text).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }
}
