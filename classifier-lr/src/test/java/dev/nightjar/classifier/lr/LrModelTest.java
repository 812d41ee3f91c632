/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightjar.ConfigException;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LrModelTest {
    private static final LrModel MODEL = SmallTexts.model();

    @TempDir
    private Path directory;

    @Test
    void aSavedModelGivesTheSameAnswers() throws IOException {
        Path file = directory.resolve("model.json");
        MODEL.save(file);
        LrModel loaded = LrModel.load(file);

        List<String> texts =
                SmallTexts.training().stream().map(LabelledText::text).toList();
        try (LrClassifier original = MODEL.classifier();
                LrClassifier copy = loaded.classifier()) {
            assertThat(copy.classifyAll(texts)).isEqualTo(original.classifyAll(texts));
        }
        assertThat(loaded.metrics()).isEqualTo(MODEL.metrics());
        assertThat(loaded.model())
                .isEqualTo("small@" + Sha256.of(file).substring(0, 12))
                .isEqualTo(MODEL.model());
        assertThat(LrModelJson.write(loaded)).isEqualTo(Files.readAllBytes(file));
        assertThat(directory.toFile().list()).containsExactly("model.json");
    }

    /** The digest was made by another program, from the description in the README. */
    @Test
    void aFileIsWrittenAsDescribed() {
        LrModel model = LrModel.of(
                "small",
                List.of("no", "yes"),
                LrFeatures.of(6, 42, new int[] {3, 5}, new float[] {1, 2.5f}),
                new double[] {0.25, -1},
                new float[] {1, -2, 0.5f, 3},
                Map.of("training.texts", 3.0, "training.seconds", 0.5));
        assertThat(new String(LrModelJson.write(model), StandardCharsets.UTF_8)).isEqualTo("""
                {
                  "format" : "nightjar-lr",
                  "version" : 1,
                  "name" : "small",
                  "labels" : [ "no", "yes" ],
                  "ngrams" : {
                    "normalizer" : "tweet-ngrams-v1",
                    "words" : 2,
                    "characters" : 5,
                    "hash" : "murmur3-32",
                    "seed" : 42,
                    "bits" : 6,
                    "weighting" : "sublinear-tf-idf-l2"
                  },
                  "metrics" : {
                    "training.seconds" : 0.5,
                    "training.texts" : 3.0
                  },
                  "temperature" : 1.0,
                  "intercepts" : [ 0.25, -1.0 ],
                  "sha256" : "09683eac2661f31f20d0b4f9ef01900931d5e82381d3508f9109709c4ea38ace",
                  "features" : "AwAAAAUAAAA=",
                  "idf" : "AACAPwAAIEA=",
                  "weights" : "AACAPwAAAMAAAAA/AABAQA=="
                }""");
    }

    @Test
    void savingReplacesTheFile() throws IOException {
        Path file = directory.resolve("model.json");
        Files.writeString(file, "something else");
        MODEL.save(file);
        assertThat(LrModel.load(file).model()).isEqualTo(MODEL.model());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> MODEL.save(directory.resolve("missing").resolve("model.json")))
                .withMessageStartingWith("Could not write the model '");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"nightjar-lr\" | \"other-lr\" | its format is 'other-lr'; this version reads 'nightjar-lr'",
                "\"version\" : 1 | \"version\" : 2 | its version is 2; this version reads 1",
                "tweet-ngrams-v1 | tweet-ngrams-v9 | its normalizer is 'tweet-ngrams-v9'",
                "\"characters\" : 5 | \"characters\" : 6 | its characters is 6; this version reads 5",
                "\"hash\" : | \"salt\" : 1, \"hash\" : | 'ngrams' has 'salt', which this version does not know",
                "\"normalizer\" : \"tweet-ngrams-v1\", | '' | 'ngrams' lacks 'normalizer'",
                "\"words\" : 2, | '' | 'ngrams' lacks 'words'",
                "\"characters\" : 5, | '' | 'ngrams' lacks 'characters'",
                "\"hash\" : \"murmur3-32\", | '' | 'ngrams' lacks 'hash'",
                "\"seed\" : 42, | '' | 'ngrams' lacks 'seed'",
                "\"bits\" : 16, | '' | 'ngrams' lacks 'bits'",
                "\"seed\" : 42 | \"seed\" : 43 | it is damaged: the SHA-256 of its content is",
                "\"bits\" : 16 | \"bits\" : 17 | it is damaged",
                "\"bits\" : 16 | \"bits\" : 40000000000 | 'bits' is not a whole number of 32 bits",
                "\"positive\" | \"pleased\" | it is damaged",
                "\"temperature\" : | \"temperature\" : 1, \"x\" : | it is damaged",
                "\"temperature\" : | \"temperature\" : \"hot\", \"x\" : | 'temperature' is not a number",
                "\"temperature\" : | \"temperature\" : NaN, \"x\" : | Non-standard token 'NaN'",
                "\"name\" : | \"name\" : \"a\", \"name\" : | Duplicate field 'name'",
                "\"idf\" : | \"x\" : | it lacks idf",
                "\"weights\" : \" | \"weights\" : \"?? | 'weights' is not base64",
                "\"weights\" : \" | \"weights\" : \"AAAA | 'weights' has",
            })
    void aChangedFileIsRefusedWithTheReason(String original, String change, String reason) {
        String json = new String(LrModelJson.write(MODEL), StandardCharsets.UTF_8);
        assertThat(json).contains(original);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        LrModel.read(json.replace(original, change).getBytes(StandardCharsets.UTF_8), "'changed.json'"))
                .withMessageStartingWith("The model 'changed.json' is refused: ")
                .withMessageContaining(reason);
    }

    /** Whoever writes such a file with another program gets the digest right, too. */
    @Test
    void aFileWhoseDigestFitsIsRefusedForWhatItHolds() {
        int features = MODEL.featureCount();
        assertForgedIsRefused("weights", bytes -> bytes.putFloat(8, Float.NaN), "a weight is NaN");
        assertForgedIsRefused("idf", bytes -> bytes.putFloat(8, -1), "an inverse frequency is -1.0");
        assertForgedIsRefused(
                "weights",
                bytes -> bytes.limit(bytes.limit() - 4),
                "it has " + (3 * features - 1) + " weights, not " + 3 * features);
        assertForgedIsRefused(
                "idf",
                bytes -> bytes.limit(bytes.limit() - 4),
                "it has " + (features - 1) + " frequencies for " + features + " features");
        assertForgedIsRefused(
                "features",
                bytes -> bytes.putInt(bytes.limit() - 4, 1 << 16),
                "the feature 65536 repeats, goes back or is beyond 2^16");
    }

    private static void assertForgedIsRefused(String field, Consumer<ByteBuffer> change, String reason) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.read(Forgery.of(LrModelJson.write(MODEL), field, change), "'forged.json'"))
                .withMessage("The model 'forged.json' is refused: " + reason);
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItEnds() {
        byte[] json = LrModelJson.write(MODEL);
        for (int length = 0; length < json.length - 1; length += 1 + json.length / 200) {
            byte[] truncated = Arrays.copyOf(json, length);
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> LrModel.read(truncated, "'cut.json'"));
        }
    }

    @Test
    void oneFlippedBitOfTheNumbersIsRefused() {
        byte[] json = LrModelJson.write(MODEL);
        int weights = new String(json, StandardCharsets.US_ASCII).indexOf("\"weights\"") + 20;
        for (int bit = 0; bit < 8; bit++) {
            byte[] flipped = json.clone();
            flipped[weights + 100] ^= (byte) (1 << bit);
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> LrModel.read(flipped, "'flipped.json'"));
        }
    }

    @Test
    void aFileThatIsNotAModelIsRefused() throws IOException {
        Path file = directory.resolve("model.json");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.load(file))
                .withMessageContaining("Could not read the model '" + file);
        for (String other : List.of("", "[]", "{}", "<html></html>", "version https://git-lfs.github.com/spec/v1\n")) {
            Files.writeString(file, other);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> LrModel.load(file))
                    .withMessageContaining("is refused");
        }
        Files.writeString(file, "{\"ngrams\": {\"seed\": 1}}");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.load(file))
                .withMessageEndingWith(
                        "'ngrams' lacks 'normalizer', 'words', 'characters', 'hash', 'bits', 'weighting'");
        Files.writeString(file, "{\"version\": 1}");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.load(file))
                .withMessageEndingWith(
                        "it lacks format, name, labels, temperature, intercepts, sha256, weights, ngrams, features, idf");
        Files.write(
                file,
                (new String(LrModelJson.write(MODEL), StandardCharsets.UTF_8) + "{}").getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.load(file))
                .withMessageContaining("something follows the model");
    }

    @Test
    void valuesThatMakeNoModelAreRefused() {
        assertRefused(parts -> parts.weights[3] = Float.NaN, "a weight is NaN");
        assertRefused(parts -> parts.weights[3] = Float.NEGATIVE_INFINITY, "a weight is -Infinity");
        assertRefused(parts -> parts.weights = Arrays.copyOf(parts.weights, 7), "it has 7 weights, not ");
        assertRefused(parts -> parts.idf[0] = 0, "an inverse frequency is 0.0");
        assertRefused(parts -> parts.idf = new float[1], "it has 1 frequencies for ");
        assertRefused(parts -> parts.intercepts[1] = Double.NaN, "an intercept is NaN");
        assertRefused(parts -> parts.intercepts = new double[2], "it has 2 intercepts for 3 labels");
        assertRefused(parts -> parts.features[1] = parts.features[0], "repeats, goes back or is beyond 2^16");
        assertRefused(parts -> parts.features[0] = -1, "the feature -1 repeats");
        assertRefused(parts -> parts.features[parts.features.length - 1] = 1 << 16, "the feature 65536 repeats");
        assertRefused(parts -> parts.bits = 3, "3 bits of hash are not 6 to 24");
        assertRefused(parts -> parts.temperature = 0, "the temperature 0.0 is none");
        assertRefused(parts -> parts.temperature = Double.NaN, "the temperature NaN is none");
        assertRefused(parts -> parts.labels = List.of("one"), "it has fewer than 2 labels");
        assertRefused(parts -> parts.labels = List.of("one", "one", "two"), "not distinct");
        assertRefused(parts -> parts.name = "no spaces", "the name 'no spaces' is none");
    }

    private static void assertRefused(Consumer<LrModel.Parts> change, String reason) {
        LrModel.Parts parts = MODEL.parts().copy();
        change.accept(parts);
        assertThatIllegalArgumentException().isThrownBy(() -> LrModel.of(parts)).withMessageContaining(reason);
    }
}
