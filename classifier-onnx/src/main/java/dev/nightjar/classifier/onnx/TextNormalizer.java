/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.StyledLetter;
import dev.nightjar.WireName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Preprocessing of a text before the tokenizer, the same as when the model was trained. Most models were trained on
 * text as it is; a model says otherwise in its {@code config.json}: {@code "nightjar": {"normalizer": "tweet-v1"}}.
 */
enum TextNormalizer {
    /** The text as it is. */
    NONE {
        @Override
        String normalize(String text) {
            return text;
        }
    },

    /**
     * Undoes what tweet archives do to a text, in this order: a literal {@code \}{@code u0041} becomes the character,
     * HTML entities are decoded twice, and a doubled double quote becomes one. Then letters and digits that are styled
     * as other characters (bold, full-width, circled, raised) become the plain ones, which the model knows.
     */
    TWEET_V1 {
        @Override
        String normalize(String text) {
            String unescaped = text.indexOf('\\') < 0 ? text : decodeEscapes(text);
            for (int pass = 0; pass < 2 && unescaped.indexOf('&') >= 0; pass++) {
                unescaped = decodeEntities(unescaped);
            }
            return plain(unescaped.replace("\"\"", "\""));
        }
    },

    /**
     * {@link #TWEET_V1}, then without what tells a person or a page rather than a mood: links are left out, a name
     * becomes {@code @user}. Half a surrogate pair, which an archive's cut leaves, becomes U+FFFD.
     */
    TWEET_V2 {
        @Override
        String normalize(String text) {
            String decoded = wellFormed(TWEET_V1.normalize(text));
            String unlinked = decoded.contains("://") ? LINK.matcher(decoded).replaceAll("") : decoded;
            return unlinked.indexOf('@') < 0
                    ? unlinked
                    : MENTION.matcher(unlinked).replaceAll("@user");
        }
    };

    private static final Pattern LINK = Pattern.compile("https?://[!-~]*");
    private static final Pattern MENTION = Pattern.compile("(?<![A-Za-z0-9_])@[A-Za-z0-9_]{1,15}(?![A-Za-z0-9_])");

    private static final int ESCAPE_LENGTH = 6;
    private static final int LONGEST_ENTITY = 10;
    private static final Map<String, String> NAMED_ENTITIES =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    /** Styled letters as plain ones; all else stays as it is, other signs that Unicode calls compatible too. */
    private static String plain(String text) {
        if (text.codePoints().noneMatch(StyledLetter::isStyled)) {
            return text;
        }
        int[] points = text.codePoints().toArray();
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < points.length; i++) {
            // A single raised letter, as in a formula, stays.
            boolean single = isRaised(points, i) && !isRaised(points, i - 1) && !isRaised(points, i + 1);
            if (StyledLetter.isStyled(points[i]) && !single) {
                plain.append(StyledLetter.plain(points[i]));
            } else {
                plain.appendCodePoint(points[i]);
            }
        }
        return plain.toString();
    }

    private static boolean isRaised(int[] points, int at) {
        return at >= 0 && at < points.length && Character.getType(points[at]) == Character.MODIFIER_LETTER;
    }

    abstract String normalize(String text);

    /** The name by which a model or a configuration asks for it: {@code tweet-v1}. */
    String id() {
        return WireName.kebab(this);
    }

    static Optional<TextNormalizer> byId(String id) {
        return Stream.of(values())
                .filter(normalizer -> normalizer.id().equals(id))
                .findFirst();
    }

    static List<String> ids() {
        return Stream.of(values()).map(TextNormalizer::id).toList();
    }

    private static String decodeEscapes(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int code = text.startsWith("\\u", i) ? number(text, i + 2, i + ESCAPE_LENGTH, 16) : -1;
            if (code >= 0) {
                decoded.append((char) code);
                i += ESCAPE_LENGTH;
            } else {
                decoded.append(text.charAt(i++));
            }
        }
        return decoded.toString();
    }

    private static String decodeEntities(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int end = text.charAt(i) == '&' ? text.indexOf(';', i) : -1;
            Optional<String> entity = end < 0 || end - i > LONGEST_ENTITY ? Optional.empty() : entity(text, i + 1, end);
            decoded.append(entity.orElse(text.substring(i, i + 1)));
            i = entity.isPresent() ? end + 1 : i + 1;
        }
        return decoded.toString();
    }

    private static Optional<String> entity(String text, int from, int to) {
        if (!text.startsWith("#", from)) {
            return Optional.ofNullable(NAMED_ENTITIES.get(text.substring(from, to)));
        }
        boolean hexadecimal = text.startsWith("x", from + 1) || text.startsWith("X", from + 1);
        int code = hexadecimal ? number(text, from + 2, to, 16) : number(text, from + 1, to, 10);
        boolean isText = Character.isValidCodePoint(code)
                && code != 0
                && !(Character.MIN_SURROGATE <= code && code <= Character.MAX_SURROGATE);
        return isText ? Optional.of(Character.toString(code)) : Optional.empty();
    }

    /** The number that the digits from one place to another write, -1 if they are none. */
    private static int number(String text, int from, int to, int radix) {
        if (from >= to || to > text.length()) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }
}
