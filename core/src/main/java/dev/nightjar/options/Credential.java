/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import dev.nightjar.ConfigException;
import dev.nightjar.io.TextFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A secret, or where to find it: an environment variable or a file, read when the secret is used, on the machine that
 * uses it. Only a {@linkplain #literal literal} carries the secret itself, also when it is serialized to another
 * machine; {@code toString} never shows it.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class Credential implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Holder holder;
    private final String value;

    private Credential(Holder holder, String value) {
        this.holder = holder;
        this.value = Objects.requireNonNull(value, "value");
    }

    /** The secret in an environment variable. */
    public static Credential env(String name) {
        return new Credential(Holder.ENV, name);
    }

    /** The secret in a file of text, white space and a byte order mark left out. */
    public static Credential file(Path file) {
        return new Credential(Holder.FILE, file.toString());
    }

    /** The secret itself. */
    public static Credential literal(String secret) {
        return new Credential(Holder.LITERAL, secret);
    }

    /** Reads {@code env:NAME}, {@code file:PATH}, or else a literal. */
    public static Credential parse(String text) {
        if (text.startsWith("env:")) {
            return env(text.substring(4));
        }
        return text.startsWith("file:") ? file(Path.of(text.substring(5))) : literal(text);
    }

    /**
     * The secret.
     *
     * @throws ConfigException if the variable is not set, or the file cannot be read or is empty
     */
    public String resolve() {
        String secret = switch (holder) {
            case LITERAL -> value;
            case ENV -> fromEnvironment();
            case FILE -> fromFile();
        };
        if (secret.isEmpty()) {
            throw new ConfigException("The secret of " + this + " is empty");
        }
        return secret;
    }

    private String fromEnvironment() {
        String secret = System.getenv(value);
        if (secret == null) {
            throw new ConfigException(
                    "The environment variable '" + value + "', which should hold a secret, is not set");
        }
        return secret;
    }

    private String fromFile() {
        try {
            return TextFile.read(Path.of(value)).strip();
        } catch (IOException e) {
            throw new ConfigException(
                    "Cannot read the file '" + value + "', which should hold a secret ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential that && holder == that.holder && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(holder, value);
    }

    @Override
    public String toString() {
        return switch (holder) {
            case LITERAL -> "***";
            case ENV -> "env:" + value;
            case FILE -> "file:" + value;
        };
    }

    /** What holds the secret. */
    private enum Holder {
        ENV,
        FILE,
        LITERAL
    }
}
