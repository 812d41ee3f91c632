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

    /** So many digits may exceed 64 bits. */
    private static final int MAX_DIGITS = 19;

    private WholeNumber() {}

    /** The number of 64 bits that a text is; null if it is none. */
    public static @Nullable Long parse(String text) {
        boolean plain = !text.isEmpty() && text.length() <= MAX_LENGTH;
        boolean number = plain;
        for (int i = 0; number && i < text.length(); i++) {
            boolean digit = '0' <= text.charAt(i) && text.charAt(i) <= '9';
            plain &= digit;
            number = digit || "+-.eE".indexOf(text.charAt(i)) >= 0; // an exception for each text costs more than this
        }
        try {
            return !number
                    ? null
                    : plain && text.length() < MAX_DIGITS
                            ? (Long) Long.parseLong(text)
                            : (Long) new BigDecimal(text).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }
}
