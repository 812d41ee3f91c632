/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Credential;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an application shows to the X API: its bearer token, or its consumer key and secret, with which a token is obtained
 * when the first request is made. Files and environment variables are read then too, on the machine that makes the
 * request. {@code toString} shows no secret.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterCredentials implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String BEARER_ENV = "X_BEARER_TOKEN";
    private static final String KEY_ENV = "X_CONSUMER_KEY";
    private static final String SECRET_ENV = "X_CONSUMER_SECRET";

    private static final Map<String, String> NAMES = Map.of(
            "bearer_token", "bearer",
            "bearer", "bearer",
            "consumer_key", "key",
            "api_key", "key",
            "consumer_secret", "secret",
            "consumer_key_secret", "secret",
            "api_secret", "secret",
            "api_key_secret", "secret");

    private final Kind kind;
    private final @Nullable Credential first;
    private final @Nullable Credential second;
    private final @Nullable String file;

    private TwitterCredentials(
            Kind kind, @Nullable Credential first, @Nullable Credential second, @Nullable String file) {
        this.kind = kind;
        this.first = first;
        this.second = second;
        this.file = file;
    }

    /** A bearer token, which is used as it is given. */
    public static TwitterCredentials bearer(Credential token) {
        return new TwitterCredentials(Kind.BEARER, Objects.requireNonNull(token, "token"), null, null);
    }

    /** A consumer key and secret, with which a bearer token is obtained. */
    public static TwitterCredentials consumer(Credential key, Credential secret) {
        return new TwitterCredentials(
                Kind.CONSUMER, Objects.requireNonNull(key, "key"), Objects.requireNonNull(secret, "secret"), null);
    }

    /**
     * A file of UTF-8 lines {@code name = value}: {@code bearer_token}, or {@code consumer_key} and {@code consumer_secret}
     * ({@code api_key} and {@code api_secret} mean the same). Blank lines, lines that begin with {@code #} and other names,
     * such as the access tokens of users, are passed over; quotes around a value are left out. A file of one line
     * without a name is a bearer token. Where both are there, the bearer token is used.
     */
    public static TwitterCredentials file(Path file) {
        return new TwitterCredentials(Kind.FILE, null, null, file.toString());
    }

    /**
     * The environment variables {@code X_BEARER_TOKEN}, or else {@code X_CONSUMER_KEY} and {@code X_CONSUMER_SECRET}.
     */
    public static TwitterCredentials environment() {
        return new TwitterCredentials(Kind.ENVIRONMENT, null, null, null);
    }

    /**
     * Reads {@code bearer-token}, {@code consumer-key} and {@code consumer-secret}, or {@code credentials-file}; if none is
     * there, the reader reports that the bearer token is missing.
     */
    static TwitterCredentials from(ConfigReader reader) {
        Map<String, Credential> secrets = new HashMap<>();
        Map<String, Path> files = new HashMap<>();
        reader.credential("bearer-token", value -> secrets.put("bearer", value));
        reader.credential("consumer-key", value -> secrets.put("key", value));
        reader.credential("consumer-secret", value -> secrets.put("secret", value));
        reader.path("credentials-file", value -> files.put("file", value));
        Credential bearer = secrets.get("bearer");
        if (bearer != null) {
            return bearer(bearer);
        }
        Credential key = secrets.get("key");
        Credential secret = secrets.get("secret");
        if (key != null && secret != null) {
            return consumer(key, secret);
        }
        Path file = files.get("file");
        if (file != null) {
            return file(file);
        }
        return bearer(Credential.literal(
                reader.required(key != null ? "consumer-secret" : secret != null ? "consumer-key" : "bearer-token")));
    }

    /**
     * Reads the secrets.
     *
     * @throws ConfigException if one is missing, cannot be read or holds what no secret does
     */
    Secrets resolve() {
        return resolve(System::getenv);
    }

    Secrets resolve(UnaryOperator<@Nullable String> environment) {
        return switch (kind) {
            case BEARER -> new Secrets(checked("bearer token", require(first).resolve()), null, null);
            case CONSUMER ->
                new Secrets(null, require(first).resolve(), require(second).resolve());
            case FILE -> fromFile(Path.of(Objects.requireNonNull(file, "file")));
            case ENVIRONMENT ->
                of(
                        environment.apply(BEARER_ENV),
                        environment.apply(KEY_ENV),
                        environment.apply(SECRET_ENV),
                        "The environment has neither " + BEARER_ENV + " nor " + KEY_ENV + " and " + SECRET_ENV);
        };
    }

    private static Secrets fromFile(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            throw new ConfigException("The credentials file '" + file + "' is not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(
                    "Cannot read the credentials file '" + file + "' ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
        Map<String, String> values = new HashMap<>();
        String bare = null;
        for (String raw : lines) {
            String line = raw.replace("\uFEFF", "").strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            int separator = separator(line);
            if (separator < 0) {
                bare = line;
                continue;
            }
            String name = unquoted(line.substring(0, separator))
                    .toLowerCase(Locale.ROOT)
                    .replace('-', '_')
                    .replace(' ', '_');
            String value = unquoted(line.substring(separator + 1));
            if (NAMES.containsKey(name) && !value.isEmpty()) {
                values.put(NAMES.get(name), value);
            }
        }
        String bearer = values.isEmpty() && lines.size() == 1 ? bare : values.get("bearer");
        return of(
                bearer,
                values.get("key"),
                values.get("secret"),
                "The credentials file '" + file + "' has neither a line 'bearer_token = ...' nor lines"
                        + " 'consumer_key = ...' and 'consumer_secret = ...'");
    }

    private static int separator(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '=' || line.charAt(i) == ':') {
                return i;
            }
        }
        return -1;
    }

    private static String unquoted(String text) {
        String value = text.strip();
        if (value.endsWith(",")) {
            value = value.substring(0, value.length() - 1).strip();
        }
        boolean quoted = value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static Secrets of(@Nullable String bearer, @Nullable String key, @Nullable String secret, String neither) {
        if (bearer != null && !bearer.isBlank()) {
            return new Secrets(checked("bearer token", bearer.strip()), null, null);
        }
        if (key == null || secret == null || key.isBlank() || secret.isBlank()) {
            throw new ConfigException(neither);
        }
        return new Secrets(null, key.strip(), secret.strip());
    }

    /** The HTTP client quotes what it cannot send, so nothing that it cannot send may reach it. */
    static String checked(String what, String secret) {
        if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ConfigException("The " + what + " has white space or characters that no " + what + " has");
        }
        return secret;
    }

    private static Credential require(@Nullable Credential credential) {
        return Objects.requireNonNull(credential, "credential");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TwitterCredentials that
                && kind == that.kind
                && Objects.equals(first, that.first)
                && Objects.equals(second, that.second)
                && Objects.equals(file, that.file);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, first, second, file);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case BEARER -> "bearer:" + first;
            case CONSUMER -> "consumer:" + first + '/' + second;
            case FILE -> "file:" + file;
            case ENVIRONMENT -> "environment";
        };
    }

    private enum Kind {
        BEARER,
        CONSUMER,
        FILE,
        ENVIRONMENT
    }

    /** Secrets as they were found: a bearer token, or a key and a secret. It has no text form. */
    static final class Secrets {
        private final @Nullable String bearer;
        private final @Nullable String key;
        private final @Nullable String secret;

        private Secrets(@Nullable String bearer, @Nullable String key, @Nullable String secret) {
            this.bearer = bearer;
            this.key = key;
            this.secret = secret;
        }

        @Nullable
        String bearer() {
            return bearer;
        }

        String key() {
            return Objects.requireNonNull(key, "key");
        }

        String secret() {
            return Objects.requireNonNull(secret, "secret");
        }
    }
}
