/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Turns a text into the ids that a model reads, as in its training. Thread-safe until it is closed. */
final class TextEncoder implements AutoCloseable {
    /** More than any model reads of a text; beyond it the tokenizer's time would be wasted. */
    static final int MAX_CODE_POINTS = 8_192;

    private final HuggingFaceTokenizer tokenizer;
    private final TextNormalizer normalizer;
    private final Set<Long> marks;
    private final BitSet unknownIds = new BitSet();

    private TextEncoder(HuggingFaceTokenizer tokenizer, TextNormalizer normalizer, TokenizerFile file) {
        this.tokenizer = tokenizer;
        this.normalizer = normalizer;
        this.marks = file.marks();
        file.unknownIds().forEach(id -> unknownIds.set(Math.toIntExact(id)));
    }

    /**
     * Opens a tokenizer.
     *
     * @throws RuntimeException if the native library does not take the file
     */
    static TextEncoder open(TokenizerFile file, TextNormalizer normalizer, int maxTokens) throws IOException {
        return new TextEncoder(NativeTokenizers.open(file.json(), maxTokens), normalizer, file);
    }

    /**
     * The ids of a text.
     *
     * @throws RuntimeException if the tokenizer fails on the text
     */
    EncodedText encode(String text) {
        String normalized = normalizer.normalize(wellFormed(text));
        boolean capped = normalized.length() > MAX_CODE_POINTS
                && normalized.codePointCount(0, normalized.length()) > MAX_CODE_POINTS;
        String read = capped ? normalized.substring(0, normalized.offsetByCodePoints(0, MAX_CODE_POINTS)) : normalized;
        Encoding encoding = tokenizer.encode(read);
        long[] ids = encoding.getIds();
        long[] typeIds = encoding.getTypeIds();
        long[] special = encoding.getSpecialTokenMask();
        // Some vocabularies hold the marks as words; no text may use them.
        int[] kept = IntStream.range(0, ids.length)
                .filter(i -> special[i] == 1 || !marks.contains(ids[i]))
                .toArray();
        return new EncodedText(
                Arrays.stream(kept).mapToLong(i -> ids[i]).toArray(),
                Arrays.stream(kept).mapToLong(i -> typeIds[i]).toArray(),
                Arrays.stream(kept).allMatch(i -> special[i] == 1),
                capped || encoding.exceedMaxLength(),
                hasUnknown(ids) ? Unknown.share(read, encoding, unknownIds) : 0);
    }

    private boolean hasUnknown(long[] ids) {
        for (long id : ids) {
            if (unknownIds.get((int) id)) {
                return true;
            }
        }
        return false;
    }

    /** Some tokens between the marks that the tokenizer puts around a text. */
    EncodedText framed(long... tokens) {
        Encoding letter = tokenizer.encode("a");
        long[] special = letter.getSpecialTokenMask();
        int before = 0;
        while (before < special.length && special[before] == 1) {
            before++;
        }
        int after = special.length;
        while (after > before && special[after - 1] == 1) {
            after--;
        }
        long[] typeIds = letter.getTypeIds();
        long[] own = new long[tokens.length];
        Arrays.fill(own, before < after ? typeIds[before] : 0);
        return new EncodedText(
                framed(letter.getIds(), before, tokens, after), framed(typeIds, before, own, after), false, false, 0);
    }

    private static long[] framed(long[] letter, int before, long[] within, int after) {
        return LongStream.concat(
                        LongStream.concat(Arrays.stream(letter, 0, before), Arrays.stream(within)),
                        Arrays.stream(letter, after, letter.length))
                .toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** A surrogate without its partner becomes U+FFFD, as the native tokenizer takes whole characters only. */
    private static String wellFormed(String text) {
        boolean isWellFormed = text.codePoints().noneMatch(TextEncoder::isSurrogate);
        return isWellFormed
                ? text
                : text.codePoints()
                        .map(c -> isSurrogate(c) ? 0xFFFD : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isSurrogate(int codePoint) {
        return Character.MIN_SURROGATE <= codePoint && codePoint <= Character.MAX_SURROGATE;
    }

    /**
     * A text as the model reads it.
     *
     * @param ids of the tokens
     * @param typeIds which part of the input each belongs to
     * @param isBlank whether nothing in it comes from the text
     * @param truncated whether the text goes on after it
     * @param unknown the share of the text that lies in tokens of which the model knows nothing, from 0 to 1
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record EncodedText(long[] ids, long[] typeIds, boolean isBlank, boolean truncated, double unknown) {
        int length() {
            return ids.length;
        }
    }
}
