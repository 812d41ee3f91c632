/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of a text a model does not know. Letters are counted, not tokens: a sentence of a script without spaces is
 * one unknown token, beside which three exclamation marks would be a majority. Names and links say nothing of a text, so
 * theirs do not count; where there are no letters, all characters but white space do.
 */
final class Unknown {
    private static final Pattern NAME_OR_LINK = Pattern.compile("@[A-Za-z0-9_]+|https?://\\S*");

    private Unknown() {}

    /** The share of a text's letters that lie in unknown tokens. */
    static double share(String text, Encoding encoding, BitSet unknownIds) {
        String told = blanked(text);
        int[] characters = told.codePoints().toArray();
        BitSet unknown = new BitSet(characters.length);
        BitSet read = new BitSet(characters.length);
        long[] ids = encoding.getIds();
        @Nullable CharSpan[] spans = encoding.getCharTokenSpans();
        for (int i = 0; i < ids.length; i++) {
            CharSpan span = spans[i];
            if (span != null && span.getStart() < characters.length) {
                (unknownIds.get((int) ids[i]) ? unknown : read)
                        .set(span.getStart(), Math.min(span.getEnd(), characters.length));
            }
        }
        read.or(unknown);
        boolean hasLetters = read.stream().anyMatch(i -> isLetter(characters[i]));
        IntPredicate counts = i -> hasLetters ? isLetter(characters[i]) : !Character.isWhitespace(characters[i]);
        long all = read.stream().filter(counts).count();
        return all == 0 ? 0 : (double) unknown.stream().filter(counts).count() / all;
    }

    /** Letters, and the vowels and tones that some scripts write as marks on them. */
    private static boolean isLetter(int character) {
        int type = Character.getType(character);
        boolean isSelector = 0xFE00 <= character && character <= 0xFE0F; // of an emoji's look
        return Character.isLetter(character)
                || (type == Character.NON_SPACING_MARK && !isSelector)
                || type == Character.COMBINING_SPACING_MARK;
    }

    /** The text with names and links as spaces, so that all else keeps its place. */
    private static String blanked(String text) {
        return NAME_OR_LINK
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(" ".repeat(found.group().length())));
    }
}
