/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** One open connection to the stream. */
final class StreamConnection implements AutoCloseable {
    /** The fields and expansions from which a whole {@link dev.nightjar.Tweet} can be made. */
    static final String QUERY = "tweet.fields=created_at,author_id,lang,entities,note_tweet,referenced_tweets,"
            + "public_metrics,edit_history_tweet_ids,possibly_sensitive,source"
            + "&expansions=author_id,referenced_tweets.id,referenced_tweets.id.author_id"
            + "&user.fields=name,username,public_metrics";

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int LARGEST_ERROR = 16 * 1024;

    private final InputStream raw;
    private final InputStream body;

    private StreamConnection(InputStream raw, InputStream body) {
        this.raw = raw;
        this.body = body;
    }

    /** The client of a source: no redirects, which would carry the token to another host. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .build();
    }

    /**
     * Connects.
     *
     * @throws RefusedException if X answers anything but the stream
     * @throws IOException if X does not answer
     */
    static StreamConnection open(HttpClient client, URI baseUrl, String token)
            throws IOException, InterruptedException, RefusedException {
        HttpRequest request = HttpRequest.newBuilder(baseUrl.resolve("/2/tweets/search/stream?" + QUERY))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Encoding", "gzip")
                .header("User-Agent", "nightjar/0.1.0")
                .timeout(ANSWER_LIMIT)
                .build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        InputStream raw = response.body();
        try {
            boolean gzip = response.headers()
                    .firstValue("Content-Encoding")
                    .map(value -> value.toLowerCase(Locale.ROOT).contains("gzip"))
                    .orElse(false);
            if (response.statusCode() != 200) {
                InputStream error = gzip ? new GZIPInputStream(raw) : raw;
                throw new RefusedException(
                        StreamRefusal.of(response.statusCode(), error.readNBytes(LARGEST_ERROR), windowEnd(response)));
            }
            return new StreamConnection(raw, gzip ? new LazyGzip(raw) : raw);
        } catch (IOException | RefusedException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** The stream's bytes, decompressed. */
    InputStream body() {
        return body;
    }

    /** Ends the connection; a read that waits in another thread returns. */
    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            // The connection is given up anyway, and the JDK's stream reports here only that it was cancelled.
            assert e != null;
        }
    }

    /** When the rate limit's window ends, by this machine's clock. */
    private static @Nullable Instant windowEnd(HttpResponse<?> response) {
        return RateLimit.of(response.headers(), Instant.now()).windowEnd();
    }

    /** X answered with something other than the stream. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient StreamRefusal refusal;

        RefusedException(StreamRefusal refusal) {
            super("Status " + refusal.status());
            this.refusal = refusal;
        }

        StreamRefusal refusal() {
            return refusal;
        }
    }

    /** A gzip stream whose header is read with the first byte that is asked for, not when it is made. */
    private static final class LazyGzip extends InputStream {
        private final InputStream raw;
        private @Nullable InputStream gzip;

        LazyGzip(InputStream raw) {
            this.raw = raw;
        }

        @Override
        public int read() throws IOException {
            return opened().read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return opened().read(buffer, offset, length);
        }

        private InputStream opened() throws IOException {
            InputStream opened = gzip;
            if (opened == null) {
                opened = new GZIPInputStream(raw);
                gzip = opened;
            }
            return opened;
        }
    }
}
