/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.options.Configuration;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the bearer token: the user's own, or one that is obtained with the consumer key and secret when first needed
 * and used as X gives it.
 *
 * <p>Safe for use by multiple threads.
 */
public final class TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSource.class);
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final Secrets secrets;
    private final URI baseUrl;
    private final Object lock = new Object();
    private @Nullable String token;

    private TokenSource(Secrets secrets, URI baseUrl) {
        this.secrets = secrets;
        this.baseUrl = baseUrl;
        this.token = secrets.bearer();
    }

    /**
     * Reads the secrets; no request is made yet.
     *
     * @throws ConfigException if a secret is missing or cannot be read
     */
    public static TokenSource of(Configuration configuration, URI baseUrl) {
        return new TokenSource(Secrets.of(configuration), baseUrl);
    }

    /**
     * The token.
     *
     * @throws ConfigException if X does not know the key and secret
     * @throws RetriableException if X does not answer
     */
    public String token() throws InterruptedException {
        synchronized (lock) {
            String known = token;
            if (known == null) {
                known = obtain();
                token = known;
            }
            return known;
        }
    }

    /**
     * A token in place of one that X refused with status 401. To be called once for a request: X gives the same token
     * again as long as it is valid, so that a second refusal is final.
     *
     * @return the new token; null if there is none other
     */
    @Nullable
    public String replacing(String refused) throws InterruptedException {
        synchronized (lock) {
            if (secrets.bearer() != null) {
                return null;
            }
            String known = token;
            if (known == null || known.equals(refused)) {
                LOG.info("The X API refuses the token; asking for another");
                token = null;
                known = token();
            }
            return known.equals(refused) ? null : known;
        }
    }

    private String obtain() throws InterruptedException {
        String pair = encoded(secrets.key()) + ':' + encoded(secrets.secret());
        HttpRequest request = XHttp.request(baseUrl.resolve("/oauth2/token"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        Json json;
        try {
            HttpAnswer answer = XHttp.call(request);
            if (!answer.isSuccess()) {
                RateLimit limit = RateLimit.of(answer.headers(), Instant.now());
                throw Refusal.of(answer.status(), answer.body(), limit.windowEnd())
                        .exception("give a token for the consumer key and secret", WAIT);
            }
            json = Json.read(answer.body());
        } catch (IOException e) {
            throw new RetriableException("The X API at " + baseUrl + " gives no token", e, WAIT);
        }
        String obtained = json.text("access_token");
        if (obtained == null || !"bearer".equalsIgnoreCase(json.text("token_type"))) {
            throw new FatalException("The X API at " + baseUrl + " gave something other than a bearer token");
        }
        return Secrets.checked("bearer token", obtained);
    }

    /** RFC 1738: as a form has it, but a space is not a plus sign. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("*", "%2A");
    }
}
