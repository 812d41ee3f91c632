/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.StyledLetter;
import java.text.Normalizer;
import java.text.Normalizer.Form;

/**
 * What each code point is to the n-grams: folded to one form, dropped, a space, part of a word, an emoji or a sign.
 * Letters lose their case, their accents (so that a composed and a decomposed letter are one) and their style, digits
 * of every script become those of ASCII.
 */
final class Characters {
    static final byte SPACE = 0;
    static final byte WORD = 1;
    static final byte SIGN = 2;
    static final byte EMOJI = 3;

    /** What {@link #fold} gives for a character that counts for nothing, such as a joiner or an accent. */
    static final int DROPPED = 0;

    private static final int TABLE_SIZE = 0x2000;
    private static final char[] FOLDED = new char[TABLE_SIZE];
    private static final byte[] KINDS = new byte[TABLE_SIZE];

    static {
        for (int c = 0; c < TABLE_SIZE; c++) {
            FOLDED[c] = (char) folded(c);
        }
        for (int c = 0; c < TABLE_SIZE; c++) {
            KINDS[c] = kindOf(c);
        }
    }

    private Characters() {}

    /** The form of a code point in which it is compared, or {@link #DROPPED}. */
    static int fold(int codePoint) {
        return codePoint < TABLE_SIZE ? FOLDED[codePoint] : foldedBeyond(codePoint);
    }

    /** The kind of a folded code point. */
    static byte kind(int folded) {
        return folded < TABLE_SIZE ? KINDS[folded] : kindOf(folded);
    }

    /** Half of a flag: two of them are one emoji. */
    static boolean isRegionalIndicator(int codePoint) {
        return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
    }

    private static int folded(int c) {
        if (isSpace(c)) {
            return ' ';
        }
        if (isAccent(c) || Character.getType(c) == Character.FORMAT) {
            return DROPPED;
        }
        if (c == '`' || c == 0xB4) {
            return '\'';
        }
        if (Character.isDigit(c)) {
            return '0' + Character.digit(c, 10);
        }
        String decomposed = Normalizer.normalize(Character.toString(c), Form.NFD);
        boolean accented = decomposed.length() > 1 && decomposed.chars().skip(1).allMatch(Characters::isAccent);
        return Character.toLowerCase(accented ? decomposed.charAt(0) : plain(c));
    }

    /** A styled letter as the plain one; a ligature, which would be two, stays. */
    private static int plain(int c) {
        String plain = StyledLetter.plain(c);
        return plain.length() == 1 ? plain.charAt(0) : c;
    }

    private static int foldedBeyond(int c) {
        return switch (c) {
            case 0x2018, 0x2019, 0x201B, 0x2032 -> '\'';
            case 0x201C, 0x201D, 0x201E, 0x2033 -> '"';
            case 0x2026 -> '.';
            default -> {
                if (isSpace(c)) {
                    yield ' ';
                }
                if (Character.isDigit(c)) {
                    yield '0' + Character.digit(c, 10);
                }
                yield isModifier(c) ? DROPPED : Character.toLowerCase(plain(c));
            }
        };
    }

    private static byte kindOf(int c) {
        if (isSpace(c)) {
            return SPACE;
        }
        if (isEmoji(c)) {
            return EMOJI;
        }
        return c == '_' || Character.isLetterOrDigit(c) || isMark(c) ? WORD : SIGN;
    }

    private static boolean isSpace(int c) {
        return c <= ' ' || (c >= 0x7F && c <= 0xA0) || Character.isSpaceChar(c);
    }

    /** Marks of scripts that cannot be read without them, such as vowel signs. */
    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static boolean isAccent(int c) {
        return c >= 0x300 && c <= 0x36F;
    }

    /** Joiners, variation selectors, skin tones, keycaps, tags and marks of direction. */
    private static boolean isModifier(int c) {
        return (c >= 0x20D0 && c <= 0x20FF)
                || (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0x1F3FB && c <= 0x1F3FF)
                || Character.getType(c) == Character.FORMAT;
    }

    private static boolean isEmoji(int c) {
        return (c >= 0x1F000 && c <= 0x1FAFF)
                || (c >= 0x2190 && c <= 0x23FF)
                || (c >= 0x2600 && c <= 0x27BF)
                || (c >= 0x2B00 && c <= 0x2BFF);
    }
}
