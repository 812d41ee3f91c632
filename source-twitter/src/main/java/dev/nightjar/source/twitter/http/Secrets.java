/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.ConfigException;
import dev.nightjar.io.TextFile;
import dev.nightjar.json.JsonReader;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
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
    public static final Option<Path> FILE = OPTIONS.add(
            Option.path("credentials-file")
                    .means(
                            "lines `bearer_token = ...`, or `consumer_key = ...` and `consumer_secret = ...`, or JSON with such keys"));

    /** Whether either is in the environment. */
    public static final Option<Boolean> ENVIRONMENT = OPTIONS.add(Option.flag("credentials-environment")
            .means("read `X_BEARER_TOKEN`, or `X_CONSUMER_KEY` and `X_CONSUMER_SECRET`"));

    private static final String BEARER_ENV = "X_BEARER_TOKEN";
    private static final String KEY_ENV = "X_CONSUMER_KEY";
    private static final String SECRET_ENV = "X_CONSUMER_SECRET";

    /** In lower case, without hyphens, underscores and spaces. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("bearertoken", "bearer"),
            Map.entry("bearer", "bearer"),
            Map.entry("consumerkey", "key"),
            Map.entry("apikey", "key"),
            Map.entry("key", "key"),
            Map.entry("consumersecret", "secret"),
            Map.entry("consumerkeysecret", "secret"),
            Map.entry("apisecret", "secret"),
            Map.entry("apikeysecret", "secret"),
            Map.entry("apisecretkey", "secret"),
            Map.entry("secret", "secret"));

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
        String text;
        try {
            text = TextFile.read(file);
        } catch (MalformedInputException e) {
            throw new ConfigException("The credentials file '" + file + "' is not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(
                    "Cannot read the credentials file '" + file + "' ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
        Map<String, String> values = new HashMap<>();
        String bare = text.stripLeading().startsWith("{") ? readJson(file, text, values) : readLines(text, values);
        return of(
                values.isEmpty() ? bare : values.get("bearer"),
                values.get("key"),
                values.get("secret"),
                "The credentials file '" + file + "' has neither a line 'bearer_token = ...' nor lines"
                        + " 'consumer_key = ...' and 'consumer_secret = ...', nor JSON with such keys");
    }

    /** Notes the values of an object's texts, also of one within another. */
    private static @Nullable String readJson(Path file, String text, Map<String, String> values) {
        try (JsonParser json = JsonReader.parser(text.getBytes(StandardCharsets.UTF_8))) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && json.currentName() != null) {
                    put(json.currentName(), json.getText().strip(), values);
                }
            }
            return null;
        } catch (IOException e) {
            // Its own message quotes the text, and so secrets.
            throw new ConfigException("The credentials file '" + file + "' begins as JSON and is none");
        }
    }

    /** Notes the values of lines; returns the only line if it has no name. */
    private static @Nullable String readLines(String text, Map<String, String> values) {
        List<String> lines = text.lines().toList();
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
            put(unquoted(line.substring(0, separator)), unquoted(line.substring(separator + 1)), values);
        }
        return lines.size() == 1 ? bare : null;
    }

    private static void put(String name, String value, Map<String, String> values) {
        String known = NAMES.get(name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", ""));
        if (known != null && !value.isEmpty()) {
            values.put(known, value);
        }
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
