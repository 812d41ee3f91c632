/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON in the ways in which people put many records into one file: all are found, and a bad one costs itself alone. */
class ReplayShapesTest {
    private static final int TWEETS = 6;

    @TempDir
    Path folder;

    /** Each holds the tweets 0 to 5. */
    static Stream<Map.Entry<String, String>> shapes() {
        Map<String, String> shapes = new LinkedHashMap<>();
        shapes.put("lines", join("\n", Replays::line));
        shapes.put("lines with commas", join(",\n", Replays::line));
        shapes.put("no line ends", join("", Replays::line));
        shapes.put("spaces between", join("  ", Replays::line));
        shapes.put("a text sequence", "\u001E" + join("\n\u001E", Replays::line) + "\n");
        shapes.put("as jq prints", join("\n", ReplayShapesTest::pretty) + "\n");
        shapes.put("as jq --tab prints", join("\n", ReplayShapesTest::pretty).replace("  ", "\t"));
        shapes.put("printed with CR LF", join("\n", ReplayShapesTest::pretty).replace("\n", "\r\n"));
        shapes.put("a list on a line", "[" + join(",", Replays::line) + "]");
        shapes.put("a list as Python prints", "[" + join(", ", Replays::line) + "]\n");
        shapes.put("a list of lines", "[\n" + join(",\n", Replays::line) + "\n]\n");
        shapes.put("a list of lines, commas first", "[ " + join("\n, ", Replays::line) + "\n]");
        shapes.put(
                "a list that is indented",
                "[\n  " + join(",\n", ReplayShapesTest::pretty).replace("\n", "\n  ") + "\n]");
        shapes.put("a list without indentation", "[\n" + join(",\n", ReplayShapesTest::flat) + "\n]\n");
        shapes.put("lists on lines", "[" + pair(0) + "]\n[" + pair(2) + "]\n[" + pair(4) + "]\n");
        shapes.put("a list of lists", "[[" + pair(0) + "],[" + pair(2) + "],\n[" + pair(4) + "]]");
        shapes.put("pages in a list", "[" + page(0) + "," + page(2) + "," + page(4) + "]");
        shapes.put("pages in lines", page(0) + "\n" + page(2) + "\n" + page(4) + "\n");
        shapes.put("pages without line ends", page(0) + page(2) + page(4));
        shapes.put("joined files with marks", "\uFEFF" + pair(0) + "\n\uFEFF" + pair(2) + "\n\uFEFF[" + pair(4) + "]");
        shapes.put("an archive", "window.YTD.tweets.part0 = [" + join(",\n", ReplayShapesTest::archived) + "]");
        shapes.put(
                "an archive in parts",
                "window.YTD.tweets.part0 = [ " + archived(0) + "," + archived(1) + " ]\nwindow.YTD.tweets.part1 = [\n  "
                        + archived(2) + ",\n  " + archived(3) + " ];" + archived(4) + archived(5));
        shapes.put("an old archive", "Grailbird.data.tweets_2013_01 = \n [ " + join(", ", Replays::line) + " ]");
        shapes.put("an unwrapped archive", "[" + join(",", ReplayShapesTest::archived) + "]");
        return shapes.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyRecordIsFound(Map.Entry<String, String> shape) {
        SourceBatch read = Replays.all(file(shape.getValue()));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactlyElementsOf(texts());
        assertThat(read.deadLetters()).isEmpty();
        assertThat(read.skipped()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theReplayGoesOnAtEachRecord(Map.Entry<String, String> shape) {
        assertSameInSteps(file(shape.getValue()));
        assertSameInSteps(file(broken(shape.getValue())));
    }

    /** The third tweet has no value for a name, as a program that writes NaN leaves it. */
    @ParameterizedTest
    @MethodSource("shapes")
    void aRecordThatIsNoJsonCostsItselfAlone(Map.Entry<String, String> shape) {
        SourceBatch read = Replays.all(file(broken(shape.getValue())));

        List<String> rest = new ArrayList<>(texts());
        rest.remove("tweet 2");
        if (shape.getKey().startsWith("pages")) {
            rest.remove("tweet 3");
        }
        assertThat(read.tweets()).extracting(Tweet::text).containsExactlyElementsOf(rest);
        assertThat(read.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("bad-json");
            assertThat(new String(letter.original(), UTF_8)).contains("NaN").doesNotContain("tweet 1");
        });
    }

    @Test
    void aLineThatWasCutOffCostsItselfWhereverItWasCut() {
        String torn =
                "{\"id\":\"1785640366233616384\",\"user\":{\"id\":5,\"name\":\"a\"},\"list\":[1,{\"b\":2}],\"text\":\"a b\"}";
        for (int length = 1; length < torn.length(); length++) {
            String cut = torn.substring(0, length);
            for (String before : List.of("", Replays.line(8) + "\n")) {
                SourceBatch read =
                        Replays.all(file(before + cut + "\n" + Replays.line(0) + "\n" + Replays.line(1) + "\n"));

                assertThat(read.tweets()).as(cut).extracting(Tweet::text).endsWith("tweet 0", "tweet 1");
                assertThat(read.deadLetters()).as(cut).singleElement().satisfies(letter -> {
                    assertThat(letter.code()).isEqualTo("bad-json");
                    assertThat(new String(letter.original(), UTF_8)).isEqualTo(cut);
                });
            }
        }
    }

    @Test
    void whatIsWrittenBehindALineThatWasCutOffIsFound() {
        SourceBatch read = Replays.all(file(Replays.line(0) + "\n{\"id\":\"17\",\"text\":\"half" + Replays.line(1)
                + "\n" + Replays.line(2) + "\n"));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("tweet 0", "tweet 1", "tweet 2");
        assertThat(read.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.origin()).isEqualTo("tweets:2");
            assertThat(letter.original()).asString(UTF_8).isEqualTo("{\"id\":\"17\",\"text\":\"half");
        });
    }

