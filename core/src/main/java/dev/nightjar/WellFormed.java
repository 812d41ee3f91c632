/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

/**
 * Makes a text one that every store keeps as it is: U+0000 is removed, a surrogate without its partner becomes U+FFFD
 * (what Java's UTF-8 encoder and the databases' drivers would each do in their own way).
 */
final class WellFormed {
    private WellFormed() {}

    static String repair(String text) {
        int fault = firstFault(text);
        if (fault < 0) {
            return text;
        }
        StringBuilder repaired = new StringBuilder(text.length()).append(text, 0, fault);
        for (int i = fault; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (Character.MIN_SURROGATE <= codePoint && codePoint <= Character.MAX_SURROGATE) {
                repaired.append('\uFFFD');
            } else if (codePoint != 0) {
                repaired.appendCodePoint(codePoint);
            }
            i += Character.charCount(codePoint);
        }
        return repaired.toString();
    }

    private static int firstFault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
