/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.testkit.Tweets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineBuilderTest {
    private static final String SPICE = ",,==  \\\\\"\"##\n\r\t\u0000%ab1i'\u00e9\ud83e\udd89";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "joy, joy",
                "`a b,c=d`, `a\\ b\\,c\\=d`",
                "`Paris\\`, Paris%5C",
                "100%, 100%25",
                "%5C, %255C",
                "#x, #x",
                "`\"q\"`, `\"q\"`"
            })
    void aTagIsEscapedOrEncoded(String value, String written) {
        assertThat(new LineBuilder("m").tag("k", value).integer("n", 1L).at(5)).isEqualTo("m,k=" + written + " n=1i 5");
    }

    @Test
    void aLineBreakAndANulInATagAreEncoded() {
        assertThat(new LineBuilder("m")
                        .tag("k", "a\nb\r\u0000\u007f")
                        .integer("n", 1L)
                        .at(5))
                .isEqualTo("m,k=a%0Ab%0D%00%7F n=1i 5");
    }

    @Test
    void anAbsentIntegerIsNoField() {
        assertThat(new LineBuilder("m")
                        .tag("k", "v")
                        .integer("a", null)
                        .flag("b", true)
                        .integer("c", -1L)
                        .at(-5))
                .isEqualTo("m,k=v b=true,c=-1i -5");
    }

    /** Whatever the texts, the line is one point that holds them as they are, apart from all others. */
    @Test
    void anyTextMakesOnePointThatHoldsIt() {
        LineProtocolStore store = new LineProtocolStore();
        store.create("b", 0);
        checkAnyText(store);
    }

    static void checkAnyText(Backend store) {
        List<String> texts = texts();
        try {
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i);
                body.append(new LineBuilder("m")
                                .tag("k", text.isEmpty() ? "-" : text)
                                .text("text", text)
                                .number("score." + text, 0.5)
                                .integer("n", (long) i)
                                .at(i))
                        .append('\n');
            }
            assertThat(store.write("b", body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .isEqualTo(new Backend.Reply(204, ""));
            List<Row> rows = store.read("b", "m");
            assertThat(rows).hasSize(texts.size());
            for (Row row : rows) {
                String text = texts.get(row.integer("n").intValue());
                assertThat(row.time()).isEqualTo(row.integer("n"));
                assertThat(row.text("text")).isEqualTo(text);
                assertThat(decoded(row.text("k"))).isEqualTo(text.isEmpty() ? "-" : text);
                assertThat(row.values().entrySet().stream()
                                .filter(value -> value.getKey().startsWith("score."))
                                .map(value -> decoded(value.getKey()))
                                .toList())
                        .containsExactly("score." + text);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> texts() {
        Random random = new Random(42);
        Set<String> texts = new HashSet<>(Tweets.storableTexts().stream()
                .filter(text -> text.length() < 10_000)
                .toList());
        IntStream.range(0, 400)
                .mapToObj(i -> Stream.generate(() -> random.nextInt(SPICE.codePointCount(0, SPICE.length())))
                        .limit(1 + random.nextInt(8))
                        .map(at -> Character.toString(SPICE.codePointAt(SPICE.offsetByCodePoints(0, at))))
                        .reduce("", String::concat))
                .forEach(texts::add);
        return List.copyOf(texts);
    }

    private static String decoded(String name) {
        return java.net.URLDecoder.decode(name.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
    }
}
