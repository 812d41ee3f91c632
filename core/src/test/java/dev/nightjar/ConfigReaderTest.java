/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private final List<Object> read = new ArrayList<>();

    @Test
    void everyTypeIsRead() {
        ConfigReader reader = ConfigReader.of(
                "sink-test",
                Map.of(
                        "uri", "test://host",
                        "name", " as it is ",
                        "size", "500",
                        "seed", "9007199254740993",
                        "rate", "0.5",
                        "loop", "true",
                        "timeout", "10s",
                        "folder", "a/b",
                        "token", "env:TOKEN",
                        "stage", "decode"));
        assertThat(reader.required("uri")).isEqualTo("test://host");
        reader.string("name", read::add);
        reader.integer("size", read::add);
        reader.longInteger("seed", read::add);
        reader.number("rate", read::add);
        reader.bool("loop", read::add);
        reader.duration("timeout", read::add);
        reader.path("folder", read::add);
        reader.credential("token", read::add);
        reader.choice("stage", DeadLetter.Stage.class, read::add);
        reader.finish();
        assertThat(read)
                .containsExactly(
                        " as it is ",
                        500,
                        9007199254740993L,
                        0.5,
                        true,
                        Duration.ofSeconds(10),
                        Path.of("a/b"),
                        Credential.env("TOKEN"),
                        DeadLetter.Stage.DECODE);
    }

    @Test
    void anOptionThatIsMissingIsNotSet() {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of());
        reader.string("name", read::add);
        reader.integer("size", read::add);
        reader.choice("stage", DeadLetter.Stage.class, read::add);
        reader.finish();
        assertThat(read).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "10s, PT10S",
        "5m, PT5M",
        "2h, PT2H",
        "' 7s ', PT7S",
        "0s, PT0S",
        "PT1M30S, PT1M30S",
        "P2D, P2D"
    })
    void aDurationIsShortOrIso(String text, Duration duration) {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("timeout", text));
        reader.duration("timeout", read::add);
        reader.finish();
        assertThat(read).containsExactly(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "10 s",
                "s",
                "10d",
                "10S",
                "1.5s",
                "-1s",
                "9223372036854775807h",
                "99999999999999999999s",
                "PT",
                "tomorrow"
            })
    void whatIsNoDurationIsAFault(String text) {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("timeout", text));
        reader.duration("timeout", read::add);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(reader::finish)
                .withMessage("The option 'timeout' of sink-test is not a duration such as 500ms, 10s, 5m or PT10S");
        assertThat(read).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "NaN", "Infinity", "-Infinity", "1e999", "0,5"})
    void whatIsNoFiniteNumberIsAFault(String text) {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("rate", text));
        reader.number("rate", read::add);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(reader::finish)
                .withMessage("The option 'rate' of sink-test is not a number");
    }

    @Test
    void whiteSpaceAroundANumberIsLeftOut() {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("size", " 5 ", "seed", "6\n", "rate", " 0.5"));
        reader.integer("size", read::add);
        reader.longInteger("seed", read::add);
        reader.number("rate", read::add);
        reader.finish();
        assertThat(read).containsExactly(5, 6L, 0.5);
    }

    @ParameterizedTest
    @CsvSource({"decode", "DECODE", "' Decode '"})
    void aChoiceIsReadInKebabCaseOrAsDeclared(String text) {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("stage", text));
        reader.choice("stage", DeadLetter.Stage.class, read::add);
        reader.finish();
        assertThat(read).containsExactly(DeadLetter.Stage.DECODE);
    }

    @Test
    void aChoiceOfTwoWordsHasAHyphen() {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("type", "replied-to"));
        reader.choice("type", TweetReference.Type.class, read::add);
        reader.finish();
        assertThat(read).containsExactly(TweetReference.Type.REPLIED_TO);
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        ConfigReader reader = ConfigReader.of(
                "sink-test",
                Map.of(
                        "size", "many",
                        "seed", "1.5",
                        "rate", "fast",
                        "loop", "yes",
                        "folder", "a\u0000b",
                        "stage", "somewhere",
                        "batch-sizes", "1"));
        reader.required("uri");
        reader.integer("size", read::add);
        reader.longInteger("seed", read::add);
        reader.number("rate", read::add);
        reader.bool("loop", read::add);
        reader.path("folder", read::add);
        reader.choice("stage", DeadLetter.Stage.class, read::add);
        reader.integer("batch-size", read::add);
        ConfigException refused = catchThrowableOfType(ConfigException.class, reader::finish);
        assertThat(refused.faults())
                .containsExactly(
                        "sink-test needs the option 'uri'",
                        "The option 'size' of sink-test is not a whole number",
                        "The option 'seed' of sink-test is not a whole number",
                        "The option 'rate' of sink-test is not a number",
                        "The option 'loop' of sink-test is not true or false",
                        "The option 'folder' of sink-test is not a path",
                        "The option 'stage' of sink-test is not one of source, decode, classify, sink",
                        "sink-test has no option 'batch-sizes'; did you mean 'batch-size'? It has batch-size, folder,"
                                + " loop, rate, seed, size, stage, uri");
        assertThat(refused).hasMessage("8 faults: " + String.join("; ", refused.faults()));
        assertThat(read).isEmpty();
    }

    @Test
    void whatASetterRefusesIsAFaultToo() {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("size", "0", "name", "x"));
        reader.integer("size", size -> {
            throw new IllegalArgumentException("The size 0 is not positive");
        });
        reader.string("name", name -> {
            throw new ConfigException("No such name");
        });
        ConfigException refused = catchThrowableOfType(ConfigException.class, reader::finish);
        assertThat(refused.faults())
                .containsExactly(
                        "The option 'size' of sink-test is refused: The size 0 is not positive",
                        "The option 'name' of sink-test is refused: No such name");
    }

    @Test
    void aValueIsNeverShown() {
        ConfigReader reader = ConfigReader.of(
                "sink-test", Map.of("size", "s3cret", "tokn", "s3cret", "timeout", "s3cret", "loop", "s3cret"));
        reader.credential("token", read::add);
        reader.integer("size", read::add);
        reader.duration("timeout", read::add);
        reader.bool("loop", read::add);
        ConfigException refused = catchThrowableOfType(ConfigException.class, reader::finish);
        assertThat(refused.faults()).hasSize(4);
        assertThat(refused.toString()).contains("did you mean 'token'").doesNotContain("s3cret");
        assertThat(refused.getCause()).isNull();
    }

    @Test
    void aBlankRequiredOptionIsMissing() {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("uri", " "));
        assertThat(reader.required("uri")).isEmpty();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(reader::finish)
                .withMessage("sink-test needs the option 'uri'");
    }

    @Test
    void aReaderOfNoOptionsRefusesAll() {
        ConfigReader reader = ConfigReader.of("sink-test", Map.of("uri", "x"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(reader::finish)
                .withMessageStartingWith("sink-test has no option 'uri'");
    }

    @ParameterizedTest
    @CsvSource({
        "batchsize, batch-size",
        "batch_size, batch-size",
        "Batch-Size, batch-size",
        "ur, uri",
        "timout, timeout",
        "time, timeout",
        "connect-timeuot, connect-timeout",
        "'', uri"
    })
    void theNearestNameIsThatOfFewestEdits(String name, String nearest) {
        List<String> known = List.of("uri", "timeout", "connect-timeout", "batch-size");
        assertThat(ConfigReader.nearest(name, known)).isEqualTo(nearest);
    }

    @Test
    void theOptionsAreCopiedBeforeTheyAreRead() {
        Map<String, String> options = new java.util.HashMap<>(Map.of("name", "x"));
        ConfigReader reader = ConfigReader.of("sink-test", options);
        options.put("other", "y");
        reader.string("name", read::add);
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }
}
