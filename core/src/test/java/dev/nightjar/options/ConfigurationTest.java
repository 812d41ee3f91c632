/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.TweetReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    /** A configuration with an option of every type. */
    static final class Sample extends Configuration {
        static final Options OPTIONS = Options.of("sink-test");
        static final Option<String> URI = OPTIONS.add(Option.text("uri")
                .required()
                .shownAs(uri -> uri.replaceAll("//.*@", "//***@"))
                .means("where it is"));
        static final Option<String> NAME = OPTIONS.add(Option.text("name")
                .valid("lower-case letters", name -> name.matches("[a-z ]*"))
                .quoted());
        static final Option<Integer> SIZE =
                OPTIONS.add(Option.integer("size", 1, 1000).defaultTo(500).means("records at a time"));
        static final Option<Long> SEED =
                OPTIONS.add(Option.longInteger("seed", 0, Long.MAX_VALUE).unlessSet("another each time"));
        static final Option<Double> RATE = OPTIONS.add(Option.number("rate", 0, 1));
        static final Option<Boolean> LOOP = OPTIONS.add(Option.flag("loop"));
        static final Option<Duration> TIMEOUT = OPTIONS.add(
                Option.duration("timeout", Duration.ZERO, Duration.ofDays(9)).defaultTo(Duration.ofSeconds(10)));
        static final Option<Path> FOLDER = OPTIONS.add(Option.path("folder"));
        static final Option<Credential> TOKEN = OPTIONS.add(Option.credential("token"));
        static final Option<Stage> STAGE = OPTIONS.add(Option.choice("stage", Stage.class));
        static final Option<Duration> PAUSE = OPTIONS.add(Option.duration("pause", Duration.ofSeconds(1)));
        static final Option<List<String>> TAGS = OPTIONS.add(Option.of("tags", "words", Sample::words));
        static final Option<TweetReference.Type> TYPE = OPTIONS.add(Option.choice("type", TweetReference.Type.class));

        private static final long serialVersionUID = 1L;

        private Sample(Builder builder) {
            super(builder);
        }

        private static List<String> words(String text) {
            if (text.contains("#")) {
                throw new ConfigException("A word needs no '#'");
            }
            return List.of(text.split(" "));
        }

        static Sample fromMap(Map<String, String> options) {
            return new Builder().read(options).build();
        }

        @Override
        protected Options options() {
            return OPTIONS;
        }

        static final class Builder extends Configuration.Builder<Sample, Builder> {
            Builder() {
                super(OPTIONS, Sample::new);
            }

            @Override
            protected void check(Sample sample, List<String> faults) {
                if (sample.find(TAGS) != null && find(SIZE) != null) {
                    faults.add("Tags have no 'size'");
                }
                if (sample.get(LOOP) && sample.find(SEED) == null) {
                    faults.add("A loop needs the option 'seed'");
                }
            }
        }
    }

    /** A configuration with a part that another has too, an object of the program's, and properties known to others. */
    static final class Whole extends Configuration {
        static final Option<String> USER = Option.text("user");
        static final Options PART = Options.of("part").addPrefix("client.", Whole::property);
        static final Options OPTIONS = Options.of("whole").addAll(PART).addAll(List.of(USER));
        static final Option<Stage> OBJECT = OPTIONS.add(Option.given("object"));

        private static final long serialVersionUID = 1L;
        private final transient Options options;

        private Whole(Builder builder) {
            super(builder);
            this.options = builder.declared;
        }

        static Builder builder(Options options) {
            return new Builder(options);
        }

        static Option<?> property(String key) {
            if (key.endsWith(".key")) {
                return Option.credential(key);
            }
            return Option.of(key, "a property", text -> {
                if (key.endsWith(".class")) {
                    throw new ConfigException("it loads a class");
                }
                return text;
            });
        }

        @Override
        protected Options options() {
            return options;
        }

        static final class Builder extends Configuration.Builder<Whole, Builder> {
            private final Options declared;

            private Builder(Options options) {
                super(options, Whole::new);
                this.declared = options;
            }
        }
    }

    @Test
    void optionsOfAPrefixAreReadEachAsItIs() {
        Whole whole = Whole.builder(Whole.OPTIONS)
                .set(Whole.OBJECT, Stage.SINK)
                .read(Map.of("client.id", "7", "client.ssl.key", "canary"))
                .build();
        assertThat(whole.under("client.", String.class)).containsExactly(Map.entry("id", "7"));
        assertThat(whole.under("client.", Credential.class))
                .containsExactly(Map.entry("ssl.key", Credential.literal("canary")));
        assertThat(whole).hasToString("Whole[object=sink, client.id=7, client.ssl.key=***]");
        assertThat(catchThrowableOfType(
                                ConfigException.class,
                                () -> Whole.builder(Whole.OPTIONS)
                                        .set(Whole.OBJECT, Stage.SINK)
                                        .read(Map.of("client.factory.class", "evil.Factory", "clientid", "7"))
                                        .build())
                        .faults())
                .containsExactly(
                        "The option 'client.factory.class' of whole is refused: it loads a class",
                        "whole has no option 'clientid'; did you mean 'user'? It has user");
    }

    @Test
    void whatAProgramGivesIsRequiredAndNoTextSetsIt() {
        assertThat(catchThrowableOfType(
                                ConfigException.class,
                                () -> Whole.builder(Whole.OPTIONS)
                                        .read(Map.of("object", "sink"))
                                        .build())
                        .faults())
                .containsExactly(
                        "whole has no option 'object'; did you mean 'user'? It has user",
                        "whole needs the option 'object'");
        assertThat(Whole.OPTIONS.all()).containsExactly(Whole.USER);
    }

    @Test
    void aPartIsTakenOutOfTheWholeAndPutIntoIt() {
        Whole whole = Whole.builder(Whole.OPTIONS)
                .set(Whole.OBJECT, Stage.SINK)
                .read(Map.of("client.id", "7", "user", "robin"))
                .build();
        Whole part = Whole.builder(Whole.PART).setAll(whole).build();
        assertThat(part).hasToString("Whole[client.id=7]");
        assertThat(Whole.builder(Whole.OPTIONS)
                        .set(Whole.OBJECT, Stage.SINK)
                        .set(Whole.USER, "robin")
                        .setAll(part)
                        .build())
                .isEqualTo(whole);
    }

    @Test
    void everyTypeIsRead() {
        Sample sample = Sample.fromMap(Map.ofEntries(
                Map.entry("uri", "test://host"),
                Map.entry("name", " as it is "),
                Map.entry("size", "501"),
                Map.entry("seed", "9007199254740993"),
                Map.entry("rate", "0.5"),
                Map.entry("loop", "true"),
                Map.entry("timeout", "11s"),
                Map.entry("folder", "a/b"),
                Map.entry("token", "env:TOKEN"),
                Map.entry("stage", "decode"),
                Map.entry("type", "replied-to")));
        assertThat(sample.get(Sample.URI)).isEqualTo("test://host");
        assertThat(sample.get(Sample.NAME)).isEqualTo(" as it is ");
        assertThat(sample.get(Sample.SIZE)).isEqualTo(501);
        assertThat(sample.get(Sample.SEED)).isEqualTo(9007199254740993L);
        assertThat(sample.get(Sample.RATE)).isEqualTo(0.5);
        assertThat(sample.get(Sample.LOOP)).isTrue();
        assertThat(sample.get(Sample.TIMEOUT)).isEqualTo(Duration.ofSeconds(11));
        assertThat(sample.get(Sample.FOLDER)).isEqualTo(Path.of("a/b"));
        assertThat(sample.get(Sample.TOKEN)).isEqualTo(Credential.env("TOKEN"));
        assertThat(sample.get(Sample.STAGE)).isEqualTo(Stage.DECODE);
        assertThat(sample.get(Sample.TYPE)).isEqualTo(TweetReference.Type.REPLIED_TO);
    }

    @Test
    void anOptionThatIsMissingHasItsDefaultOrNone() {
        Sample sample = read("uri", "test://host");
        assertThat(sample.get(Sample.SIZE)).isEqualTo(500);
        assertThat(sample.get(Sample.LOOP)).isFalse();
        assertThat(sample.find(Sample.NAME)).isNull();
        assertThat(sample).hasToString("Sample[uri=test://host]");
    }

    @Test
    void whatMeansTheSameIsEqualAndWhatDoesNotIsNot() {
        Sample plain = new Sample.Builder().set(Sample.URI, "u").build();
        Sample said = new Sample.Builder()
                .set(Sample.URI, "u")
                .set(Sample.SIZE, 9)
                .set(Sample.SIZE, 500)
                .build();
        assertThat(said).isEqualTo(plain).hasSameHashCodeAs(plain).hasToString(plain.toString());
        assertThat(new Sample.Builder().setAll(plain).set(Sample.SIZE, 9).build())
                .isNotEqualTo(plain);
        assertThat(new Sample.Builder().setAll(plain).build()).isEqualTo(plain);
    }

    @Test
    void theTextShowsNoSecret() {
        assertThat(Sample.fromMap(Map.of("uri", "test://robin:canary@host", "token", "canary", "timeout", "90s")))
                .hasToString("Sample[uri=test://***@host, timeout=90s, token=***]");
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
        assertThat(read("timeout", text).get(Sample.TIMEOUT)).isEqualTo(duration);
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
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read("timeout", text))
                .withMessage("The option 'timeout' of sink-test is not a duration such as 500ms, 10s, 5m or PT10S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "NaN", "Infinity", "-Infinity", "1e999", "0,5"})
    void whatIsNoFiniteNumberIsAFault(String text) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read("rate", text))
                .withMessage("The option 'rate' of sink-test is not a number");
    }

    @ParameterizedTest
    @CsvSource({"size, ' 5 ', size=5", "seed, '6\n', seed=6", "rate, ' 0.5', rate=0.5", "loop, ' true', "})
    void whiteSpaceAroundANumberIsLeftOut(String key, String text, String shown) {
        assertThat(new Sample.Builder()
                        .set(Sample.URI, "u")
                        .set(Sample.SEED, 1L)
                        .read(Map.of(key, text))
                        .build())
                .asString()
                .contains(shown == null ? "loop=true" : shown);
    }

    @ParameterizedTest
    @CsvSource({"decode", "DECODE", "' Decode '"})
    void aChoiceIsReadInKebabCaseOrAsDeclared(String text) {
        assertThat(read("stage", text).get(Sample.STAGE)).isEqualTo(Stage.DECODE);
    }

    @Test
    void allFaultsAreNamedAtOnceAndNoTextIsQuoted() {
        ConfigException refused = refused(Map.of(
                "size", "many",
                "seed", "1.5",
                "rate", "fast",
                "loop", "yes",
                "folder", "a\u0000b",
                "stage", "somewhere",
                "name", "Robin",
                "sizes", "1"));
        assertThat(refused.faults())
                .containsExactly(
                        "The option 'folder' of sink-test is not a path",
                        "The option 'loop' of sink-test is not true or false",
                        "The option 'rate' of sink-test is not a number",
                        "The option 'seed' of sink-test is not a whole number",
                        "The option 'size' of sink-test is not a whole number",
                        "sink-test has no option 'sizes'; did you mean 'size'? It has folder, loop, name,"
                                + " pause, rate, seed, size, stage, tags, timeout, token, type, uri",
                        "The option 'stage' of sink-test is not one of source, decode, classify, sink",
                        "sink-test needs the option 'uri'",
                        "The option 'name' is 'Robin', not lower-case letters");
        assertThat(refused).hasMessage("9 faults: " + String.join("; ", refused.faults()));
    }

    @Test
    void aRequiredOptionThatIsMalformedIsNotAlsoMissing() {
        assertThat(refused(Map.of("uri", " ")).faults()).containsExactly("sink-test needs the option 'uri'");
    }

    @ParameterizedTest
    @CsvSource({
        "size, 0, '0, not from 1 to 1000'",
        "size, 1001, '1001, not from 1 to 1000'",
        "seed, -1, '-1, not at least 0'",
        "rate, 1.1, '1.1, not from 0.0 to 1.0'",
        "timeout, P10D, '240h, not from 0s to 216h'",
        "timeout, PT9223372036854775807S, '9223372036854775807s, not from 0s to 216h'",
        "timeout, PT217H0.5S, 'PT217H0.5S, not from 0s to 216h'",
        "pause, 999ms, '999ms, not at least 1s'"
    })
    void aNumberOutOfItsRangeIsAFault(String key, String text, String fault) {
        assertThat(refused(Map.of("uri", "u", key, text)).faults())
                .containsExactly("The option '" + key + "' is " + fault);
    }

    @Test
    void optionsThatContradictEachOtherAreLookedAtWhenEachIsValid() {
        assertThat(refused(Map.of("uri", "u", "loop", "true")).faults())
                .containsExactly("A loop needs the option 'seed'");
        assertThat(refused(Map.of("uri", "u", "loop", "true", "size", "0")).faults())
                .containsExactly("The option 'size' is 0, not from 1 to 1000");
    }

    @Test
    void anOptionThatIsSetToItsDefaultIsKnownToBeSet() {
        Sample.Builder builder = new Sample.Builder()
                .set(Sample.URI, "u")
                .set(Sample.TAGS, List.of("a"))
                .set(Sample.SIZE, 500);
        assertThat(catchThrowableOfType(ConfigException.class, builder::build).faults())
                .containsExactly("Tags have no 'size'");
    }

    @Test
    void aReaderMaySayItselfWhatIsWrong() {
        assertThat(refused(Map.of("uri", "u", "tags", "a #b")).faults())
                .containsExactly("The option 'tags' of sink-test is refused: A word needs no '#'");
    }

    @Test
    void optionsThatConfigurationsShareAreTakenOver() {
        Sample sample = Sample.fromMap(Map.of("uri", "u", "size", "9", "pause", "2h"));
        Part part = new Part.Builder().setAll(sample).build();
        assertThat(part).hasToString("Part[size=9]");
        assertThat(new Sample.Builder()
                        .setAll(sample)
                        .setAll(new Part.Builder().build())
                        .build())
                .as("the default of the part")
                .isEqualTo(Sample.fromMap(Map.of("uri", "u", "pause", "2h")));
    }

    /** A configuration that shares an option with another, and has one that is another's by name only. */
    static final class Part extends Configuration {
        static final Options OPTIONS = Options.of("part").addAll(List.of(Sample.SIZE, Option.text("pause")));

        private static final long serialVersionUID = 1L;

        private Part(Builder builder) {
            super(builder);
        }

        @Override
        protected Options options() {
            return OPTIONS;
        }

        static final class Builder extends Configuration.Builder<Part, Builder> {
            Builder() {
                super(OPTIONS, Part::new);
            }
        }
    }

    @Test
    void theTableHasARowForEachOption() {
        assertThat(Sample.OPTIONS.table().lines().limit(6))
                .containsExactly(
                        "| key | value | default | what for |",
                        "|---|---|---|---|",
                        "| `uri` | a text | required | where it is |",
                        "| `name` | lower-case letters | none |  |",
                        "| `size` | from 1 to 1000 | `500` | records at a time |",
                        "| `seed` | at least 0 | another each time |  |");
        assertThat(Sample.OPTIONS.table().lines())
                .hasSize(2 + Sample.OPTIONS.all().size());
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
        assertThat(Options.nearest(name, known)).isEqualTo(nearest);
    }

    @Test
    void whereThereAreNoOptionsAllAreRefused() {
        assertThat(Options.of("sink-test").unknown("uri")).startsWith("sink-test has no option 'uri'");
    }

    @Test
    void aTextThatIsNoValueIsNeverShown() {
        ConfigException refused =
                refused(Map.of("uri", "u", "size", "s3cret", "tokn", "s3cret", "timeout", "s3cret", "loop", "s3cret"));
        assertThat(refused.faults()).hasSize(4);
        assertThat(refused.toString()).contains("did you mean 'token'").doesNotContain("s3cret");
        assertThat(refused.getCause()).isNull();
    }

    @Test
    void anOptionTellsValuesToTryItWith() {
        assertThat(Option.text("name").examples()).containsExactly("name1", "name2");
        assertThat(Option.text("name").defaultTo("name1").examples()).containsExactly("name2", "name1");
        assertThat(Option.integer("count", 3, 1_000_000).examples()).containsExactly("3", "200000");
        assertThat(Option.number("share", 0, 1).defaultTo(0.25).examples()).containsExactly("0.75", "0.25");
        assertThat(Option.duration("wait", Duration.ofMinutes(1)).examples()).containsExactly("4m");
        assertThat(Option.flag("loud").examples()).containsExactly("true", "false");
        assertThat(Option.choice("stage", Stage.class).examples()).hasSize(2);
        assertThat(Option.of("place", "a place", text -> text).examples()).isEmpty();
    }

    @Test
    void anOptionIsDeclaredOnce() {
        Options options = Options.of("twice");
        options.add(Option.flag("loop"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.add(Option.text("loop")))
                .withMessage("The option 'loop' is declared twice");
    }

    private static Sample read(String key, String text) {
        return new Sample.Builder()
                .set(Sample.URI, "test://host")
                .read(Map.of(key, text))
                .build();
    }

    private static ConfigException refused(Map<String, String> options) {
        return catchThrowableOfType(ConfigException.class, () -> Sample.fromMap(options));
    }
}
