/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingLrModelTest implements LinearModelContract<EmbeddingLrModel, EmbedderForm> {
    private static final WordVectors VECTORS = WordVectors.open("word-vectors", 32);
    private static final EmbeddingLrModel MODEL =
            EmbeddingLrTrainer.builder("small").build().train(VECTORS, SmallTexts.training(), SmallTexts.validation());

    @Override
    public EmbeddingLrModel model() {
        return MODEL;
    }

    @Override
    public EmbedderForm form() {
        return new EmbedderForm();
    }

    @Override
    public EmbeddingLrModel of(LinearLayer layer, EmbedderForm form) {
        return EmbeddingLrModel.of(layer, form);
    }

    @Override
    public EmbeddingLrModel load(Path file) {
        return EmbeddingLrModel.load(file);
    }

    @Override
    public EmbeddingLrModel read(byte[] json, String origin) {
        return EmbeddingLrModel.read(json, origin);
    }

    @Override
    public Classifier classifier(EmbeddingLrModel model) {
        return model.classifier(VECTORS);
    }

    @Test
    void aModelNamesItsEmbedder() {
        EmbeddingLrModel read = read(MODEL.json(), "'copy.json'");
        assertThat(read.embedder()).isEqualTo(VECTORS.model());
        assertThat(read.dimension()).isEqualTo(32);
    }

    /** The digest was made by another program, from the description in the README. */
    @Test
    void aFileIsWrittenAsDescribed() {
        LinearLayer layer = new LinearLayer();
        EmbedderForm form = new EmbedderForm();
        layer.name = "small";
        layer.labels = List.of("no", "yes");
        form.embedder = "vectors@0123456789ab";
        form.dimension = 2;
        layer.temperature = 0.5;
        layer.intercepts = new double[] {0.25, -1};
        layer.weights = new float[] {1, -2, 0.5f, 3};
        layer.metrics = Map.of("training.texts", 3.0);
        byte[] json = EmbeddingLrModel.of(layer, form).json();
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
    void aScoreIsTheSoftmaxOfTheWeightedVector() throws IOException {
        EmbeddingLrModel model = changed((layer, form) -> {
            // Scores that are all but 0 and 1 would show little.
            layer.temperature = 3;
            layer.intercepts = new double[] {-0.5, 0.25, 1};
        });
        String text = "The picnic was wonderful, never again";
        float[] vector = VECTORS.embedAll(List.of(text))[0];
        double[] expected = new double[3];
        for (int label = 0; label < 3; label++) {
            for (int i = 0; i < 32; i++) {
                expected[label] += model.layer.weights[label * 32 + i] * vector[i];
            }
            expected[label] = Math.exp((expected[label] + model.layer.intercepts[label]) / 3);
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
                "\"embedding\" | \"vectors\" | its features is 'vectors'; this version reads 'embedding'",
                "\"word-vectors@ | \"other-vectors@ | it is damaged: the SHA-256 of its content is",
                "\"dimension\" : 32 | \"dimension\" : 16 | it is damaged",
                "\"dimension\" : 32 | \"dimension\" : 40000000000 | 'dimension' is not a whole number of 32 bits",
                "\"embedder\" : | \"x\" : | it lacks embedder",
                "\"features\" : | \"ngrams\" : | its features are n-grams; open it with LrClassifierConfig",
            })
    void aFileOfOtherVectorsIsRefused(String original, String change, String reason) {
        assertChangedIsRefused(original, change, reason);
    }

    @Test
    void eachKindOfModelIsRefusedByTheOther() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.read(MODEL.json(), "'embedding.json'"))
                .withMessage(
                        "The model 'embedding.json' is refused: its features are those of an embedder; open it with"
                                + " EmbeddingLrClassifierConfig");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EmbeddingLrModel.read(SmallTexts.model().json(), "'ngrams.json'"))
                .withMessage(
                        "The model 'ngrams.json' is refused: its features are n-grams; open it with LrClassifierConfig");
    }

    @Test
    void anEmbedderThatMakesNoModelIsRefused() {
        assertRefused((layer, form) -> form.dimension = 0, "the dimension 0 is not 1 to 65536");
        assertRefused((layer, form) -> form.embedder = "minilm", "the embedder 'minilm' is none");
    }
}
