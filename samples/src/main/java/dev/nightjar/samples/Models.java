/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;

/** The models that the commands know by name, and those that a path leads to. */
final class Models {
    static final String HELP = "A bundled model (emotion, sentiment), a directory with a Hugging Face export, or the"
            + " file of a logistic regression.";

    private Models() {}

    /**
     * The classifier of a name or path.
     *
     * @throws ConfigException if there is no such model
     */
    static ClassifierFactory of(String nameOrPath) {
        return switch (nameOrPath) {
            case "emotion" -> OnnxModels.emotion();
            case "sentiment" -> LrModels.sentiment();
            default -> at(Path.of(nameOrPath));
        };
    }

    private static ClassifierFactory at(Path path) {
        if (Files.isDirectory(path)) {
            return OnnxClassifierConfig.builder(path).build();
        }
        if (Files.isRegularFile(path)) {
            return LrClassifierConfig.builder(path).build();
        }
        throw new ConfigException("There is no model '" + path
                + "': it is neither bundled (emotion, sentiment) nor a directory nor a file");
    }
}
