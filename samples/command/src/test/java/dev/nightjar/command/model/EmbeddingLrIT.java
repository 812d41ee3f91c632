/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import dev.nightjar.classifier.lr.EmbeddingLrClassifierConfig;
import dev.nightjar.classifier.lr.EmbeddingLrModel;
import dev.nightjar.classifier.lr.EmbeddingLrTrainer;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.onnx.OnnxEmbedderConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The logistic regression on the vectors of a real sentence transformer: all-MiniLM-L6-v2, as Maven Central has it. */
class EmbeddingLrIT {
    private static final String RESOURCE = "/all-minilm-l6-v2-q";
    private static final List<LabelledText> TRAINING = Stream.of(
                    texts(
                            "food",
                            "This soup needs more salt",
                            "Baked bread all morning",
                            "The curry was too hot for me",
                            "We had pancakes with honey",
                            "A fresh salad with tomatoes and cheese",
                            "Her apple pie is the best"),
                    texts(
                            "weather",
                            "It has been raining since noon",
                            "Snow on the hills this morning",
                            "What a storm last night",
                            "Clear skies and a light wind",
                            "The fog will not lift today",
                            "Thirty degrees in the shade"),
                    texts(
                            "travel",
                            "Our train was two hours late",
                            "Boarding the plane to Lisbon",
                            "The bus stops near the museum",
                            "Lost my suitcase at the airport",
                            "We drove along the coast",
                            "Is there a ferry to the island"))
            .flatMap(List::stream)
            .toList();

    @TempDir
    private static Path directory;

    @BeforeAll
    static void unpack() throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                "{\"model_type\": \"bert\", \"vocab_size\": 30522, \"max_position_embeddings\": 512, \"pad_token_id\": 0}");
        copy(RESOURCE + "-tokenizer.json", directory.resolve("tokenizer.json"));
        copy(RESOURCE + ".onnx", directory.resolve("model.onnx"));
    }

    @Test
    void aFewTextsTeachWhatOtherWordsMean() {
        OnnxEmbedderConfig minilm = embedder("mean");
        Path file = directory.resolve("topic.json");
        try (Embedder embedder = minilm.open()) {
            assertThat(embedder.dimension()).isEqualTo(384);
            EmbeddingLrTrainer.builder("topic")
                    .build()
                    .train(embedder, TRAINING)
                    .save(file);
        }

        // No word of these but the smallest was in the training.
        try (Classifier classifier =
                EmbeddingLrClassifierConfig.builder(file, minilm).build().open()) {
            assertThat(classifier.classifyAll(List.of(
                            "Pizza, pasta or noodles for dinner?",
                            "Thunder, hail and frost expected",
                            "My flight got cancelled, sleeping in a hotel",
                            "A glass of wine beside roasted vegetables",
                            "So cold and cloudy outside",
                            "Passport, tickets and a map of Norway")))
                    .extracting(answer -> answer.top().orElseThrow().label())
                    .containsExactly("food", "weather", "travel", "food", "weather", "travel");
        }

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EmbeddingLrClassifierConfig.builder(file, embedder("cls"))
                        .build()
                        .open())
                .withMessageContaining("was trained with the embedder '")
                .withMessageContaining("open it with that one or train it again");
    }

    /** The figures of classifier-lr's README; the data may not be redistributed, see {@code LrTrainingIT}. */
    @Test
    @EnabledIfSystemProperty(named = "nightjar.data", matches = ".+")
    void tweetEvalEmotionHasTheFiguresOfTheDocumentation() throws IOException {
        Path data = Path.of(System.getProperty("nightjar.data"), "tweeteval-emotion");
        try (Embedder embedder = embedder("mean").open()) {
            EmbeddingLrModel model = EmbeddingLrTrainer.builder("emotion")
                    .build()
                    .train(
                            embedder,
                            LabelledText.readTsv(data.resolve("train.tsv.gz")),
                            LabelledText.readTsv(data.resolve("validation.tsv.gz")));
            Files.writeString(
                    Path.of("target", "training-embeddings.txt"),
                    model + "\n" + model.metrics() + "\ntemperature " + model.temperature() + '\n');
            assertThat(model.metrics().get("validation.macro-f1")).isGreaterThan(0.55);
        }
    }

    private static OnnxEmbedderConfig embedder(String pooling) {
        return OnnxEmbedderConfig.builder(directory).pooling(pooling).build();
    }

    private static List<LabelledText> texts(String label, String... texts) {
        return Stream.of(texts).map(text -> new LabelledText(label, text)).toList();
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream in = Objects.requireNonNull(EmbeddingLrIT.class.getResourceAsStream(resource), resource)) {
            Files.copy(in, file);
        }
    }
}
