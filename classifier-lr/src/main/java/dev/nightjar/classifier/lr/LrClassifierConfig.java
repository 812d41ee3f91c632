/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import dev.nightjar.io.ClassPath;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to open an {@link LrClassifier}: from which model.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class LrClassifierConfig extends ModelFileConfig {
    private static final String BUNDLED = "bundled:";

    static final Option<String> MODEL = Option.of("model", "a path", LrClassifierConfig::model)
            .required()
            .means("the path of the model's file, or `bundled:sentiment-lr`");
    static final Options OPTIONS = Options.of("classifier-lr").addAll(List.of(MODEL, SHA256, ABSTAIN_BELOW, LANGUAGES));

    private static final long serialVersionUID = 1L;

    private LrClassifierConfig(Builder builder) {
        super(builder);
    }

    /** Begins a configuration for a model's file. */
    public static Builder builder(Path file) {
        return new Builder().set(MODEL, file.toString());
    }

    static LrClassifierConfig bundled(String name) {
        return new Builder().set(MODEL, BUNDLED + name).build();
    }

    /**
     * Reads a configuration from texts. The options are {@code model} (required: the path of a model's file, or
     * {@code bundled:} and one of {@link LrModels#names()}) and those of {@link Builder} in kebab-case.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static LrClassifierConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Reads and checks the model.
     *
     * @throws ConfigException if its file is missing or damaged, or is not the one that was asked for
     */
    @Override
    public LrClassifier open() {
        String model = get(MODEL);
        LrModel opened = model.startsWith(BUNDLED)
                ? loadBundled(model.substring(BUNDLED.length()))
                : LrModel.load(Path.of(model));
        checkDigest(model, opened.sha256());
        return opened.classifier(get(ABSTAIN_BELOW));
    }

    @Override
    public Set<String> languages() {
        return find(LANGUAGES) == null && get(MODEL).startsWith(BUNDLED) ? Set.of("en") : super.languages();
    }

    /** @throws ConfigException if no model of that name is bundled */
    private static String model(String text) {
        if (!text.startsWith(BUNDLED)) {
            return Path.of(text).toString();
        }
        if (!LrModels.names().contains(text.substring(BUNDLED.length()))) {
            throw new ConfigException("The bundled models are " + String.join(", ", LrModels.names()));
        }
        return text;
    }

    private static LrModel loadBundled(String name) {
        String resource = LrModels.resource(name);
        try {
            byte[] json = ClassPath.read(resource, LrClassifierConfig.class)
                    .orElseThrow(() -> new ConfigException(LrModels.howToAdd(name)));
            LrModel model = LrModel.read(json, '\'' + resource + '\'');
            if (LrModels.names().contains(name)) {
                model.layer.name = name; // the file, whose digest is in every answer, has a name without "-lr"
            }
            return model;
        } catch (IOException e) {
            throw new ConfigException("Could not read the model '" + resource + "': " + e, e);
        }
    }

    /**
     * Collects a {@link LrClassifierConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends ModelFileConfig.Builder<LrClassifierConfig, Builder> {
        private Builder() {
            super(OPTIONS, LrClassifierConfig::new);
        }
    }
}
