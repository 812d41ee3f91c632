/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import java.util.List;
import java.util.Optional;

/**
 * The models that Nightjar brings, each in an artifact of its own, so that users with their own model do not download
 * them.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class LrModels {
    private static final String SENTIMENT = "sentiment-lr";

    private LrModels() {}

    /**
     * The sentiment of an English tweet: negative, neutral or positive.
     *
     * <p>It needs the artifact {@code dev.nightjar:nightjar-model-sentiment-lr} on the class path; without it, opening
     * fails with a {@link ConfigException} that says so.
     */
    public static LrClassifierConfig sentiment() {
        return LrClassifierConfig.bundled(SENTIMENT);
    }

    /** The names of these models, by which {@link LrClassifierConfig#fromMap} knows them. */
    public static List<String> names() {
        return List.of(SENTIMENT);
    }

    static String resource(String name) {
        return "dev/nightjar/models/" + name + "/model.json";
    }

    static String howToAdd(String name) {
        String version = Optional.ofNullable(LrModels.class.getPackage().getImplementationVersion())
                .orElse("<version>");
        return "The model '" + name + "' is not on the class path; add dev.nightjar:nightjar-model-" + name + ':'
                + version;
    }
}
