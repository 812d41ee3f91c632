/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.http.HttpAnswer;
import dev.nightjar.source.twitter.http.Json;
import dev.nightjar.source.twitter.http.RateLimit;
import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.http.TokenSource;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.http.XClient;
import dev.nightjar.source.twitter.http.XHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open connection to the stream over HTTP. */
final class StreamConnection implements StreamLink.Body {
    private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    /** How long the body of an error may take. */
    private static final Duration ERROR_LIMIT = Duration.ofSeconds(5);

    private static final int LARGEST_ERROR = 16 * 1024;

    private final InputStream raw;
    private final InputStream stream;

    private StreamConnection(InputStream raw, InputStream stream) {
        this.raw = raw;
        this.stream = stream;
    }

    /** Connections over HTTP. */
    static StreamLink over(URI baseUrl, TokenSource tokens, Words words) {
        return new Http(baseUrl, tokens, words);
    }

    private static StreamConnection of(HttpResponse<InputStream> response) throws IOException, RefusedException {
        InputStream raw = response.body();
        try {
            boolean gzip = response.headers()
                    .firstValue("Content-Encoding")
                    .map(value -> value.toLowerCase(Locale.ROOT).contains("gzip"))
                    .orElse(false);
            if (response.statusCode() != 200) {
                RateLimit limit = RateLimit.of(response.headers(), Instant.now());
                throw new RefusedException(
                        Refusal.of(response.statusCode(), error(raw, gzip), limit.windowEnd()), limit.retryAfter());
            }
            return new StreamConnection(raw, gzip ? new LazyGzip(raw) : raw);
        } catch (RefusedException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** What an error says, as far as it can be read: the status says enough. */
    private static byte[] error(InputStream raw, boolean gzip) {
        // Closing is the only way to end a read that waits.
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                () -> closeQuietly(raw),
                CompletableFuture.delayedExecutor(ERROR_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        try {
            return (gzip ? new GZIPInputStream(raw) : raw).readNBytes(LARGEST_ERROR);
        } catch (IOException e) {
            LOG.debug("The error's body cannot be read: {}", e.toString());
            return new byte[0];
        } finally {
            limit.cancel(false);
        }
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    @Override
    public void close() {
        closeQuietly(raw);
    }

    private static void closeQuietly(InputStream raw) {
        try {
            raw.close();
        } catch (IOException e) {
            // The connection is given up anyway, and the JDK's stream reports here only that it was cancelled.
            LOG.trace("Closed", e);
        }
    }

    /** X answered with something other than the stream. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;
        private final @Nullable Duration retryAfter;

        RefusedException(Refusal refusal, @Nullable Duration retryAfter) {
            super("Status " + refusal.status());
            this.refusal = refusal;
            this.retryAfter = retryAfter;
        }

        Refusal refusal() {
            return refusal;
        }

        /** How long X asks to wait; null if it does not say. */
        @Nullable
        Duration retryAfter() {
            return retryAfter;
        }
    }

    /** Connects with the JDK's client. */
    private static final class Http implements StreamLink {
        private final URI baseUrl;
        private final TokenSource tokens;
        private final Words words;
        /** With which it connected last. */
        private String token = "";

        Http(URI baseUrl, TokenSource tokens, Words words) {
            this.baseUrl = baseUrl;
            this.tokens = tokens;
            this.words = words;
        }

        @Override
        public Body connect(int backfillMinutes) throws IOException, InterruptedException, RefusedException {
            token = tokens.token();
            String backfill = backfillMinutes == 0 ? "" : "&backfill_minutes=" + backfillMinutes;
            HttpRequest request = XHttp.request(
                            baseUrl.resolve("/2/tweets/search/stream?" + words.parameters() + backfill))
                    .header("Authorization", "Bearer " + token)
                    .timeout(ANSWER_LIMIT)
                    .build();
            StreamConnection connection = of(XHttp.open(request));
            words.accepted();
            return connection;
        }

        @Override
        public boolean reword(Refusal refusal) {
            return words.refused(refusal.forWords());
        }

        @Override
        public boolean renew() throws InterruptedException {
            return tokens.replacing(token) != null;
        }

        @Override
        public int killStale() throws IOException, InterruptedException {
            List<String> stale = new ArrayList<>();
            for (Json connection : connections(null).objects("data")) {
                String endpoint = connection.text("endpoint_name");
                String id = connection.text("id");
                boolean open = connection.text("disconnected_at") == null;
                if (open && id != null && endpoint != null && endpoint.startsWith("filtered_stream")) {
                    stale.add(id);
                }
            }
            if (stale.isEmpty()) {
                return 0;
            }
            byte[] body = Json.write(json -> {
                json.writeArrayFieldStart("uuids");
                for (String id : stale) {
                    json.writeString(id);
                }
                json.writeEndArray();
            });
            Long killed = connections(body).object("data").number("successful_kills");
            return killed == null ? 0 : killed.intValue();
        }

        /** Asks for the connections, or has some of them ended. */
        private Json connections(byte @Nullable [] ended) throws IOException, InterruptedException {
            HttpRequest request = XClient.request(baseUrl, "/2/connections", ended, tokens.token());
            if (ended != null) {
                request = HttpRequest.newBuilder(request, (name, value) -> true)
                        .method("DELETE", HttpRequest.BodyPublishers.ofByteArray(ended))
                        .build();
            }
            HttpAnswer answer = XHttp.call(request);
            if (!answer.isSuccess()) {
                throw new IOException("Status " + answer.status());
            }
            return Json.read(answer.body());
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
