/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to open an {@link LrClassifier}: from which model.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class LrClassifierConfig implements ClassifierFactory {
    private static final long serialVersionUID = 1L;
    private static final String BUNDLED = "bundled:";

    /** A path, or {@link #BUNDLED} and a name. */
    private final String model;

    private final Requirements requirements;

    private LrClassifierConfig(String model, Requirements requirements) {
        this.model = model;
        this.requirements = requirements;
    }

    /** Begins a configuration for a model's file. */
    public static Builder builder(Path file) {
        return new Builder(file.toString());
    }

    static LrClassifierConfig bundled(String name) {
        return new Builder(BUNDLED + name).build();
    }

    /**
     * Reads a configuration from texts. The options are {@code model} (required: the path of a model's file, or
     * {@code bundled:} and one of {@link LrModels#names()}) and those of {@link Builder} in kebab-case.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static LrClassifierConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("classifier-lr", options);
        reader.required("model");
        Builder builder = new Builder("");
        reader.string("model", builder::model);
        reader.string("sha256", builder::sha256);
        reader.number("abstain-below", builder::abstainBelow);
        reader.finish();
        return builder.build();
    }

    /**
     * Reads and checks the model.
     *
     * @throws ConfigException if its file is missing or damaged, or is not the one that was asked for
     */
    @Override
    public LrClassifier open() {
        LrModel opened =
                bundledName().map(LrClassifierConfig::loadBundled).orElseGet(() -> LrModel.load(Path.of(model)));
        requirements.checkDigest(model, opened.sha256());
        return opened.classifier(requirements.abstainBelow());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LrClassifierConfig that
                && model.equals(that.model)
                && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, requirements);
    }

    @Override
    public String toString() {
        return "LrClassifierConfig[model=" + model + requirements + ']';
    }

    private Optional<String> bundledName() {
        return model.startsWith(BUNDLED) ? Optional.of(model.substring(BUNDLED.length())) : Optional.empty();
    }

    private static LrModel loadBundled(String name) {
        String resource = LrModels.resource(name);
        try (InputStream in = resource(resource)) {
            if (in == null) {
                throw new ConfigException(LrModels.howToAdd(name));
            }
            return LrModel.read(in.readAllBytes(), '\'' + resource + '\'');
        } catch (IOException e) {
            throw new ConfigException("Could not read the model '" + resource + "': " + e, e);
        }
    }

    /** Looks beside this class first, then where a Spark application's own jars are. */
    private static @Nullable InputStream resource(String name) {
        InputStream own = LrClassifierConfig.class.getClassLoader().getResourceAsStream(name);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return own != null || context == null ? own : context.getResourceAsStream(name);
    }

    /**
     * Collects a configuration. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private String model;
        private Requirements requirements = Requirements.NONE;

        private Builder(String model) {
            this.model = model;
        }

        private void model(String text) {
            if (!text.startsWith(BUNDLED)) {
                this.model = Path.of(text).toString();
            } else if (LrModels.names().contains(text.substring(BUNDLED.length()))) {
                this.model = text;
            } else {
                throw new ConfigException("The bundled models are " + String.join(", ", LrModels.names()));
            }
        }

        /** The SHA-256 that the model's file must have; any unless set. */
        public Builder sha256(String digits) {
            this.requirements = requirements.withSha256(digits);
            return this;
        }

        /**
         * The score that the best label must have; below it the text is rejected as
         * {@link dev.nightjar.Classification.Reason#UNCERTAIN}. From 0 to 1; 0, which rejects nothing, unless set.
         */
        public Builder abstainBelow(double score) {
            this.requirements = requirements.withAbstainBelow(score);
            return this;
        }

        /** The configuration. */
        public LrClassifierConfig build() {
            return new LrClassifierConfig(model, requirements);
        }
    }
}
