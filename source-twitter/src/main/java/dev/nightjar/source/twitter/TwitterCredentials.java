/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.source.twitter.http.Secrets;
import java.nio.file.Path;
import java.util.List;

/**
 * What an application shows to the X API: its bearer token, or its consumer key and secret, with which a token is
 * obtained when the first request is made. Files and environment variables are read then too, on the machine that makes
 * the request. {@code toString} shows no secret.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterCredentials extends Configuration {
    private static final long serialVersionUID = 1L;

    private TwitterCredentials(Builder builder) {
        super(builder);
    }

    /** A bearer token, which is used as it is given. */
    public static TwitterCredentials bearer(Credential token) {
        return new Builder().set(Secrets.BEARER_TOKEN, token).build();
    }

    /** A consumer key and secret, with which a bearer token is obtained. */
    public static TwitterCredentials consumer(Credential key, Credential secret) {
        return new Builder()
                .set(Secrets.CONSUMER_KEY, key)
                .set(Secrets.CONSUMER_SECRET, secret)
                .build();
    }

    /**
     * A file of UTF-8 lines {@code name = value}: {@code bearer_token}, or {@code consumer_key} and
     * {@code consumer_secret} ({@code api_key} and {@code api_secret} mean the same). Blank lines, lines that begin
     * with {@code #} and other names, such as the access tokens of users, are ignored; quotes around a value are
     * removed. A file of one line without a name is a bearer token. A JSON object with such keys will do as well. Where
     * both are there, the bearer token is used.
     */
    public static TwitterCredentials file(Path file) {
        return new Builder().set(Secrets.FILE, file).build();
    }

    /**
     * The environment variables {@code X_BEARER_TOKEN}, or else {@code X_CONSUMER_KEY} and {@code X_CONSUMER_SECRET}.
     */
    public static TwitterCredentials environment() {
        return new Builder().set(Secrets.ENVIRONMENT, true).build();
    }

    /** Those of a source. Where several are there, the first in the order of the options is used. */
    static TwitterCredentials of(Configuration configuration) {
        return new Builder().setAll(configuration).build();
    }

    @Override
    protected Options options() {
        return Secrets.OPTIONS;
    }

    private static final class Builder extends Configuration.Builder<TwitterCredentials, Builder> {
        Builder() {
            super(Secrets.OPTIONS, TwitterCredentials::new);
        }

        @Override
        protected void check(TwitterCredentials credentials, List<String> faults) {
            Secrets.check(credentials, faults);
        }
    }
}
