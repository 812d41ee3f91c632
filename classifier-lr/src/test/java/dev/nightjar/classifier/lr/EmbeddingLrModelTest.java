/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
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

class EmbeddingLrModelTest {
    private static final WordVectors VECTORS = WordVectors.open("word-vectors", 32);
    private static final EmbeddingLrModel MODEL =
            EmbeddingLrTrainer.builder("small").build().train(VECTORS, SmallTexts.training(), SmallTexts.validation());

    @TempDir
    private Path directory;

    @Test
    void aSavedModelGivesTheSameAnswers() throws IOException {
        Path file = directory.resolve("model.json");
        MODEL.save(file);
        EmbeddingLrModel loaded = EmbeddingLrModel.load(file);

        List<String> texts =
                SmallTexts.training().stream().map(LabelledText::text).toList();
        try (Classifier original = MODEL.classifier(VECTORS);
                Classifier copy = loaded.classifier(VECTORS)) {
            assertThat(copy.classifyAll(texts)).isEqualTo(original.classifyAll(texts));
        }
        assertThat(loaded.metrics()).isEqualTo(MODEL.metrics());
        assertThat(loaded.embedder()).isEqualTo(VECTORS.model());
        assertThat(loaded.dimension()).isEqualTo(32);
        assertThat(loaded.model())
                .isEqualTo("small@" + Sha256.of(file).substring(0, 12))
                .isEqualTo(MODEL.model());
        assertThat(EmbeddingLrModelJson.write(loaded)).isEqualTo(Files.readAllBytes(file));
        assertThat(directory.toFile().list()).containsExactly("model.json");
    }

    /** The digest was made by another program, from the description in the README. */
    @Test
    void aFileIsWrittenAsDescribed() {
        EmbeddingLrModel.Parts parts = new EmbeddingLrModel.Parts();
        parts.name = "small";
        parts.labels = List.of("no", "yes");
        parts.embedder = "vectors@0123456789ab";
        parts.dimension = 2;
        parts.temperature = 0.5;
        parts.intercepts = new double[] {0.25, -1};
        parts.weights = new float[] {1, -2, 0.5f, 3};
        parts.metrics = Map.of("training.texts", 3.0);
        byte[] json = EmbeddingLrModelJson.write(EmbeddingLrModel.of(parts));
        assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo("""
                {
                  "format" : "nightjar-lr",
                  "version" : 1,
                  "name" : "small",
                  "labels" : [ "no", "yes" ],
                  "features" : "embedding",
                  "embedder" : "vectors@0123456789ab",
                  "dimension" : 2,
                  "metrics" : {
                    "training.texts" : 3.0
                  },
                  "temperature" : 0.5,
                  "intercepts" : [ 0.25, -1.0 ],
                  "sha256" : "f034773c97d3afb5660decac6515412d63292d617e300521642d43ad0ddfe2e5",
                  "weights" : "AACAPwAAAMAAAAA/AABAQA=="
                }""");
    }

    @Test
    void aScoreIsTheSoftmaxOfTheWeightedVector() {
        EmbeddingLrModel.Parts parts = MODEL.parts().copy();
        // Scores that are all but 0 and 1 would show little.
        parts.temperature = 3;
        parts.intercepts = new double[] {-0.5, 0.25, 1};
        EmbeddingLrModel model = EmbeddingLrModel.of(parts);
        String text = "The picnic was wonderful, never again";
        float[] vector = VECTORS.embedAll(List.of(text))[0];
        double[] expected = new double[3];
        for (int label = 0; label < 3; label++) {
            for (int i = 0; i < 32; i++) {
                expected[label] += parts.weights[label * 32 + i] * vector[i];
            }
            expected[label] = Math.exp((expected[label] + parts.intercepts[label]) / 3);
        }
        try (Classifier classifier = model.classifier(VECTORS)) {
            Scored scored = (Scored) classifier.classify(text);
            for (int label = 0; label < 3; label++) {
                assertThat(scored.score(SmallTexts.LABELS.get(label)).orElseThrow())
                        .isBetween(0.001, 0.999)
                        .isCloseTo(expected[label] / Arrays.stream(expected).sum(), within(1e-6));
            }
        }
    }

