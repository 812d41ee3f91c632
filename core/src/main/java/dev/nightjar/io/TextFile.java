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
 * Text as editors save it: UTF-8 with a byte order mark or without, which is no part of the text, and UTF-16 and UTF-32
 * with one.
 *
 * @since 0.1.0
 */
public final class TextFile {
    /** What is to be said of a file that {@link #isUnmarkedUtf16 is UTF-16 without a mark}. */
    public static final String UNMARKED =
            "UTF-16 without a mark; convert it to UTF-8 first, as by iconv -f UTF-16LE -t UTF-8";

    private static final int LOOKED_AT = 1024;
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final String FIRST_OF_MARKS = "\u0000\u00EF\u00FE\u00FF";

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
     * A stream of text as UTF-8 without its mark. It waits for the first bytes alone. Malformed UTF-16 is a {@link
     * java.nio.charset.CharacterCodingException}; malformed UTF-8 is left as it is.
     *
     * @param in read a little; closed with the result
     * @throws ConfigException if it is UTF-16 without a mark
     */
    public static InputStream utf8(InputStream in) throws IOException {
        byte[] head = head(in);
        if (isUnmarkedUtf16(head)) {
            throw new ConfigException("The text is " + UNMARKED);
        }
        Charset charset = marked(head);
        int mark = charset != null
                ? (charset.name().startsWith("UTF-32") ? 4 : 2)
                : Arrays.equals(head, 0, Math.min(MARK.length, head.length), MARK, 0, MARK.length) ? 3 : 0;
        InputStream text = new SequenceInputStream(new ByteArrayInputStream(head, mark, head.length - mark), in);
        return charset == null ? text : new Transcoded(text, charset);
    }

    /** What comes first, and is enough to tell a mark: somebody who types one line is not waited for. */
    private static byte[] head(InputStream in) throws IOException {
        byte[] head = new byte[LOOKED_AT];
        int length = Math.max(0, in.read(head));
        int read = length;
        while (read > 0 && length < 4 && FIRST_OF_MARKS.indexOf(head[0] & 0xFF) >= 0) {
            read = in.read(head, length, LOOKED_AT - length);
            length += Math.max(0, read);
        }
        return Arrays.copyOf(head, length);
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
                && marked(beginning) == null
                && ((zeros[0] >= many && zeros[1] == 0) || (zeros[1] >= many && zeros[0] == 0));
    }

    /** The charset of bytes that begin with the mark of UTF-16 or UTF-32; null for all others. */
    public static @Nullable Charset marked(byte[] beginning) {
        int[] first = new int[4];
        for (int i = 0; i < first.length; i++) {
            first[i] = i < beginning.length ? beginning[i] & 0xFF : -1;
        }
        if (first[0] == 0xFF && first[1] == 0xFE) {
            return first[2] == 0 && first[3] == 0 ? Charset.forName("UTF-32LE") : StandardCharsets.UTF_16LE;
        }
        boolean is32 = first[0] == 0 && first[1] == 0 && first[2] == 0xFE && first[3] == 0xFF;
        return is32
                ? Charset.forName("UTF-32BE")
                : first[0] == 0xFE && first[1] == 0xFF ? StandardCharsets.UTF_16BE : null;
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
