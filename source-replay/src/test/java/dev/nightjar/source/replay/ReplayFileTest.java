/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ReplayFileTest {
    @TempDir
    Path folder;

    @Test
    void everyShapeOfTheApiIsReadFromOneFile() {
        SourceBatch read = Replays.all(file("""
                {"id":"1785640366233616384","text":"v2"}
                {"data":{"id":"1785640366233616385","text":"frame"},"matching_rules":[{"id":"1","tag":"t"}]}
                {"data":[{"id":"1785640366233616386","text":"page 1"},{"id":"x","text":"bad"},{"id":"1785640366233616387","text":"page 2"}],"meta":{"result_count":3},"__twarc":{}}
                {"id":1785640366233616388,"id_str":"1785640366233616388","full_text":"v1.1","user":{"screen_name":"u"}}
                [{"id_str":"1785640366233616389","text":"timeline"}]

                {"delete":{"status":{"id_str":"1785640366233616390"}}}
                {"limit":{"track":5}}
                {"errors":[{"title":"Gone","type":"https://api.x.com/2/problems/operational-disconnect"}]}
                {"verb":"post","objectType":"activity","body":"b"}
                """));

        assertThat(read.tweets())
                .extracting(Tweet::text)
                .containsExactly("v2", "frame", "page 1", "page 2", "v1.1", "timeline");
        assertThat(read.deadLetters())
                .extracting(DeadLetter::code, DeadLetter::origin)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("bad-id", "tweets:3#1"),
                        org.assertj.core.groups.Tuple.tuple("x-error", "tweets:9"),
                        org.assertj.core.groups.Tuple.tuple("unsupported-shape", "tweets:10"));
        assertThat(read.deadLetters()).extracting(DeadLetter::stage).containsOnly(DeadLetter.Stage.SOURCE);
        assertThat(read.deadLetters().get(1).message()).isEqualTo("The line is an error of the X API, not data");
        assertThat(read.deletedIds()).containsExactly("1785640366233616390");
        assertThat(read.skipped()).containsOnly(Map.entry("blank", 1L), Map.entry("limit", 1L));
    }

    @Test
    void lineEndsMayBeCrLfAndTheLastOneMissing() {
        SourceBatch read = Replays.all(
                file("\uFEFF" + Replays.line(0) + "\r\n\r\n" + Replays.line(1) + "\n \n" + Replays.line(2)));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("tweet 0", "tweet 1", "tweet 2");
        assertThat(read.skipped()).containsOnly(Map.entry("blank", 2L));
    }

    @Test
    void aFileMayBeOneDocumentOnManyLines() {
        for (String document : List.of(
                "{\n  \"id\": \"1785640366233616384\",\n  \"text\": \"a\"\n}\n",
                "[\n{\"id\":\"1785640366233616384\",\"text\":\"a\"}\n]",
                "[{\"id\":\"1785640366233616384\",\"text\":\"a\"},\n{\"id\":\"1\"}]\n",
                "\uFEFF\n{\"data\": [\n{\"id\":\"1785640366233616384\",\"text\":\"a\"}]}")) {
            assertThat(Replays.all(file(document)).tweets())
                    .as(document)
                    .extracting(Tweet::text)
                    .containsExactly("a");
        }
    }

    @Test
    void canonicalJsonComesBackEqualAndIsNotDecodedTwice() {
        List<Tweet> tweets = new ArrayList<>(List.of(Tweets.rich(), Tweets.tweet(1, "&amp;lt; \u2028 &amp;")));
        StringBuilder lines = new StringBuilder();
        tweets.forEach(tweet -> lines.append(TweetJson.toJson(tweet)).append('\n'));

        assertThat(Replays.all(ReplayConfig.file(file(lines.toString())).format("nightjar"))
                        .tweets())
                .isEqualTo(tweets);
    }

    @Test
    void aTextThatEndsWithItsLineIsNotTakenForALineEnd() {
        assertThat(Replays.all(file("{\"id\":\"1785640366233616384\",\"text\":\"a\u2028b\u2029c\u0085d\"}\n"))
                        .tweets())
                .extracting(Tweet::text)
                .containsExactly("a\u2028b\u2029c\u0085d");
    }

    @Test
    void gzipIsKnownByItsBytesAndMayHaveSeveralMembers() {
        Path file = Replays.write(
                folder.resolve("no-suffix"),
                Replays.gzip(Replays.line(0) + "\n" + Replays.line(1).substring(0, 10)),
                Replays.gzip(""),
                Replays.gzip(Replays.line(1).substring(10) + "\n"));
        assertThat(Replays.all(file).tweets()).extracting(Tweet::text).containsExactly("tweet 0", "tweet 1");

        Path misnamed = Replays.write(folder.resolve("plain.gz"), Replays.lines(1));
        assertThat(Replays.all(misnamed).tweets()).hasSize(1);
    }

    @Test
    void ofAGzipFileThatWasCutOffAllThatIsReadableComesAndThenADeadLetter() throws IOException {
        byte[] whole = Replays.gzip(Replays.lines(20_000));
        Path file = Replays.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length / 2));

        SourceBatch read = Replays.all(file);

        assertThat(read.tweets()).hasSizeBetween(5_000, 15_000);
        assertThat(read.tweets().get(read.tweets().size() - 1).text())
                .isEqualTo("tweet " + (read.tweets().size() - 1));
        assertThat(read.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("truncated-gzip");
            assertThat(letter.origin()).isEqualTo("cut.gz:" + (read.tweets().size() + 1));
            assertThat(Replays.line(read.tweets().size())).startsWith(new String(letter.original(), UTF_8));
        });
    }

    @Test
    void aGzipFileThatIsDamagedEndsWithADeadLetter() {
        byte[] damaged = Replays.gzip(Replays.lines(20_000));
        Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 200, (byte) 0xFF);
        SourceBatch read = Replays.all(Replays.write(folder.resolve("damaged"), damaged));

        assertThat(read.tweets()).isNotEmpty();
        assertThat(read.deadLetters()).last().extracting(DeadLetter::code).isEqualTo("corrupt-gzip");

        for (int length : new int[] {3, 9}) {
            byte[] beginning = Arrays.copyOf(Replays.gzip(""), length);
            assertThat(Replays.all(Replays.write(folder.resolve("beginning"), beginning))
                            .deadLetters())
                    .extracting(DeadLetter::code)
                    .containsExactly("truncated-gzip");
        }
    }

    @Test
    void aGzipFileMadeToGrowEndsWithADeadLetterAndLittleMemory() {
        byte[] zeros = Replays.gzip(new byte[60_000_000]);
        assertThat(zeros).hasSizeLessThan(80_000);

        SourceBatch read = Replays.all(Replays.write(folder.resolve("bomb"), Replays.gzip(Replays.lines(3)), zeros));

        assertThat(read.tweets()).hasSize(3);
        assertThat(read.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("gzip-bomb");
            assertThat(letter.original()).hasSize(FeedItem.MAX_ORIGINAL_BYTES);
        });
    }

    @Test
    void aFileOfEqualTweetsIsNoBomb() {
        String line = Replays.line(0) + "\n";
        byte[] compressed = Replays.gzip(line.repeat(8_000_000 / line.length()));

        assertThat(Replays.all(Replays.write(folder.resolve("equal"), compressed))
                        .deadLetters())
                .isEmpty();
    }

    @Test
    void aRecordThatIsTooLongIsADeadLetterOfItsBeginning() {
        String longest = "{\"id\":\"1785640366233616384\",\"text\":\"longest\",\"x\":\"" + "x".repeat(500_000) + "\"}";
        String longer = longest.replace("\"x\":", "\"xx\":");
        Path file = file(
                Replays.line(0) + "\n" + longest + " \r\n" + longer + "\n" + Replays.line(1) + "\n" + longer + "  ");

        SourceBatch read = Replays.all(ReplayConfig.file(file).maxRecordBytes(longest.length()));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("tweet 0", "longest", "tweet 1");
        assertThat(read.deadLetters())
                .extracting(DeadLetter::code, DeadLetter::origin, letter -> letter.original().length)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("record-too-long", "tweets:3", FeedItem.MAX_ORIGINAL_BYTES),
                        org.assertj.core.groups.Tuple.tuple(
                                "record-too-long", "tweets:5", FeedItem.MAX_ORIGINAL_BYTES));
        assertThat(read.deadLetters().get(0).message())
                .isEqualTo("The record has " + (longest.length() + 1) + " bytes, more than " + longest.length()
                        + "; the first 262144 bytes of " + (longest.length() + 1) + " are kept");
    }

    @Test
    void aSmallDeadLetterIsTheLineByteForByte() {
        byte[] line = "{\"id\":\"1\",\"text\":\"\u00FC?\"}".getBytes(UTF_8);
        line[line.length - 3] = (byte) 0xFF;

        assertThat(Replays.all(Replays.write(folder.resolve("tweets"), line, new byte[] {'\r', '\n'}))
                        .deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.original()).isEqualTo(line));
    }

    @Test
    void aSourceGoesOnAtEachPositionOfPagesToo() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i += 4) {
            text.append(Replays.line(i))
                    .append("\n\n{\"data\":[")
                    .append(Replays.line(i + 1))
                    .append(",{},")
                    .append(Replays.line(i + 2))
                    .append(',')
                    .append(Replays.line(i + 3))
                    .append("]}\n");
        }
        for (Path file :
                List.of(file(text.toString()), Replays.write(folder.resolve("z"), Replays.gzip(text.toString())))) {
            SourceBatch all = Replays.all(file);
            assertThat(all.tweets()).hasSize(40);
            for (int batchSize : new int[] {1, 3, 7}) {
                ReplayConfig config =
                        ReplayConfig.file(file).batchSize(batchSize).build();
                List<Tweet> tweets = new ArrayList<>();
                List<DeadLetter> deadLetters = new ArrayList<>();
                long skipped = 0;
                SourcePosition position = SourcePosition.START;
                for (boolean ended = false; !ended; ) {
                    try (ReplaySource source = config.open(position)) {
                        SourceBatch batch = Replays.poll(source);
                        tweets.addAll(batch.tweets());
                        deadLetters.addAll(batch.deadLetters());
                        skipped += batch.skippedCount();
                        position = source.position();
                        ended = source.isExhausted();
                    }
                }
                assertThat(tweets).isEqualTo(all.tweets());
                assertThat(deadLetters).isEqualTo(all.deadLetters());
                assertThat(skipped).isEqualTo(all.skippedCount()).isEqualTo(10);
            }
        }
    }

    @Test
    void aDamagedFileDoesNotSayItTwiceWhenReopened() {
        byte[] whole = Replays.gzip(Replays.lines(2_000));
        ReplayConfig config = ReplayConfig.file(
                        Replays.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length / 2)))
                .build();
        SourcePosition end;
        try (ReplaySource source = config.open()) {
            assertThat(Replays.all(source).deadLetters()).hasSize(1);
            end = source.position();
        }
        try (ReplaySource source = config.open(end)) {
            assertThat(Replays.all(source).isEmpty()).isTrue();
        }
    }

    @Test
    void aFileThatWasReplacedIsRefused() throws IOException {
        Path file = file(Replays.lines(1_000));
        ReplayConfig config = ReplayConfig.file(file).build();
        SourcePosition position = afterOnePoll(config);

        file(Replays.lines(1_000).replace("tweet 0", "tweet X"));
        assertRefused(config, position, "is not the one of the position: it begins differently");

        file(Replays.lines(1_000).substring(0, 20_000));
        assertRefused(config, position, "is not the one of the position: it begins differently");

        String large = Replays.lines(5_000);
        file(large);
        SourcePosition far;
        try (ReplaySource source =
                ReplayConfig.file(file).batchSize(4_000).build().open()) {
            Replays.poll(source);
            far = source.position();
        }
        file(large.substring(0, 100_000));
        assertRefused(config, far, "it has 100000 bytes, fewer than");

        Files.delete(file);
        assertRefused(config, position, "does not exist");
    }

    @Test
    void aGzipFileThatWasReplacedOrCutIsRefused() {
        byte[] compressed = Replays.gzip(Replays.lines(50_000));
        Path file = Replays.write(folder.resolve("z"), compressed);
        ReplayConfig config = ReplayConfig.file(file).batchSize(40_000).build();
        SourcePosition position = afterOnePoll(config);
        assertThat(compressed.length).isGreaterThan(200_000);

        Replays.write(file, Arrays.copyOf(compressed, 100_000));
        assertRefused(config, position, "it cannot be decompressed as far as byte");
    }

    @Test
    void aFileMayGrowBetweenTwoRuns() throws IOException {
        Path file = file(Replays.lines(10));
        ReplayConfig config = ReplayConfig.file(file).build();
        SourcePosition position = afterOnePoll(config);

        Files.writeString(file, Replays.line(10) + "\n", StandardOpenOption.APPEND);

        try (ReplaySource source = config.open(position)) {
            assertThat(Replays.all(source).tweets()).extracting(Tweet::text).containsExactly("tweet 10");
        }
    }

    @Test
    void aFileThatGrowsWhileItIsReadIsReadToItsNewEndAndThatIsCounted() throws IOException {
        Path file = file(Replays.lines(1_000));
        try (ReplaySource source = ReplayConfig.file(file).batchSize(10).build().open()) {
            Replays.poll(source);
            Files.writeString(file, Replays.line(1_000) + "\n", StandardOpenOption.APPEND);
            SourceBatch rest = Replays.all(source);

            assertThat(rest.tweets()).hasSize(991);
            assertThat(rest.skipped()).containsOnly(Map.entry("file-grew", 1L));
        }
    }

    @Test
    void aFileThatShrinksWhileItIsReadEndsWithADeadLetter() throws IOException {
        Path file = file(Replays.lines(5_000));
        try (ReplaySource source = ReplayConfig.file(file).batchSize(10).build().open()) {
            Replays.poll(source);
            try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
                cut.setLength(200_000);
            }
            SourceBatch rest = Replays.all(source);

            assertThat(rest.tweets()).hasSizeBetween(1_500, 4_000);
            assertThat(rest.deadLetters()).last().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("file-shrank");
                assertThat(letter.message()).contains("while it was read");
            });
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // where a file that is open cannot be deleted
    void ofAFileThatIsDeletedWhileItIsReadAllComesBeforeTheFault() throws IOException {
        Path file = file(Replays.lines(1_000));
        try (ReplaySource source =
                ReplayConfig.file(file).batchSize(400).build().open()) {
            int tweets = Replays.poll(source).tweets().size();
            Files.delete(file);
            tweets += Replays.poll(source).tweets().size();
            tweets += Replays.poll(source).tweets().size();

            assertThat(tweets).isEqualTo(1_000);
            assertThat(source.isExhausted()).isFalse();
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> source.poll(Duration.ZERO))
                    .withMessageContaining("does not exist");

            file(Replays.lines(1_001));
            assertThat(Replays.all(source).tweets()).extracting(Tweet::text).containsExactly("tweet 1000");
        }
    }

    @Test
    void whatIsNoRegularFileIsRefused() throws IOException {
        assertRefused(ReplayConfig.file(folder.resolve("missing")).build(), SourcePosition.START, "does not exist");
        assertRefused(ReplayConfig.file(folder).build(), SourcePosition.START, "is no regular file");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pipesDevicesAndLinksInACircleAreRefused() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder.resolve("circle"));

        assertRefused(ReplayConfig.file(pipe).build(), SourcePosition.START, "is no regular file");
        assertRefused(ReplayConfig.file(Path.of("/dev/zero")).build(), SourcePosition.START, "is no regular file");
        assertRefused(ReplayConfig.file(circle).build(), SourcePosition.START, "does not exist");

        Path link = Files.createSymbolicLink(folder.resolve("link"), file(Replays.lines(1)));
        assertThat(Replays.all(link).tweets()).hasSize(1);
    }

    @Test
    void anEmptyFileIsExhaustedByItsFirstPoll() {
        assertThat(Replays.all(file("")).isEmpty()).isTrue();
        assertThat(Replays.all(Replays.write(folder.resolve("z"), Replays.gzip("")))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void theCountEndsTheReplayAlsoOverSeveralRuns() {
        Path file = file(Replays.lines(100));
        ReplayConfig config = ReplayConfig.file(file).count(30).batchSize(20).build();
        SourcePosition position;
        try (ReplaySource source = config.open()) {
            assertThat(Replays.poll(source).tweets()).hasSize(20);
            assertThat(source.isExhausted()).isFalse();
            position = source.position();
        }
        try (ReplaySource source = config.open(position)) {
            assertThat(Replays.poll(source).tweets()).hasSize(10);
            assertThat(source.isExhausted()).isTrue();
        }
    }

    private static SourcePosition afterOnePoll(ReplayConfig config) {
        try (ReplaySource source = config.open()) {
            assertThat(Replays.poll(source).tweets()).isNotEmpty();
            return source.position();
        }
    }

    private static void assertRefused(ReplayConfig config, SourcePosition position, String message) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> config.open(position).close())
                .withMessageContaining(message);
    }

    private Path file(String text) {
        return Replays.write(folder.resolve("tweets"), text);
    }
}
