/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import dev.nightjar.io.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one file of a model, of either kind. */
final class ModelFile {
    private ModelFile() {}

    /**
     * Reads a model from a file.
     *
     * @throws ConfigException if the file is missing or the parser refuses it; it says why
     */
    static <M> M load(Path file, Parser<M> parser) {
        byte[] json;
        try {
            json = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException("Could not read the model '" + file + "': " + e, e);
        }
        return parse(json, "'" + file + "'", parser);
    }

    /**
     * Reads a model.
     *
     * @param origin where the bytes are from, for messages
     * @throws ConfigException if the parser refuses them; it says why
     */
    static <M> M parse(byte[] json, String origin, Parser<M> parser) {
        try {
            return parser.parse(json);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("The model " + origin + " is refused: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a file, which is replaced as a whole or not at all.
     *
     * @throws ConfigException if it cannot be written
     */
    static void save(Path file, byte[] json) {
        try {
            new DurableFile(file).write(json);
        } catch (IOException e) {
            throw new ConfigException("Could not write the model '" + file + "': " + e, e);
        }
    }

    /** Makes a model of a file's bytes. */
    @FunctionalInterface
    interface Parser<M> {
        /**
         * The model.
         *
         * @throws IOException if the bytes are not JSON or end too early
         * @throws IllegalArgumentException if they are JSON, but no model of this kind and version; it says why
         */
        M parse(byte[] json) throws IOException;
    }
}
