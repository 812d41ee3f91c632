/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final byte[] STREAM =
            "{\"a\":\"\uD83E\uDD89 \u2028 \u00e9\"}\r\n\r\n{\"b\":1}\n{\"c\":\"\\n\"}\r\ncut off"
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void everyCutOfTheBytesGivesTheSameLines() throws Exception {
        for (int cut = 0; cut <= STREAM.length; cut++) {
            InputStream in = new SequenceInputStream(
                    new ByteArrayInputStream(STREAM, 0, cut),
                    new ByteArrayInputStream(STREAM, cut, STREAM.length - cut));
            assertThat(lines(in, 1_000))
                    .as("cut at byte %d", cut)
                    .containsExactly("{\"a\":\"\uD83E\uDD89 \u2028 \u00e9\"}", "", "{\"b\":1}", "{\"c\":\"\\n\"}");
        }
    }

    @Test
    void ofALineThatIsTooLongTheBeginningIsKeptAndTheNextLineIsWhole() throws Exception {
        InputStream in = new ByteArrayInputStream(("x".repeat(50) + "\r\nshort\r\n").getBytes(StandardCharsets.UTF_8));
        assertThat(lines(in, 10)).containsExactly("too long: " + "x".repeat(10), "short");
    }

    private static List<String> lines(InputStream in, int limit) throws Exception {
        List<String> lines = new ArrayList<>();
        FrameReader reader = new FrameReader(in, limit, Instant::now, () -> {});
        for (Queued.Frame line = reader.next(); line != null; line = reader.next()) {
            lines.add((line.isWhole() ? "" : "too long: ") + new String(line.bytes(), StandardCharsets.UTF_8));
        }
        return lines;
    }
}