    @Test
    void anotherEmbedderIsRefused() {
        String expected = "The model " + MODEL.model() + " was trained with the embedder '" + VECTORS.model()
                + "' of 32 dimensions, not with '";
        Embedder other = WordVectors.open("other-vectors", 32);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> MODEL.classifier(other))
                .withMessage(expected + other.model() + "' of 32; open it with that one or train it again");
        Embedder shorter = WordVectors.open("word-vectors", 31);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> MODEL.classifier(shorter))
                .withMessage(expected + VECTORS.model() + "' of 31; open it with that one or train it again");
    }

    @Test
    void anEmbedderIsKnownByItsDigitsNotItsName() {
        try (Classifier classifier = MODEL.classifier(VECTORS.renamed("elsewhere"))) {
            assertThat(classifier.classify("I loved it").top()).isPresent();
        }
    }

    @Test
    void theCallersEmbedderStaysOpen() {
        try (Embedder mine = WordVectors.open("word-vectors", 32)) {
            MODEL.classifier(mine).close();
            assertThatCode(() -> mine.embedAll(List.of("a text"))).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"nightjar-lr\" | \"other-lr\" | its format is 'other-lr'; this version reads 'nightjar-lr'",
                "\"version\" : 1 | \"version\" : 2 | its version is 2; this version reads 1",
                "\"embedding\" | \"vectors\" | its features is 'vectors'; this version reads 'embedding'",
                "\"word-vectors@ | \"other-vectors@ | it is damaged: the SHA-256 of its content is",
                "\"dimension\" : 32 | \"dimension\" : 16 | it is damaged",
                "\"dimension\" : 32 | \"dimension\" : 40000000000 | 'dimension' is not a whole number of 32 bits",
                "\"positive\" | \"pleased\" | it is damaged",
                "\"temperature\" : | \"temperature\" : NaN, \"x\" : | Non-standard token 'NaN'",
                "\"name\" : | \"name\" : \"a\", \"name\" : | Duplicate field 'name'",
                "\"embedder\" : | \"x\" : | it lacks embedder",
                "\"weights\" : \" | \"weights\" : \"?? | 'weights' is not base64",
                "\"features\" : | \"ngrams\" : | its features are n-grams; open it with LrClassifierConfig",
            })
    void aChangedFileIsRefusedWithTheReason(String original, String change, String reason) {
        String json = new String(EmbeddingLrModelJson.write(MODEL), StandardCharsets.UTF_8);
        assertThat(json).contains(original);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EmbeddingLrModel.read(
                        json.replace(original, change).getBytes(StandardCharsets.UTF_8), "'changed.json'"))
                .withMessageStartingWith("The model 'changed.json' is refused: ")
                .withMessageContaining(reason);
    }

    @Test
    void aFileWhoseDigestFitsIsRefusedForWhatItHolds() {
        assertForgedIsRefused(bytes -> bytes.putFloat(8, Float.NaN), "a weight is NaN");
        assertForgedIsRefused(bytes -> bytes.limit(bytes.limit() - 4), "it has 95 weights, not 96");
    }

    private static void assertForgedIsRefused(Consumer<ByteBuffer> change, String reason) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EmbeddingLrModel.read(
                        Forgery.of(EmbeddingLrModelJson.write(MODEL), "weights", change), "'forged.json'"))
                .withMessage("The model 'forged.json' is refused: " + reason);
    }

    @Test
    void eachKindOfModelIsRefusedByTheOther() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.read(EmbeddingLrModelJson.write(MODEL), "'embedding.json'"))
                .withMessage(
                        "The model 'embedding.json' is refused: its features are those of an embedder; open it with"
                                + " EmbeddingLrClassifierConfig");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EmbeddingLrModel.read(LrModelJson.write(SmallTexts.model()), "'ngrams.json'"))
                .withMessage(
                        "The model 'ngrams.json' is refused: its features are n-grams; open it with LrClassifierConfig");
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItEnds() {
        byte[] json = EmbeddingLrModelJson.write(MODEL);
        for (int length = 0; length < json.length - 1; length++) {
            byte[] truncated = Arrays.copyOf(json, length);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> EmbeddingLrModel.read(truncated, "'cut.json'"));
        }
    }

    @Test
    void valuesThatMakeNoModelAreRefused() {
        assertRefused(parts -> parts.weights[3] = Float.NaN, "a weight is NaN");
        assertRefused(parts -> parts.weights[3] = Float.NEGATIVE_INFINITY, "a weight is -Infinity");
        assertRefused(parts -> parts.weights = Arrays.copyOf(parts.weights, 7), "it has 7 weights, not 96");
        assertRefused(parts -> parts.dimension = 0, "the dimension 0 is not 1 to 65536");
        assertRefused(parts -> parts.intercepts[1] = Double.NaN, "an intercept is NaN");
        assertRefused(parts -> parts.intercepts = new double[2], "it has 2 intercepts for 3 labels");
        assertRefused(parts -> parts.temperature = 0, "the temperature 0.0 is none");
        assertRefused(parts -> parts.labels = List.of("one"), "it has fewer than 2 labels");
        assertRefused(parts -> parts.name = "no spaces", "the name 'no spaces' is none");
        assertRefused(parts -> parts.embedder = "minilm", "the embedder 'minilm' is none");
    }

    private static void assertRefused(Consumer<EmbeddingLrModel.Parts> change, String reason) {
        EmbeddingLrModel.Parts parts = MODEL.parts().copy();
        change.accept(parts);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingLrModel.of(parts))
                .withMessageContaining(reason);
    }
}
