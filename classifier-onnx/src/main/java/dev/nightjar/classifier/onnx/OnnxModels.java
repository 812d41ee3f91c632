/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The models that Nightjar brings, each in an artifact of its own, so that users with their own model do not download
 * them.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class OnnxModels {
    private static final String EMOTION = "emotion";
    static final Set<String> LANGUAGES = Set.of("en");

    private static final String SENTIMENT = "sentiment-onnx";

    private OnnxModels() {}

    /**
     * The emotion of an English text: anger, disgust, fear, joy, neutral, sadness or surprise.
     *
     * <p>It needs the artifact {@code dev.nightjar:nightjar-model-emotion} on the
     * class path; without it, opening fails with a {@link dev.nightjar.ConfigException} that says so.
     */
    public static OnnxClassifierConfig emotion() {
        return OnnxClassifierConfig.builder(ModelBundle.bundled(EMOTION)).build();
    }

    /**
     * The sentiment of an English text: negative, neutral or positive.
     *
     * <p>It needs the artifact {@code dev.nightjar:nightjar-model-sentiment-onnx} on
     * the class path; without it, opening fails with a {@link dev.nightjar.ConfigException} that says so.
     */
    public static OnnxClassifierConfig sentiment() {
        return OnnxClassifierConfig.builder(ModelBundle.bundled(SENTIMENT)).build();
    }

    /** The names of these models, by which {@link ModelBundle#parse} knows them. */
    public static List<String> names() {
        return List.of(EMOTION, SENTIMENT);
    }

    /**
     * What computes models in this process, bundled ones and others: a line such as
     * {@code ONNX Runtime 1.28.0; AVX, AVX2, FMA: no VNNI, ...}, with the consequence for quantised models. Loads no
     * native library.
     *
     * @throws dev.nightjar.ConfigException if the version of ONNX Runtime on the class path is refused
     */
    public static String platform() {
        String version =
                Environment.version().map(found -> "ONNX Runtime " + found).orElse("ONNX Runtime");
        String warning = Environment.check().map(text -> " (" + text + ")").orElse("");
        Processor processor = Processor.here();
        return version + warning + "; " + processor + ": "
                + processor.products().meaning();
    }

    static String howToAdd(String name) {
        String version = Optional.ofNullable(OnnxModels.class.getPackage().getImplementationVersion())
                .orElse("<version>");
        return "The model '" + name + "' is not on the class path; add dev.nightjar:nightjar-model-" + name + ':'
                + version;
    }
}
