/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.ConfigException;
import dev.nightjar.io.Server;
import dev.nightjar.options.Option;
import java.net.URI;

/** Where the API is, and whether a token may be sent there. */
public final class ApiHost {
    /** The API itself. */
    public static final URI DEFAULT = URI.create("https://api.x.com");

    private static final String FORM =
            "https://host[:port]; http would send the token in the clear: use https, unless it is"
                    + " a loopback address";

    public static final Option<URI> BASE_URL = Option.of("base-url", "a URL", URI::create)
            .valid(FORM, ApiHost::isSafe)
            .defaultTo(DEFAULT)
            .means("the API's host");

    private ApiHost() {}

    /**
     * Checks a base URL.
     *
     * @throws ConfigException if it is none, or a token must not be sent there
     */
    public static void check(URI baseUrl) {
        if (!isSafe(baseUrl)) {
            throw new ConfigException("The base URL is not " + FORM);
        }
    }

    private static boolean isSafe(URI baseUrl) {
        String scheme = String.valueOf(baseUrl.getScheme());
        return baseUrl.getHost() != null
                && baseUrl.getRawUserInfo() == null
                && baseUrl.getRawQuery() == null
                && (baseUrl.getRawPath() == null || baseUrl.getRawPath().matches("/?"))
                && (scheme.equals("https") || scheme.equals("http"))
                && Server.isPrivate(baseUrl);
    }
}
