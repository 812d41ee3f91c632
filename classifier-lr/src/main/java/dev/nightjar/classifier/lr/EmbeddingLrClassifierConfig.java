/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import dev.nightjar.EmbedderFactory;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to open a classifier that is a logistic regression over embeddings: from which model, and with which embedder.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class EmbeddingLrClassifierConfig extends ModelFileConfig {
    static final Option<Path> MODEL = Option.path("model").required().means("the path of the model's file");
    static final Option<EmbedderFactory> EMBEDDER = Option.given("embedder");
    static final Options OPTIONS =
            Options.of("classifier-embedding-lr").addAll(List.of(MODEL, EMBEDDER, SHA256, ABSTAIN_BELOW, LANGUAGES));

    private static final long serialVersionUID = 1L;

    private EmbeddingLrClassifierConfig(Builder builder) {
        super(builder);
    }

    /**
     * Begins a configuration.
     *
     * @param file the model's file
     * @param embedder what opens the embedder that the model was trained with
     */
    public static Builder builder(Path file, EmbedderFactory embedder) {
        return new Builder().set(MODEL, file).set(EMBEDDER, embedder);
    }

    /**
     * Reads a configuration from texts. The options are {@code model} (required: the path of a model's file) and those
     * of {@link Builder} in kebab-case.
     *
     * @param embedder what opens the embedder that the model was trained with
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static EmbeddingLrClassifierConfig fromMap(Map<String, String> options, EmbedderFactory embedder) {
        return new Builder().set(EMBEDDER, embedder).read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Reads and checks the model and opens the embedder, which closing the classifier closes.
     *
     * @throws ConfigException if the file is missing or damaged, is not the one that was asked for, or was trained with
     *     another embedder
     */
    @Override
    public Classifier open() {
        EmbeddingLrModel opened = EmbeddingLrModel.load(get(MODEL));
        checkDigest(get(MODEL).toString(), opened.sha256());
        Embedder live = get(EMBEDDER).open();
        try {
            opened.checkEmbedder(live);
        } catch (RuntimeException e) {
            live.close();
            throw e;
        }
        return new EmbeddingLrClassifier(opened, live, live::close, get(ABSTAIN_BELOW));
    }

    /**
     * Collects an {@link EmbeddingLrClassifierConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends ModelFileConfig.Builder<EmbeddingLrClassifierConfig, Builder> {
        private Builder() {
            super(OPTIONS, EmbeddingLrClassifierConfig::new);
        }
    }
}
