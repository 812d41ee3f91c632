/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** Where the API is, and whether a token may be sent there. */
final class ApiHost {
    /** The API itself. */
    static final URI DEFAULT = URI.create("https://api.x.com");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1]|127(\\.[0-9]{1,3}){3}");

    private ApiHost() {}

    /** Adds what is wrong with a base URL, if anything is. */
    static void check(URI baseUrl, List<String> faults) {
        String scheme = String.valueOf(baseUrl.getScheme());
        boolean bare = baseUrl.getRawUserInfo() == null
                && baseUrl.getRawQuery() == null
                && (baseUrl.getRawPath() == null || baseUrl.getRawPath().matches("/?"));
        if (baseUrl.getHost() == null || !bare || !(scheme.equals("https") || scheme.equals("http"))) {
            faults.add("The base URL '" + baseUrl + "' is not https://host[:port]");
        } else if (scheme.equals("http") && !LOOPBACK.matcher(baseUrl.getHost()).matches()) {
            faults.add("The base URL '" + baseUrl + "' would send the token in the clear; use https");
        }
    }
}
