/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What holds of each model and its file, whatever its features are.
 *
 * @param <M> the model
 * @param <S> what its file says of its features
 */
interface LinearModelContract<M extends LinearModel<?>, S extends FeatureForm<?>> {
    /** One of {@link SmallTexts}, which is called {@code small}. */
    M model();

    /** One that is to be read. */
    S form();

    M of(LinearLayer layer, S form);

    M load(Path file);

    M read(byte[] json, String origin);

    Classifier classifier(M model);

    @Test
    default void aSavedModelGivesTheSameAnswers(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("model.json");
        model().save(file);
        M loaded = load(file);

        List<String> texts =
                SmallTexts.training().stream().map(LabelledText::text).toList();
        try (Classifier original = classifier(model());
                Classifier copy = classifier(loaded)) {
            assertThat(copy.classifyAll(texts)).isEqualTo(original.classifyAll(texts));
        }
        assertThat(loaded.metrics()).isEqualTo(model().metrics());
        assertThat(loaded.model())
                .isEqualTo("small@" + Sha256.of(file).substring(0, 12))
                .isEqualTo(model().model());
        assertThat(loaded.json()).isEqualTo(Files.readAllBytes(file));
        assertThat(directory.toFile().list()).containsExactly("model.json");
    }

    @Test
    default void savingReplacesTheFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("model.json");
        Files.writeString(file, "something else");
        model().save(file);
        assertThat(load(file).model()).isEqualTo(model().model());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> model().save(directory.resolve("missing").resolve("model.json")))
                .withMessageStartingWith("Could not write the model '");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"nightjar-lr\" | \"other-lr\" | its format is 'other-lr'; this version reads 'nightjar-lr'",
                "\"version\" : 1 | \"version\" : 2 | its version is 2; this version reads 1",
                "\"positive\" | \"pleased\" | it is damaged: the SHA-256 of its content is",
                "\"temperature\" : | \"temperature\" : 1, \"x\" : | it is damaged",
                "\"temperature\" : | \"temperature\" : \"hot\", \"x\" : | 'temperature' is not a number",
                "\"temperature\" : | \"temperature\" : NaN, \"x\" : | Non-standard token 'NaN'",
                "\"name\" : | \"name\" : \"a\", \"name\" : | Duplicate field 'name'",
                "\"weights\" : \" | \"weights\" : \"?? | 'weights' is not base64",
                "\"weights\" : \" | \"weights\" : \"AAAA | 'weights' has",
            })
    default void aChangedFileIsRefused(String original, String change, String reason) {
        assertChangedIsRefused(original, change, reason);
    }

    default void assertChangedIsRefused(String original, String change, String reason) {
        String json = new String(model().json(), StandardCharsets.UTF_8);
        assertThat(json).contains(original);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> read(json.replace(original, change).getBytes(StandardCharsets.UTF_8), "'changed.json'"))
                .withMessageStartingWith("The model 'changed.json' is refused: ")
                .withMessageContaining(reason);
    }

    /** Whoever writes such a file with another program gets the digest right, too. */
    @Test
    default void aFileWhoseDigestFitsIsRefusedForItsWeights() {
        int weights = model().layer.weights.length;
        assertForgedIsRefused("weights", bytes -> bytes.putFloat(8, Float.NaN), "a weight is NaN");
        assertForgedIsRefused(
                "weights",
                bytes -> bytes.limit(bytes.limit() - 4),
                "it has " + (weights - 1) + " weights, not " + weights);
    }

    default void assertForgedIsRefused(String field, Consumer<ByteBuffer> change, String reason) {
        byte[] forged = Forgery.of(this, field, change);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read(forged, "'forged.json'"))
                .withMessage("The model 'forged.json' is refused: " + reason);
    }

    @Test
    default void aTruncatedFileIsRefusedWhereverItEnds() {
        byte[] json = model().json();
        int step = json.length < 10_000 ? 1 : 1 + json.length / 200;
        for (int length = 0; length < json.length - 1; length += step) {
            byte[] truncated = Arrays.copyOf(json, length);
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> read(truncated, "'cut.json'"));
        }
    }

    @Test
    default void oneFlippedBitOfTheNumbersIsRefused() {
        byte[] json = model().json();
        int weights = new String(json, StandardCharsets.US_ASCII).indexOf("\"weights\"") + 20;
        for (int bit = 0; bit < 8; bit++) {
            byte[] flipped = json.clone();
            flipped[weights + 100] ^= (byte) (1 << bit);
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> read(flipped, "'flipped.json'"));
        }
    }

    @Test
    default void aFileThatIsNotAModelIsRefused(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("model.json");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(file))
                .withMessageContaining("Could not read the model '" + file);
        for (String other : List.of("", "[]", "{}", "<html></html>", "version https://git-lfs.github.com/spec/v1\n")) {
            Files.writeString(file, other);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> load(file))
                    .withMessageContaining("is refused");
        }
        Files.writeString(file, "{\"version\": 1}");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(file))
                .withMessageEndingWith("it lacks format, name, labels, temperature, intercepts, sha256, weights, "
                        + String.join(", ", form().required()));
        Files.writeString(file, new String(model().json(), StandardCharsets.UTF_8) + "{}");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(file))
                .withMessageContaining("something follows the model");
    }

    @Test
    default void aLayerThatMakesNoModelIsRefused() {
        assertRefused((layer, form) -> layer.weights[3] = Float.NaN, "a weight is NaN");
        assertRefused((layer, form) -> layer.weights[3] = Float.NEGATIVE_INFINITY, "a weight is -Infinity");
        assertRefused(
                (layer, form) -> layer.weights = Arrays.copyOf(layer.weights, 7),
                "it has 7 weights, not " + model().layer.weights.length);
        assertRefused((layer, form) -> layer.intercepts[1] = Double.NaN, "an intercept is NaN");
        assertRefused((layer, form) -> layer.intercepts = new double[2], "it has 2 intercepts for 3 labels");
        assertRefused((layer, form) -> layer.temperature = 0, "the temperature 0.0 is none");
        assertRefused((layer, form) -> layer.temperature = Double.NaN, "the temperature NaN is none");
        assertRefused((layer, form) -> layer.labels = List.of("one"), "it has fewer than 2 labels");
        assertRefused((layer, form) -> layer.labels = List.of("one", "one", "two"), "not distinct");
        assertRefused((layer, form) -> layer.name = "no spaces", "the name 'no spaces' is none");
    }

    default void assertRefused(BiConsumer<LinearLayer, S> change, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> changed(change)).withMessageContaining(reason);
    }

    /** The model with changes. */
    default M changed(BiConsumer<LinearLayer, S> change) throws IOException {
        S form = form();
        LinearLayer layer = ModelJson.read(model().json(), form);
        change.accept(layer, form);
        return of(layer, form);
    }
}
