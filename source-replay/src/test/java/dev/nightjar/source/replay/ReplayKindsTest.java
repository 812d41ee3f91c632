/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.ZstdOutputStream;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Files by their first bytes: compressed in any way, in another charset, or of a kind that is refused. */
class ReplayKindsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Codec.class)
    void aCompressedFileIsReadWithItsFurtherParts(Codec codec) throws IOException {
        Path file = file(
                compressed(codec, Replays.lines(3000)),
                compressed(codec, ""),
                compressed(codec, Replays.line(3000) + "\n"));

        assertThat(Replays.all(file).tweets()).hasSize(3001);
        assertThat(ReplayConfig.file(file).build().describe())
                .contains("is read as x, compressed with " + codec.word());
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void theReplayOfACompressedFileGoesOn(Codec codec) throws IOException {
        ReplayConfig config = ReplayConfig.file(file(compressed(codec, Replays.lines(3000))))
                .batchSize(1_700)
                .build();
        SourcePosition position;
        try (ReplaySource source = config.open()) {
            Replays.poll(source);
            position = source.position();
        }
        try (ReplaySource source = config.open(position)) {
            assertThat(Replays.all(source).tweets())
                    .hasSize(1_300)
                    .first()
                    .extracting(Tweet::text)
                    .isEqualTo("tweet 1700");
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void ofACompressedFileThatWasCutOffOrDamagedADeadLetterTells(Codec codec) throws IOException {
        byte[] whole = compressed(codec, Replays.lines(6_000));
        SourceBatch cut = Replays.all(file(Arrays.copyOf(whole, whole.length / 2)));
        assertThat(cut.deadLetters()).last().extracting(DeadLetter::code).isEqualTo("truncated-" + codec.word());

        byte[] damaged = whole.clone();
        for (int i = damaged.length / 2; i < damaged.length / 2 + 300; i++) {
            damaged[i] ^= (byte) (31 * i);
        }
        SourceBatch read = Replays.all(file(damaged));
        assertThat(read.deadLetters()).last().extracting(DeadLetter::code).isEqualTo("corrupt-" + codec.word());
        assertThat(read.tweets()).hasSizeLessThan(6_000);
    }

    @Test
    void aLibraryIsMissedOnlyWhereItIsNeeded() throws Exception {
        String without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> !jar.matches(".*(commons-compress|zstd-jni|[/\\\\]xz-).*"))
                .collect(Collectors.joining(File.pathSeparator));
        for (Codec codec : Codec.values()) {
            Path file = file(compressed(codec, Replays.lines(3)));
            Process replay = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            without,
                            ReplayLargeFileTest.class.getName(),
                            file.toString())
                    .redirectErrorStream(true)
                    .start();

            assertThat(new String(replay.getInputStream().readAllBytes(), UTF_8))
                    .contains(
                            codec == Codec.GZIP
                                    ? "3 tweets"
                                    : "ConfigException: The file is compressed with " + codec.word() + "; add ");
        }
    }

    static List<Arguments> tails() {
        byte[] member = Replays.gzip(Replays.line(1) + "\n");
        byte[] further = Replays.gzip(Replays.line(2) + "\n");
        byte[] wrongSum = member.clone();
        wrongSum[wrongSum.length - 7] ^= 1;
        return List.of(
                Arguments.of("zeros", joined(new byte[512], member, new byte[70_000], further, new byte[3]), 3, ""),
                Arguments.of("a member at once", joined(member, further), 3, ""),
                Arguments.of("a text", joined(member, "more".getBytes(UTF_8), further), 2, "corrupt-gzip"),
                Arguments.of(
                        "lines that are not compressed", joined(Replays.lines(3).getBytes(UTF_8)), 1, "corrupt-gzip"),
                Arguments.of(
                        "the beginning of a header", joined(member, Arrays.copyOf(member, 5)), 2, "truncated-gzip"),
                Arguments.of("one byte", joined(new byte[] {0x1F}), 1, "truncated-gzip"),
                Arguments.of("a header alone", joined(Arrays.copyOf(member, 10)), 1, "truncated-gzip"),
                Arguments.of(
                        "a member without its sum",
                        joined(Arrays.copyOf(member, member.length - 4)),
                        2,
                        "truncated-gzip"),
                Arguments.of("a member with a wrong sum", joined(wrongSum, further), 2, "corrupt-gzip"),
                Arguments.of("another codec", joined(new byte[] {'B', 'Z', 'h', '9'}), 1, "corrupt-gzip"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tails")
    void whatFollowsAGzipMemberIsNotLost(String name, byte[] tail, int tweets, String code) {
        SourceBatch read = Replays.all(file(Replays.gzip(Replays.line(0) + "\n"), tail));

        assertThat(read.tweets()).hasSize(tweets);
        assertThat(read.deadLetters())
                .extracting(DeadLetter::code)
                .isEqualTo(code.isEmpty() ? List.of() : List.of(code));
    }

    @Test
    void aWholeDocumentBeforeAFaultIsRead() {
        assertThat(Replays.all(file(Replays.gzip(Replays.line(0)), new byte[] {1}))
                        .tweets())
                .hasSize(1);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("PK\u0003\u0004", "zip archive"),
                Arguments.of("x".repeat(257) + "ustar", "tar archive"),
                Arguments.of("7z\u00BC\u00AF'\u001C", "7z archive"),
                Arguments.of("PAR1", "Parquet, which Spark reads"),
                Arguments.of("SQLite format 3\u0000", "database of SQLite"),
                Arguments.of("\u0004\"M\u0018", "lz4 -d"),
                Arguments.of("\u0080\u0004\u0095", "pickle of Python"),
                Arguments.of("\n<!DOCTYPE html><html>", "HTML"),
                Arguments.of("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
                Arguments.of(
                        "{\"verb\":\"post\",\"objectType\":\"activity\",\"body\":\"b\"}\n", "Gnip Activity Stream"),
                Arguments.of("{\"data\":{\"user\":{\"result\":{\"__typename\":\"User\"}}}}", "GraphQL"),
                Arguments.of(
                        "{\"data\":{\"user\":{\"result\":{\"__typename\":\"User\",\"x\":\"" + "x".repeat(70_000),
                        "GraphQL"),
                Arguments.of(
                        "window.YTD.like.part0 = [ {\"like\":{\"tweetId\":\"1\",\"fullText\":\"t\"}} ]",
                        "the part 'like'"),
                Arguments.of(
                        "{'id': 1, 'text': 'owl'}\n{'id': 2, 'text': \"it's\"}\n", "as Python prints them, not JSON"),
                Arguments.of("[{u'id': 1L}]", "write them with json.dumps"),
                Arguments.of("one\ntwo\n", "is of no kind that is known"),
                Arguments.of("\u0000\u0001\u0002\u0003", "is of no kind that is known"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aKindThatIsKnownAndNotReadIsRefusedInASentence(String beginning, String words) {
        for (byte[] bytes : List.of(beginning.getBytes(ISO_8859_1), Replays.gzip(beginning.getBytes(ISO_8859_1)))) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> Replays.all(file(bytes)))
                    .withMessageContaining(words);
        }
    }

    @Test
    void utf16IsReadByItsMarkAndNamedWithoutOne() {
        String text = Replays.line(0) + "\n" + Replays.line(1).replace("tweet 1", "\u591C \uD83E\uDD89") + "\n";
        for (var charset : List.of(Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE"))) {
            assertThat(Replays.all(file(("\uFEFF" + text).getBytes(charset))).tweets())
                    .hasSize(2);
        }
        for (var charset : List.of(UTF_16LE, UTF_16BE)) {
            byte[] bytes = ("\uFEFF" + text).getBytes(charset);
            for (byte[] whole : List.of(bytes, Replays.gzip(bytes))) {
                assertThat(Replays.all(file(whole)).tweets())
                        .extracting(Tweet::text)
                        .containsExactly("tweet 0", "\u591C \uD83E\uDD89");
            }
            assertThat(Replays.all(file(Arrays.copyOf(bytes, bytes.length - 3))).tweets())
                    .hasSize(1);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> Replays.all(file(text.getBytes(charset))))
                    .withMessageContaining("UTF-16 without a mark; convert it to UTF-8");
        }
    }

    @Test
    void aFileThatIsCompressedTwiceIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Replays.all(file(Replays.gzip(Replays.gzip(Replays.lines(1))))))
                .withMessageContaining("compressed twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipes", "auto"})
    void aFormatOfOnesOwnIsFound(String format) {
        Path file = file(
                "1785640366233616384|2024-05-01T12:00:00Z|an owl\nx|2024-05-01T12:00:00Z|\nno bar\n".getBytes(UTF_8));

        SourceBatch read = Replays.all(ReplayConfig.file(file).format(format));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("an owl");
        assertThat(read.deadLetters()).extracting(DeadLetter::code).containsExactly("bad-id", "reader-failed");
        assertThat(ReplayConfig.file(file).build().describe())
                .isEqualTo("'" + file + "' is read as pipes, since its first line has an id before a bar");
    }

    @Test
    void aFormatThatNobodyHasIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ReplayConfig.file(Path.of("x")).format("pipe").build())
                .withMessageContaining("The option 'format' is 'pipe', not auto, x, nightjar, sentiment140, csv");
    }

    private Path file(byte[]... parts) {
        return Replays.write(folder.resolve("file"), parts);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] compressed(Codec codec, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (codec) {
            case GZIP -> new GZIPOutputStream(bytes);
            case BZIP2 -> new BZip2CompressorOutputStream(bytes);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options());
            case ZSTD -> new ZstdOutputStream(bytes).setChecksum(true);
        }) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
