/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.Arrays;

/**
 * A text as folded code points, after undoing what tweet archives do to texts: literal {@code \}{@code u0041}, HTML
 * entities escaped any number of times, doubled and escaped double quotes.
 *
 * <p>Confined to one thread, which reads one text after the other into it.
 */
final class DecodedText {
    private static final int ESCAPE_LENGTH = 6;
    private static final int MOST_DIGITS = 7;
    private static final String[] ENTITIES = {
        "lt", "gt", "quot", "apos", "nbsp", "lsquo", "rsquo", "ldquo", "rdquo", "ndash", "mdash", "hellip"
    };
    private static final int[] ENTITY_CHARACTERS = {'<', '>', '"', '\'', ' ', '\'', '\'', '"', '"', '-', '-', '.'};

    private int[] codePoints = new int[512];
    private int length;

    /** Where the character that was last read ends. */
    private int end;

    void read(String text) {
        length = 0;
        if (codePoints.length < text.length()) {
            codePoints = new int[Math.max(text.length(), 2 * codePoints.length)];
        }
        int size = text.length();
        for (int i = 0; i < size; ) {
            char c = text.charAt(i);
            if (c == '\\' || c == '&' || Character.isSurrogate(c)) {
                add(character(text, i));
                i = end;
            } else {
                add(c);
                i++;
            }
        }
    }

    int length() {
        return length;
    }

    int at(int index) {
        return codePoints[index];
    }

    /** Frees the memory that a very long text took. */
    void trim(int capacity) {
        if (codePoints.length > capacity) {
            codePoints = Arrays.copyOf(codePoints, capacity);
            length = 0;
        }
    }

    private void add(int codePoint) {
        int folded = Characters.fold(codePoint);
        boolean doubled = folded == '"' && length > 0 && codePoints[length - 1] == '"';
        if (folded != Characters.DROPPED && !doubled) {
            codePoints[length++] = folded;
        }
    }

    /** The character that begins at a backslash, an ampersand or a surrogate. */
    private int character(String text, int start) {
        char c = text.charAt(start);
        if (c == '\\') {
            return escaped(text, start);
        }
        if (c == '&') {
            return entity(text, start + 1);
        }
        int codePoint = text.codePointAt(start);
        end = start + Character.charCount(codePoint);
        return codePoint >= Character.MIN_SUPPLEMENTARY_CODE_POINT ? codePoint : 0xFFFD;
    }

    private int escaped(String text, int start) {
        end = start + 1;
        int unit = unit(text, start);
        if (unit < 0) {
            boolean quote = end < text.length() && (text.charAt(end) == '"' || text.charAt(end) == '\'');
            return quote ? text.charAt(end++) : '\\';
        }
        end = start + ESCAPE_LENGTH;
        if (unit == '&') {
            return entity(text, end);
        }
        if (!Character.isSurrogate((char) unit)) {
            return unit;
        }
        int low = unit(text, end);
        if (Character.isHighSurrogate((char) unit) && low >= 0 && Character.isLowSurrogate((char) low)) {
            end += ESCAPE_LENGTH;
            return Character.toCodePoint((char) unit, (char) low);
        }
        return 0xFFFD;
    }

    /** The UTF-16 unit of an escape of four hexadecimal digits, -1 where there is none. */
    private static int unit(String text, int start) {
        if (start + ESCAPE_LENGTH > text.length() || text.charAt(start) != '\\' || text.charAt(start + 1) != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = start + 2; i < start + ESCAPE_LENGTH; i++) {
            int digit = digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit * 16 + digit;
        }
        return unit;
    }

    /** The character of the entity whose ampersand was just read; the ampersand itself where there is none. */
    private int entity(String text, int start) {
        end = start;
        while (text.startsWith("amp;", end)) {
            end += "amp;".length();
        }
        if (text.startsWith("#", end)) {
            return numericEntity(text, end + 1);
        }
        for (int i = 0; i < ENTITIES.length; i++) {
            String name = ENTITIES[i];
            int semicolon = end + name.length();
            if (text.startsWith(name, end) && semicolon < text.length() && text.charAt(semicolon) == ';') {
                end = semicolon + 1;
                return ENTITY_CHARACTERS[i];
            }
        }
        return '&';
    }

    private int numericEntity(String text, int start) {
        boolean hexadecimal = text.startsWith("x", start) || text.startsWith("X", start);
        int first = hexadecimal ? start + 1 : start;
        int radix = hexadecimal ? 16 : 10;
        int codePoint = 0;
        int i = first;
        while (i < text.length() && i - first < MOST_DIGITS && digit(text.charAt(i), radix) >= 0) {
            codePoint = codePoint * radix + digit(text.charAt(i), radix);
            i++;
        }
        boolean isEntity = i > first && i < text.length() && text.charAt(i) == ';';
        if (!isEntity || !Character.isValidCodePoint(codePoint)) {
            return '&';
        }
        end = i + 1;
        boolean isSurrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return isSurrogate ? 0xFFFD : codePoint;
    }

    private static int digit(char c, int radix) {
        return c < 128 ? Character.digit(c, radix) : -1;
    }
}
