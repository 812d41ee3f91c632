/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Turns a text into the ids that a model reads, as in its training. Thread-safe until it is closed. */
final class TextEncoder implements AutoCloseable {
    /** More than any model reads of a text; beyond it the tokenizer's time would be wasted. */
    static final int MAX_CODE_POINTS = 8_192;

    private final HuggingFaceTokenizer tokenizer;
    private final TextNormalizer normalizer;
    private final Set<Long> specialIds;

    private TextEncoder(HuggingFaceTokenizer tokenizer, TextNormalizer normalizer, Set<Long> specialIds) {
        this.tokenizer = tokenizer;
        this.normalizer = normalizer;
        this.specialIds = specialIds;
    }

    /**
     * Opens a tokenizer.
     *
     * @throws RuntimeException if the native library does not take the file
     */
    static TextEncoder open(TokenizerFile file, TextNormalizer normalizer, int maxTokens) throws IOException {
        return new TextEncoder(NativeTokenizers.open(file.json(), maxTokens), normalizer, file.specialIds());
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
        Encoding encoding = tokenizer.encode(
                capped ? normalized.substring(0, normalized.offsetByCodePoints(0, MAX_CODE_POINTS)) : normalized);
        long[] ids = encoding.getIds();
        long[] typeIds = encoding.getTypeIds();
        long[] special = encoding.getSpecialTokenMask();
        // Some vocabularies hold the special tokens as words; no text may use them.
        int[] kept = IntStream.range(0, ids.length)
                .filter(i -> special[i] == 1 || !specialIds.contains(ids[i]))
                .toArray();
        return new EncodedText(
                Arrays.stream(kept).mapToLong(i -> ids[i]).toArray(),
                Arrays.stream(kept).mapToLong(i -> typeIds[i]).toArray(),
                Arrays.stream(kept).allMatch(i -> special[i] == 1),
                capped || encoding.exceedMaxLength());
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
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record EncodedText(long[] ids, long[] typeIds, boolean isBlank, boolean truncated) {
        int length() {
            return ids.length;
        }
    }
}
