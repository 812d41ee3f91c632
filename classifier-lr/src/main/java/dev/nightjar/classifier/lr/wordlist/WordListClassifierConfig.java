/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.nio.file.Path;
import java.util.Map;

/**
 * How to open a classifier over listed words: from which two files.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class WordListClassifierConfig extends Configuration implements ClassifierFactory {
    static final Options OPTIONS = Options.of("classifier-word-list");
    static final Option<Path> MODEL =
            OPTIONS.add(Option.path("model").required().means("the path of `model.json`"));
    static final Option<Path> WORDS =
            OPTIONS.add(Option.path("words").required().means("the path of the word list"));

    private static final long serialVersionUID = 1L;

    private WordListClassifierConfig(Builder builder) {
        super(builder);
    }

    /**
     * The configuration for a model's two files.
     *
     * @param model the file {@code model.json}
     * @param words the file of the word list
     * @throws ConfigException if a path is empty
     */
    public static WordListClassifierConfig of(Path model, Path words) {
        return new Builder().set(MODEL, model).set(WORDS, words).build();
    }

    /**
     * Reads a configuration from texts. The options are {@code model} and {@code words}, both required paths.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static WordListClassifierConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Reads and checks the model.
     *
     * @throws ConfigException if a file is missing or damaged
     */
    @Override
    public Classifier open() {
        return WordListModel.load(get(MODEL), get(WORDS)).classifier();
    }

    private static final class Builder extends Configuration.Builder<WordListClassifierConfig, Builder> {
        Builder() {
            super(OPTIONS, WordListClassifierConfig::new);
        }
    }
}
