/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a model lie: {@code config.json}, {@code tokenizer.json} and the ONNX file, as a Hugging Face export
 * leaves them, and optionally {@code bundle.sha256} with their digests. A bundle is a name for that place; whether the
 * files are there and are sound is found when a classifier is opened.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class ModelBundle implements Serializable {
    private static final long serialVersionUID = 1L;
    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String DIGESTS = "bundle.sha256";
    private static final int LARGEST_FILE = Integer.MAX_VALUE - 8;
    private static final String BUNDLED = "dev/nightjar/models/";

    private final Place place;
    private final String location;

    private ModelBundle(Place place, String location) {
        this.place = place;
        this.location = location;
    }

    /** A directory, such as the one that {@code optimum-cli export onnx} writes; a relative path is made absolute here. */
    public static ModelBundle directory(Path directory) {
        return new ModelBundle(
                Place.DIRECTORY, directory.toAbsolutePath().normalize().toString());
    }

    /**
     * Resources on the class path, found by the thread's context class loader or else by that of Nightjar.
     *
     * @param prefix the path before the files' names: {@code com/example/models/irony}
     */
    public static ModelBundle resources(String prefix) {
        String stripped = prefix.replaceFirst("^/+", "").replaceFirst("/+$", "");
        if (stripped.isBlank()) {
            throw new ConfigException(
                    "The resources of a model need a path on the class path, such as 'com/example/irony'");
        }
        return new ModelBundle(Place.RESOURCES, stripped);
    }

    /** A model that Nightjar brings, by its name: see {@link OnnxModels}. */
    static ModelBundle bundled(String name) {
        return resources(BUNDLED + name);
    }

    /**
     * Reads what a user writes: the name of a model that Nightjar brings ({@code emotion}), {@code classpath:} and a
     * prefix, or else a directory. For a directory of the name of such a model write {@code ./emotion}.
     *
     * @throws ConfigException if the text is blank or no path
     */
    public static ModelBundle parse(String text) {
        if (text.isBlank()) {
            throw new ConfigException(
                    "A model is the name of a bundled model, 'classpath:' and a prefix, or a directory");
        }
        if (OnnxModels.names().contains(text)) {
            return bundled(text);
        }
        if (text.startsWith("classpath:")) {
            return resources(text.substring("classpath:".length()));
        }
        try {
            return directory(Path.of(text));
        } catch (InvalidPathException e) {
            throw new ConfigException("A model is not a directory on this system: " + e.getReason(), e);
        }
    }

    /** The last part of the place's name: what the model is called unless it is given a name. */
    public String name() {
        String last = location.substring(location.lastIndexOf(place == Place.RESOURCES ? '/' : File.separatorChar) + 1);
        return last.isEmpty() ? "model" : last;
    }

    /** Whether the place has a file of that name, which uses {@code /} between folders. */
    boolean has(String file) {
        return switch (place) {
            case DIRECTORY -> Files.isRegularFile(Path.of(location, file));
            case RESOURCES -> loaderOf(file) != null;
        };
    }

    /** The bytes of a file; empty if there is none. */
    Optional<byte[]> read(String file) throws IOException {
        if (place == Place.DIRECTORY) {
            Path path = Path.of(location, file);
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            if (Files.size(path) > LARGEST_FILE) {
                throw new IOException("it has more than " + LARGEST_FILE + " bytes");
            }
            return Optional.of(Files.readAllBytes(path));
        }
        ClassLoader loader = loaderOf(file);
        if (loader == null) {
            return Optional.empty();
        }
        try (InputStream in = Objects.requireNonNull(loader.getResourceAsStream(location + '/' + file))) {
            return Optional.of(in.readAllBytes());
        }
    }

    /** What to say when the place itself is not there; empty if it is. */
    Optional<String> missing() {
        if (place == Place.DIRECTORY) {
            return Files.isDirectory(Path.of(location))
                    ? Optional.empty()
                    : Optional.of("The model directory '" + location + "' does not exist");
        }
        if (has(CONFIG)) {
            return Optional.empty();
        }
        String bundled = location.startsWith(BUNDLED) ? location.substring(BUNDLED.length()) : "";
        return Optional.of(
                OnnxModels.names().contains(bundled)
                        ? OnnxModels.howToAdd(bundled)
                        : "The class path has no '" + location + '/' + CONFIG + "'");
    }

    private @Nullable ClassLoader loaderOf(String file) {
        String path = location + '/' + file;
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null && context.getResource(path) != null) {
            return context;
        }
        ClassLoader own = ModelBundle.class.getClassLoader();
        return own.getResource(path) == null ? null : own;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelBundle that && place == that.place && location.equals(that.location);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place, location);
    }

    /** The place, in a form that {@link #parse} reads. */
    @Override
    public String toString() {
        return place == Place.RESOURCES ? "classpath:" + location : location;
    }

    private enum Place {
        DIRECTORY,
        RESOURCES
    }
}
