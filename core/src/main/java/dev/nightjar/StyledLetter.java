/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.text.Normalizer;

/**
 * Letters and digits that people write as other characters for their looks: bold, italic, full-width, circled, raised.
 * A model was trained on plain ones, which Unicode's form NFKC (UAX #15) gives. For classifiers that read texts
 * themselves. Thread-safe.
 */
public final class StyledLetter {
    /** Before it lie Latin letters and signs of plain text, such as that of a square. */
    private static final int FIRST = 0x2B0;

    /** Between these lie the scripts of East Asia, of which no letter is a styled one of ASCII. */
    private static final int EAST_ASIA = 0x3000;

    private static final int AFTER_EAST_ASIA = 0xFB00;

    private StyledLetter() {}

    /**
     * Whether a code point may be a styled letter or digit. {@code false} for each of plain English text, and fast.
     *
     * @param codePoint of Unicode
     */
    public static boolean isStyled(int codePoint) {
        if (codePoint < FIRST || (EAST_ASIA <= codePoint && codePoint < AFTER_EAST_ASIA)) {
            return false;
        }
        boolean framed = (0x24B6 <= codePoint && codePoint <= 0x24E9) || (0x1F130 <= codePoint && codePoint <= 0x1F149);
        return framed || Character.isLetterOrDigit(codePoint);
    }

    /**
     * The plain letters or digits of ASCII that a code point stands for, several for a ligature; the code point itself
     * if it stands for none.
     *
     * @param codePoint of Unicode
     */
    public static String plain(int codePoint) {
        String styled = Character.toString(codePoint);
        if (!isStyled(codePoint)) {
            return styled;
        }
        String plain = Normalizer.normalize(styled, Normalizer.Form.NFKC);
        return plain.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c)) ? plain : styled;
    }
}
