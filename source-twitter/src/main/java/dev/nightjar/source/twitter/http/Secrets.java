/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.ConfigException;
import dev.nightjar.io.TextFile;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an application shows to the X API, as it was found: a bearer token, or a consumer key and secret. It has no text
 * form.
 */
public final class Secrets {
    /** The options of a configuration that has credentials. */
    public static final Options OPTIONS = Options.of("source-twitter");

    /** A bearer token. */
    public static final Option<Credential> BEARER_TOKEN = OPTIONS.add(Option.credential("bearer-token")
            .means("the application's bearer token: `env:NAME`, `file:PATH` or the token"));

    /** A consumer key. */
    public static final Option<Credential> CONSUMER_KEY = OPTIONS.add(
            Option.credential("consumer-key").means("with `consumer-secret`: with them a bearer token is obtained"));

    /** The secret of the key. */
    public static final Option<Credential> CONSUMER_SECRET =
            OPTIONS.add(Option.credential("consumer-secret").means("with `consumer-key`"));

    /** A file of either. */
    public static final Option<Path> FILE = OPTIONS.add(Option.path("credentials-file")
            .means("lines `bearer_token = ...`, or `consumer_key = ...` and `consumer_secret = ...`"));

    /** Whether either is in the environment. */
    public static final Option<Boolean> ENVIRONMENT = OPTIONS.add(Option.flag("credentials-environment")
            .means("read `X_BEARER_TOKEN`, or `X_CONSUMER_KEY` and `X_CONSUMER_SECRET`"));

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

    private final @Nullable String bearer;
    private final @Nullable String key;
    private final @Nullable String secret;

    private Secrets(@Nullable String bearer, @Nullable String key, @Nullable String secret) {
        this.bearer = bearer;
        this.key = key;
        this.secret = secret;
    }

    /** Notes what is missing. */
    public static void check(Configuration configuration, List<String> faults) {
        boolean key = configuration.find(CONSUMER_KEY) != null;
        boolean secret = configuration.find(CONSUMER_SECRET) != null;
        if (configuration.find(BEARER_TOKEN) == null
                && !(key && secret)
                && configuration.find(FILE) == null
                && !configuration.get(ENVIRONMENT)) {
            Option<?> missing = key ? CONSUMER_SECRET : secret ? CONSUMER_KEY : BEARER_TOKEN;
            faults.add(OPTIONS.owner() + " needs the option '" + missing + "'");
        }
    }

    /** What tells one application from another: all that its credentials were set to. */
    public static List<?> application(Configuration configuration) {
        return OPTIONS.all().stream().map(configuration::find).toList();
    }

    /**
     * Reads the secrets of a configuration.
     *
     * @throws ConfigException if one is missing, cannot be read or holds what no secret does
     */
    static Secrets of(Configuration configuration) {
        return of(configuration, System::getenv);
    }

    /** Where several are there, the first in the order of the options is used. */
    static Secrets of(Configuration configuration, UnaryOperator<@Nullable String> environment) {
        Credential bearer = configuration.find(BEARER_TOKEN);
        if (bearer != null) {
            return new Secrets(checked("bearer token", bearer.resolve()), null, null);
        }
        Credential key = configuration.find(CONSUMER_KEY);
        Credential secret = configuration.find(CONSUMER_SECRET);
        if (key != null && secret != null) {
            return new Secrets(null, key.resolve(), secret.resolve());
        }
        Path file = configuration.find(FILE);
        return file != null
                ? fromFile(file)
                : of(
                        environment.apply(BEARER_ENV),
                        environment.apply(KEY_ENV),
                        environment.apply(SECRET_ENV),
                        "The environment has neither " + BEARER_ENV + " nor " + KEY_ENV + " and " + SECRET_ENV);
    }

    private static Secrets fromFile(Path file) {
        List<String> lines;
        try {
            lines = TextFile.read(file).lines().toList();
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

    /** The HTTP client quotes what it cannot send, so an unsendable value must never reach it. */
    static String checked(String what, String secret) {
        if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ConfigException("The " + what + " has white space or characters that no " + what + " has");
        }
        return secret;
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
