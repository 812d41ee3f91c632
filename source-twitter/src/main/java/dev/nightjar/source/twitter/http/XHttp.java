/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests with a whole answer, of a bounded size and within a bounded time, compressed where the server can. Each is
 * sent at most once. One client serves them all: it holds no secret.
 */
public final class XHttp {
    static final String USER_AGENT = "nightjar/0.1.0";

    /** The largest answer, compressed or not: the size of the largest page of tweets, which limits a gzip bomb. */
    static final int LARGEST_ANSWER = 32 * 1024 * 1024;

    /** How much of an error is looked at. */
    static final int LARGEST_ERROR = 16 * 1024;

    /** How long an answer may take, its body included. */
    public static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private XHttp() {}

    /** Made with the first request. No redirects: they would carry the token to another host. */
    private static final class Client {
        private static final HttpClient INSTANCE = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .build();
    }

    /** A GET with the headers of all requests. A request built from it is sent at most once, see {@link SentOnce}. */
    public static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .method("GET", new SentOnce())
                .timeout(DEADLINE)
                .header("Accept-Encoding", "gzip")
                .header("User-Agent", USER_AGENT);
    }

    /** Begins a WebSocket. */
    public static WebSocket.Builder webSocket(Duration connectLimit) {
        return Client.INSTANCE
                .newWebSocketBuilder()
                .connectTimeout(connectLimit)
                .header("User-Agent", USER_AGENT);
    }

    /** Sends a request and waits for the answer to begin; closing its body closes the connection. */
    public static HttpResponse<InputStream> open(HttpRequest request) throws IOException, InterruptedException {
        return Client.INSTANCE.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Sends a request; the future fails with an {@link IOException}, and cancelling it closes the connection. */
    public static CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        return Client.INSTANCE.sendAsync(request, info -> new CappedBody());
    }

    /** Sends a request and waits for the whole answer. */
    public static HttpAnswer call(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = send(request);
        try {
            return HttpAnswer.of(exchange.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new IOException("No whole answer within " + DEADLINE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw ioException(e);
        }
    }

    /**
     * Takes back a GET that was begun.
     *
     * @return whether no byte of it was sent, and none will be; false if the server may have it
     */
    public static boolean withdraw(HttpRequest request) {
        return request.bodyPublisher().orElse(null) instanceof SentOnce once && once.withdraw();
    }

    /** What made a request fail, as an {@link IOException}. */
    public static IOException ioException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException e) {
                return e;
            }
        }
        return new IOException("The request failed", failure);
    }

    /**
     * The empty body of a GET that reaches the server once, whatever becomes of the connection. The JDK's client
     * repeats a GET by itself when its connection, kept or new, breaks before the first byte of the answer, though X
     * may have charged for the lost answer. Each time that it is about to write the request, it asks for the length of
     * the body; not to be told makes it give up before it writes.
     */
    private static final class SentOnce implements HttpRequest.BodyPublisher {
        private final AtomicBoolean sent = new AtomicBoolean();

        @Override
        public long contentLength() {
            if (sent.getAndSet(true)) {
                throw new UncheckedIOException(new IOException("The connection broke before the answer"));
            }
            return 0;
        }

        @Override
        public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
            HttpRequest.BodyPublishers.noBody().subscribe(subscriber);
        }

        boolean withdraw() {
            return !sent.getAndSet(true);
        }
    }

    /** Collects a body and gives up on one that is too large. */
    private static final class CappedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Subscription subscription = new NoSubscription();

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Subscription value) {
            subscription = value;
            value.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (whole.isDone()) {
                    return;
                }
                if (bytes.size() + buffer.remaining() > LARGEST_ANSWER) {
                    subscription.cancel();
                    whole.completeExceptionally(new IOException("An answer of more than " + LARGEST_ANSWER + " bytes"));
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toByteArray());
        }
    }

    /** Before there is one. */
    private static final class NoSubscription implements Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
