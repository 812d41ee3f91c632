/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sentiment140Test {
    private static final String FIRST =
            "\"0\",\"1467810369\",\"Mon Apr 06 22:19:45 PDT 2009\",\"NO_QUERY\",\"una_at_sea\",\"rain, again &amp; again\"";
    private static final String SECOND =
            "\"4\",\"3\",\"Mon May 11 03:17:40 UTC 2009\",\"\"\"dark chocolate\"\"\",\"otto\",\"I &lt;3 \"\"it\"\" &#39;so&#x27; &quot;much&quot; &amp;lt;\"";

    @TempDir
    Path folder;

    @Test
    void aRowBecomesATweetWithoutItsLabel() {
        SourceBatch read = Replays.all(file(FIRST + "\n" + SECOND + "\n"));

        assertThat(read.tweets())
                .containsExactly(
                        Tweet.builder("1467810369", "rain, again & again", Instant.parse("2009-04-07T05:19:45Z"))
                                .author(Author.ofUsername("una_at_sea"))
                                .build(),
                        Tweet.builder("3", "I <3 \"it\" 'so' \"much\" &lt;", Instant.parse("2009-05-11T03:17:40Z"))
                                .author(Author.ofUsername("otto"))
                                .build());
        assertThat(read.deadLetters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesMayEndInThreeWays(String end) {
        SourceBatch read = Replays.all(file(FIRST + end + SECOND + end));

        assertThat(read.tweets()).extracting(Tweet::id).containsExactly("1467810369", "3");
        assertThat(read.deadLetters()).isEmpty();
    }

    @Test
    void quotesMayBeSpareAndAHeaderMayComeFirst() {
        SourceBatch read = Replays.all(file("polarity,id,date,query,user,text\r"
                + "4,3,Mon May 11 03:17:40 UTC 2009,kindle2,otto,\"well, yes\"\r"));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("well, yes");
        assertThat(read.skipped()).containsOnly(Map.entry("header", 1L));
    }

    @Test
    void aLineThatIsNotUtf8IsLatin1() {
        byte[] utf8 = FIRST.replace("rain", "caf\u00E9 \u591C").getBytes(UTF_8);
        byte[] latin1 = SECOND.replace("it", "caf\u00E9").getBytes(ISO_8859_1);
        SourceBatch read =
                Replays.all(Replays.write(folder.resolve("csv"), utf8, new byte[] {'\n'}, latin1, new byte[] {'\n'}));

        assertThat(read.tweets())
                .extracting(Tweet::text)
                .containsExactly("caf\u00E9 \u591C, again & again", "I <3 \"caf\u00E9\" 'so' \"much\" &lt;");
    }

    @Test
    void aSummerTimeIsWhatItSaysInWinterToo() {
        assertThat(Replays.all(file(FIRST.replace("Mon Apr 06", "Tue Jan 06")))
                        .tweets()
                        .get(0)
                        .createdAt())
                .isEqualTo(Instant.parse("2009-01-07T05:19:45Z"));
    }

    @Test
    void aBadRowCostsItselfAlone() {
        List<String> rows = List.of(
                "\"0\",\"1\",\"Mon Apr 06 22:19:45 PDT 2009\",\"NO_QUERY\",\"u\",\"never closed",
                "\"0\",\"1\",\"Mon Apr 06 22:19:45 PDT 2009\",\"NO_QUERY\",\"u\",\"closed\" too early\"",
                "\"0\",\"1\",\"Mon Apr 06 22:19:45 PDT 2009\",\"NO_QUERY\",\"u\"",
                FIRST + ",\"more\"",
                FIRST.replace("1467810369", "x1"),
                FIRST.replace("1467810369", "0"),
                FIRST.replace("PDT", "XST"),
                FIRST.replace("Apr 06", "Feb 30"),
                FIRST.replace("Mon Apr 06 22:19:45 PDT 2009", "2009-04-06"));

        SourceBatch read = Replays.all(file(FIRST + "\n" + String.join("\n", rows) + "\n" + SECOND + "\n"));

        assertThat(read.tweets()).extracting(Tweet::id).containsExactly("1467810369", "3");
        assertThat(read.deadLetters())
                .extracting(DeadLetter::code)
                .containsExactly(
                        "bad-csv",
                        "bad-csv",
                        "bad-csv",
                        "bad-csv",
                        "bad-id",
                        "bad-id",
                        "bad-time",
                        "bad-time",
                        "bad-time");
        assertThat(read.deadLetters())
                .extracting(letter -> new String(letter.original(), UTF_8))
                .isEqualTo(rows);
        assertThat(read.deadLetters())
                .allSatisfy(letter -> assertThat(letter.message()).doesNotContain("never"));
    }

    @Test
    void theFormatCanBeSaidWhereTheBeginningDoesNotShowIt() {
        Path file = file("garbage\n".repeat(9_000) + FIRST + "\n");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Replays.all(file))
                .withMessageContaining("is of no kind that is known");
        assertThat(Replays.all(ReplayConfig.file(file).format("sentiment140")).tweets())
                .hasSize(1);
    }

    @Test
    void anotherLineThanTheFirstMayShowTheFormat() {
        assertThat(Replays.all(file("garbage\n" + FIRST + "\n")).tweets()).hasSize(1);
    }

    /** The names are everybody's own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "target,ids,date,flag,user,text",
                "sentiment,tweet_id,timestamp,q,author,tweet",
                "0,1,2,3,4,5",
                "\uFEFF\"Polarity\",\"The id\",\"When\",\"Query\",\"Who\",\"What, exactly\""
            })
    void theHeaderMayBeAny(String header) {
        SourceBatch read = Replays.all(file(header + "\n" + FIRST + "\n" + SECOND + "\n"));

        assertThat(read.tweets()).extracting(Tweet::id).containsExactly("1467810369", "3");
        assertThat(read.skipped()).containsOnly(Map.entry("header", 1L));
        assertThat(read.deadLetters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",target,ids,date,flag,user,text\n", "index,target,id,date,query,user,text\n"})
    void anIndexMayComeFirst(String header) {
        SourceBatch read = Replays.all(file(header + "0," + FIRST + "\n1," + SECOND + "\n"));

        assertThat(read.tweets()).extracting(Tweet::id).containsExactly("1467810369", "3");
        assertThat(read.deadLetters()).isEmpty();
    }

    private Path file(String text) {
        return Replays.write(folder.resolve("csv"), text);
    }
}
