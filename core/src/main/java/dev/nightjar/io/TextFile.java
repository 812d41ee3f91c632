/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import dev.nightjar.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Text as editors save it: UTF-8 with a byte order mark or without, which is no part of the text, and UTF-16 with one.
 *
 * @since 0.1.0
 */
public final class TextFile {
    /** What is to be said of a file that {@link #isUnmarkedUtf16 is UTF-16 without a mark}. */
    public static final String UNMARKED =
            "UTF-16 without a mark; convert it to UTF-8 first, as by iconv -f UTF-16LE -t UTF-8";

    private static final int LOOKED_AT = 1024;
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private TextFile() {}

    /**
     * Reads a file.
     *
     * @throws java.nio.charset.MalformedInputException if it is neither
     * @throws ConfigException if it is UTF-16 without a mark
     */
    public static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (isUnmarkedUtf16(bytes)) {
            throw new ConfigException("The file '" + file + "' is " + UNMARKED);
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8(new ByteArrayInputStream(bytes)).readAllBytes()))
                .toString();
    }

    /**
     * A stream of text as UTF-8 without its mark. Malformed UTF-16 is a {@link java.nio.charset.CharacterCodingException};
     * malformed UTF-8 is left as it is.
     *
     * @param in read a little; closed with the result
     * @throws ConfigException if it is UTF-16 without a mark
     */
    public static InputStream utf8(InputStream in) throws IOException {
        byte[] head = in.readNBytes(LOOKED_AT);
        if (isUnmarkedUtf16(head)) {
            throw new ConfigException("The text is " + UNMARKED);
        }
        Charset charset = markedUtf16(head);
        int mark = charset != null
                ? 2
                : Arrays.equals(head, 0, Math.min(MARK.length, head.length), MARK, 0, MARK.length) ? 3 : 0;
        InputStream text = new SequenceInputStream(new ByteArrayInputStream(head, mark, head.length - mark), in);
        return charset == null ? text : new Transcoded(text, charset);
    }

    /** Whether every other one of the first bytes is zero. */
    public static boolean isUnmarkedUtf16(byte[] beginning) {
        int length = Math.min(beginning.length, LOOKED_AT) & ~1;
        int[] zeros = new int[2];
        for (int i = 0; i < length; i++) {
            zeros[i & 1] += beginning[i] == 0 ? 1 : 0;
        }
        int many = length / 2 - length / 8;
        return length >= 4
                && markedUtf16(beginning) == null
                && ((zeros[0] >= many && zeros[1] == 0) || (zeros[1] >= many && zeros[0] == 0));
    }

    /** The charset of bytes that begin with UTF-16's mark; null for all others. */
    public static @Nullable Charset markedUtf16(byte[] beginning) {
        int mark = beginning.length < 2 ? 0 : (beginning[0] & 0xFF) << 8 | (beginning[1] & 0xFF);
        return mark == 0xFEFF ? StandardCharsets.UTF_16BE : mark == 0xFFFE ? StandardCharsets.UTF_16LE : null;
    }

    /**
     * Text in UTF-8 that is in another charset.
     *
     * <p>Confined to one thread.
     */
    private static final class Transcoded extends InputStream {
        private static final int CHARS = 1 << 13;

        private final InputStream in;
        private final Reader reader;
        private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        private final CharBuffer chars = CharBuffer.allocate(CHARS);
        private InputStream bytes = new ByteArrayInputStream(new byte[0]);
        private boolean ended;

        Transcoded(InputStream in, Charset charset) {
            this.in = in;
            this.reader = new InputStreamReader(
                    in,
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT));
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            int read = bytes.read(into, from, count);
            while (read < 0 && !ended) {
                ended = reader.read(chars) < 0;
                chars.flip();
                ByteBuffer encoded = ByteBuffer.allocate(4 * CHARS);
                CoderResult result = encoder.encode(chars, encoded, ended);
                if (result.isError()) {
                    result.throwException();
                }
                chars.compact(); // the first half of a pair stays
                bytes = new ByteArrayInputStream(encoded.array(), 0, encoded.position());
                read = bytes.read(into, from, count);
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
