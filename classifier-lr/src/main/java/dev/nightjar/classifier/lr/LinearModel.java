/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.Sha256;
import dev.nightjar.io.DurableFile;
import dev.nightjar.io.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A logistic regression, which is a linear layer over features, and the one JSON file that holds it.
 *
 * <p>Immutable.
 *
 * @param <F> the features
 */
abstract class LinearModel<F> {
    /** Not to be changed. */
    final LinearLayer layer;

    /** Not to be changed. */
    final FeatureForm<F> form;

    final F features;
    private final LabelSet labels;
    private final SortedMap<String, Double> metrics;
    private final String sha256;

    /**
     * A model of parts that no other code writes to.
     *
     * @param json the file that it was read from, or would be saved to
     * @throws IllegalArgumentException if they do not make a model; it says why
     */
    LinearModel(LinearLayer layer, FeatureForm<F> form, byte[] json) {
        this.features = form.checked();
        layer.check(form.size());
        this.layer = layer;
        this.form = form;
        this.labels = new LabelSet(layer.labels, ProblemType.SINGLE_LABEL);
        this.metrics = Collections.unmodifiableSortedMap(new TreeMap<>(layer.metrics));
        this.sha256 = Sha256.of(json);
    }

    /**
     * Reads a model from a file.
     *
     * @throws ConfigException if the file is missing, is not such a file or is damaged; it says in what
     */
    static <S extends FeatureForm<?>, M> M load(Path file, S form, Maker<S, M> maker) {
        byte[] json;
        try {
            json = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException("Could not read the model '" + file + "': " + FileFault.of(e), e);
        }
        return read(json, "'" + file + "'", form, maker);
    }

    /**
     * Reads a model.
     *
     * @param origin where the bytes are from, for messages
     * @throws ConfigException if they are not such a model or are damaged; it says in what
     */
    static <S extends FeatureForm<?>, M> M read(byte[] json, String origin, S form, Maker<S, M> maker) {
        try {
            return maker.make(ModelJson.read(json, form), form, json);
        } catch (JsonProcessingException e) {
            throw new ConfigException("The model " + origin + " is refused: " + e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("The model " + origin + " is refused: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the model to a file, which is replaced as a whole or not at all.
     *
     * @throws ConfigException if the file cannot be written
     */
    public void save(Path file) {
        try {
            new DurableFile(file).write(json());
        } catch (IOException e) {
            throw new ConfigException("Could not write the model '" + file + "': " + e, e);
        }
    }

    /** The model's name in its answers, before the {@code @}. */
    public String name() {
        return layer.name;
    }

    /** The labels, in the order of the weights. */
    public LabelSet labels() {
        return labels;
    }

    /** What names the model in its answers: the name, {@code @} and 12 digits of the file's SHA-256. */
    public String model() {
        return Sha256.model(layer.name, sha256);
    }

    /** The SHA-256 of the file that the model was read from, or would be saved to; 64 digits. */
    public String sha256() {
        return sha256;
    }

    /** The divisor of the logits before the softmax; 1 unless it was fitted on validation texts. */
    public double temperature() {
        return layer.temperature;
    }

    /** The metrics measured in training, such as {@code validation.macro-recall}, by name. */
    public SortedMap<String, Double> metrics() {
        return metrics;
    }

    final byte[] json() {
        return ModelJson.write(layer, form);
    }

    /** Makes a model from its file. */
    @FunctionalInterface
    interface Maker<S, M> {
        /**
         * The model.
         *
         * @throws IllegalArgumentException if there is none of that; it says why
         */
        M make(LinearLayer layer, S form, byte[] json);
    }
}
