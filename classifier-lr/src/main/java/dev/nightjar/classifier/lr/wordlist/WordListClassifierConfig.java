/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to open a classifier over listed words: from which two files.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class WordListClassifierConfig implements ClassifierFactory {
    private static final long serialVersionUID = 1L;

    private final String model;
    private final String words;

    private WordListClassifierConfig(Path model, Path words) {
        this.model = model.toString();
        this.words = words.toString();
    }

    /**
     * The configuration for a model's two files.
     *
     * @param model the file {@code model.json}
     * @param words the file of the word list
     */
    public static WordListClassifierConfig of(Path model, Path words) {
        return new WordListClassifierConfig(model, words);
    }

    /**
     * Reads a configuration from texts. The options are {@code model} and {@code words}, both required paths.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static WordListClassifierConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("classifier-word-list", options);
        Path[] files = {Path.of(""), Path.of("")};
        reader.required("model");
        reader.required("words");
        reader.path("model", file -> files[0] = file);
        reader.path("words", file -> files[1] = file);
        reader.finish();
        return of(files[0], files[1]);
    }

    /**
     * Reads and checks the model.
     *
     * @throws ConfigException if a file is missing or damaged
     */
    @Override
    public Classifier open() {
        return WordListModel.load(Path.of(model), Path.of(words)).classifier();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WordListClassifierConfig that && model.equals(that.model) && words.equals(that.words);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, words);
    }

    @Override
    public String toString() {
        return "WordListClassifierConfig[model=" + model + ", words=" + words + ']';
    }
}