    @Test
    void aDocumentOnManyLinesThatWasCutOffCostsItselfAlone() {
        String pretty = pretty(9);
        for (int length = 2; length < pretty.length(); length++) {
            SourceBatch read = Replays.all(
                    file(pretty(0) + "\n" + pretty.substring(0, length) + "\n" + pretty(1) + "\n" + pretty(2)));

            assertThat(read.tweets())
                    .as("cut at %d", length)
                    .extracting(Tweet::text)
                    .containsExactly("tweet 0", "tweet 1", "tweet 2");
            assertThat(read.deadLetters()).as("cut at %d", length).isNotEmpty();
        }
    }

    @Test
    void theQuoteOfATweetThatWasCutOffIsNoTweetOfTheFile() {
        String quote = Replays.line(7).substring(0, Replays.line(7).length() - 1);
        SourceBatch read =
                Replays.all(file("{\"id\":\"17\",\"quoted_status\":" + quote + "\n" + Replays.line(0) + "\n"));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("tweet 0");
        assertThat(read.deadLetters()).hasSize(1);
    }

    @Test
    void elementsThatAreNoObjectsAreDeadLettersAndEmptyListsAreCounted() {
        SourceBatch read = Replays.all(
                file("[1, \"a,]\\\"b\", null, " + Replays.line(0) + ", true]\n[]\n[ ]\n" + Replays.line(1)));

        assertThat(read.tweets()).hasSize(2);
        assertThat(read.deadLetters())
                .extracting(DeadLetter::code, DeadLetter::origin, letter -> new String(letter.original(), UTF_8))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("not-an-object", "tweets:1", "1"),
                        org.assertj.core.groups.Tuple.tuple("not-an-object", "tweets:1:2", "\"a,]\\\"b\""),
                        org.assertj.core.groups.Tuple.tuple("not-an-object", "tweets:1:3", "null"),
                        org.assertj.core.groups.Tuple.tuple("not-an-object", "tweets:1:5", "true"));
        assertThat(read.skipped()).containsOnly(Map.entry("empty-page", 2L));
    }

    @Test
    void aListThatIsNotClosedIsCounted() {
        assertThat(Replays.all(file("[" + Replays.line(0) + "," + Replays.line(1)))
                        .skipped())
                .containsOnly(Map.entry("list-not-closed", 1L));
    }

    @Test
    void whatFollowsADocumentOnItsLineMakesItBad() {
        SourceBatch read =
                Replays.all(file(Replays.line(0) + "}\n" + Replays.line(1) + " x\n" + Replays.line(2) + "\n"));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("tweet 2");
        assertThat(read.deadLetters()).hasSize(2);
    }

    private static String broken(String shape) {
        return shape.replaceAll("\"text\": ?\"tweet 2\"", "\"text\":\"tweet 2\",\"x\":NaN")
                .replaceAll("\"full_text\": ?\"tweet 2\"", "\"full_text\":\"tweet 2\",\"x\":NaN");
    }

    private static void assertSameInSteps(Path file) {
        SourceBatch whole = Replays.all(file);
        List<Tweet> tweets = new ArrayList<>();
        List<DeadLetter> deadLetters = new ArrayList<>();
        ReplayConfig config = ReplayConfig.file(file).batchSize(1).build();
        SourcePosition position = SourcePosition.START;
        for (boolean ended = false; !ended; ) {
            try (ReplaySource source = config.open(position)) {
                SourceBatch batch = Replays.poll(source);
                tweets.addAll(batch.tweets());
                deadLetters.addAll(batch.deadLetters());
                position = source.position();
                ended = source.isExhausted();
            }
        }
        assertThat(tweets).isEqualTo(whole.tweets());
        assertThat(deadLetters).isEqualTo(whole.deadLetters());
    }

    private static String join(String between, IntFunction<String> record) {
        return IntStream.range(0, TWEETS).mapToObj(record).collect(Collectors.joining(between));
    }

    private static List<String> texts() {
        return IntStream.range(0, TWEETS).mapToObj(i -> "tweet " + i).toList();
    }

    private static String pair(int first) {
        return Replays.line(first) + "," + Replays.line(first + 1);
    }

    private static String page(int first) {
        return "{\"data\":[" + pair(first)
                + "],\"includes\":{\"users\":[{\"id\":\"5\"},{\"id\":\"6\"}]},\"meta\":{\"result_count\":2}}";
    }

    private static String pretty(int number) {
        return Replays.line(number)
                .replace("{", "{\n  ")
                .replace(
                        "\",\"",
                        "\",\n  \"user\": {\n    \"tags\": [\n      {\n        \"a\": 1\n      },\n      {\n        \"a\": 2\n      }\n    ]\n  },\n  \"")
                .replaceFirst("(?s),\n  \"user\": .*?\n  },", ",")
                .replace("\":\"", "\": \"")
                .replace("}\n", "}\n")
                .replaceAll("}$", "\n}");
    }

    private static String flat(int number) {
        return pretty(number).replaceAll("(?m)^ +", "");
    }

    private static String archived(int number) {
        return "{ \"tweet\" : "
                + Replays.line(number).replace("\"text\"", "\"full_text\"").replaceFirst("\"id\"", "\"id_str\"") + " }";
    }

    private Path file(String text) {
        return Replays.write(folder.resolve("tweets"), text);
    }
}
