/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.FatalException;
import dev.nightjar.WireName;
import dev.nightjar.source.twitter.TwitterApi;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.http.Vocabulary;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which X API to call, and with which credentials. */
public final class XOptions {
    private static final String X = "https://api.x.com";

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description =
                    "A file with a line 'bearer_token = ...', or lines 'consumer_key = ...' and 'consumer_secret ="
                            + " ...', or JSON with such keys. Default: the environment variables X_BEARER_TOKEN, or X_CONSUMER_KEY and"
                            + " X_CONSUMER_SECRET.")
    private @Nullable Path credentials;

    @Option(
            names = "--base-url",
            paramLabel = "URL",
            description = "The API's host, such as that of 'nightjar fake-x'. Default: " + X + ".")
    private @Nullable URI baseUrl;

    TwitterCredentials credentials() {
        return credentials == null ? TwitterCredentials.environment() : TwitterCredentials.file(credentials);
    }

    URI baseUrl() {
        return baseUrl == null ? URI.create(X) : baseUrl;
    }

    /** In which words searches are answered, or why they are not. */
    public String searchWords() {
        try {
            Vocabulary words = api().searchVocabulary();
            return "X takes a search in '" + WireName.of(words) + "' words"
                    + (words == Vocabulary.TWEET ? "" : ": --vocabulary post saves a refused request");
        } catch (FatalException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Whether the command line names an X API or credentials. */
    public boolean isNamed() {
        return credentials != null || baseUrl != null;
    }

    /** Whether the command line names an X API. */
    public boolean hasBaseUrl() {
        return baseUrl != null;
    }

    /** Takes an API that is not X, which the user has not named. */
    void use(URI simulator) {
        baseUrl = simulator;
    }

    /** Whether it is X itself, where posts cost money. */
    boolean isX() {
        return baseUrl().equals(URI.create(X));
    }

    /** What X answers at once. */
    public TwitterApi api() {
        return api(TwitterApi.DEFAULT_RETRY_LIMIT);
    }

    /** The same, asked again for so long. */
    TwitterApi api(Duration patience) {
        return TwitterApi.open(credentials(), baseUrl(), patience);
    }
}
