/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.io.RetryAfter;
import dev.nightjar.io.Server;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches from a Hub. It follows redirects itself, so that the token goes to the endpoint alone: large files are given
 * by other hosts, by addresses that are signed already.
 */
final class HubClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** How long may pass without an answer, or without another byte of it. */
    static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_BREAKS = 5;
    private static final int LARGEST_LIST = 1 << 24;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HubPlace place;
    private final URI endpoint;
    private final Optional<String> token;
    private final Duration silence;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(ProxySelector.getDefault())
            .build();

    HubClient(HubPlace place, Duration silence) {
        this.place = place;
        this.silence = silence;
        this.endpoint = place.endpoint();
        this.token = place.token();
        if (token.isPresent() && !Server.isPrivate(endpoint)) {
            throw new ConfigException(
                    "The token of the Hub would be sent to " + endpoint + " for all to read; use https");
        }
    }

    /**
     * The Hub's description of the repository at its revision.
     *
     * @throws FatalException if the Hub refuses to give it
     * @throws RetriableException if the Hub does not answer
     */
    byte[] list() {
        URI uri = URI.create(
                endpoint + "/api/models/" + place.repository() + "/revision/" + place.revision() + "?blobs=true");
        HttpResponse<byte[]> response = send(uri, 0, info -> BodySubscribers.ofByteArray(), () -> 0L);
        check(response, HubSnapshot.LIST);
        if (response.body().length > LARGEST_LIST) {
            throw new ConfigException("The list of files of '" + place + "' has over " + LARGEST_LIST + " bytes");
        }
        return response.body();
    }

    /**
     * Fetches a file, from where an earlier attempt has stopped. While a break in the connection leaves more of the
     * file than there was, it goes on at once.
     *
     * @param size the length of the file; negative if not known
     * @throws FatalException if the Hub refuses to give it
     * @throws RetriableException if the Hub does not answer; the part already fetched stays for the next attempt
     */
    void download(String file, Path part, long size) throws IOException {
        for (int breaks = 0; ; breaks++) {
            long before = length(part);
            if (size >= 0 && before >= size && before > 0) {
                return;
            }
            try {
                resume(file, part, before, size);
                return;
            } catch (RetriableException e) {
                if (breaks == MOST_BREAKS || length(part) <= before) {
                    throw e;
                }
            }
        }
    }

    private void resume(String file, Path part, long from, long size) throws IOException {
        URI uri =
                URI.create(endpoint + "/" + place.repository() + "/resolve/" + place.revision() + "/" + encoded(file));
        BodyHandler<Path> intoFile = info -> {
            boolean isPage = isHtml(info.headers());
            if (info.statusCode() == 200 && !isPage) {
                return BodySubscribers.ofFile(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
            }
            boolean continues = info.statusCode() == 206
                    && !isPage
                    && info.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + from + '-');
            return continues
                    ? BodySubscribers.ofFile(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND)
                    : BodySubscribers.replacing(part);
        };
        HttpResponse<Path> response = send(uri, from, intoFile, () -> {
            long length = length(part);
            if (size >= 0 && length > size) {
                throw new ConfigException(file + " of '" + place + "' goes on after its " + size + " bytes");
            }
            return length;
        });
        if (response.statusCode() == 416) { // more was there than the file has
            Files.deleteIfExists(part);
            throw new RetriableException(
                    "The Hub has no more of " + file + " of '" + place + "'; it begins anew", null);
        }
        check(response, file);
    }

    /** Sends a request and its redirects, and waits for the answer as long as more of it comes. */
    private <T> HttpResponse<T> send(URI first, long from, BodyHandler<T> handler, Progress progress) {
        URI uri = first;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri).header("User-Agent", "nightjar").header("Accept-Encoding", "identity");
            if (from > 0) {
                request.header("Range", "bytes=" + from + '-');
            }
            if (isEndpoint(uri)) {
                token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            }
            HttpResponse<T> response = await(http.sendAsync(request.build(), handler), progress);
            if (!REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            uri = target(uri, response.headers());
        }
        throw new ConfigException("The Hub at " + endpoint + " redirects without end");
    }

    private <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> answer, Progress progress) {
        try {
            long last = -1;
            long since = System.nanoTime();
            while (true) {
                try {
                    return answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    long now = progress.bytes();
                    if (now != last) {
                        last = now;
                        since = System.nanoTime();
                    } else if (System.nanoTime() - since > silence.toNanos()) {
                        throw new RetriableException("The Hub at " + endpoint + " has fallen silent", e);
                    }
                }
            }
        } catch (InterruptedException e) {
            throw Server.interrupted("fetch '" + place + "'", e);
        } catch (ExecutionException e) {
            throw new RetriableException(
                    "The Hub at " + endpoint + " is out of reach, or broke off: " + e.getCause(), e.getCause());
        } catch (IOException e) {
            throw new ConfigException("The cache of '" + place + "' cannot be used: " + e, e);
        } finally {
            answer.cancel(true);
        }
    }

    private URI target(URI from, HttpHeaders headers) {
        URI to;
        try {
            to = from.resolve(new URI(headers.firstValue("Location").orElse("")));
        } catch (URISyntaxException e) {
            throw new ConfigException("The Hub at " + endpoint + " redirects to what is no address", e);
        }
        boolean isHttp = Set.of("http", "https").contains(String.valueOf(to.getScheme()));
        if (!isHttp
                || to.getHost() == null
                || (from.getScheme().equals("https") && to.getScheme().equals("http"))) {
            throw new ConfigException("The Hub at " + endpoint + " redirects to an address that is not one of https");
        }
        return to;
    }

    private void check(HttpResponse<?> response, String file) {
        int status = response.statusCode();
        if ((status == 200 || status == 206) && !isHtml(response.headers())) {
            return;
        }
        String what = file + " of '" + place + "' at " + endpoint + " (HTTP status " + status
                + response.headers()
                        .firstValue("X-Error-Code")
                        .filter(code -> code.matches("[A-Za-z]{1,40}"))
                        .map(code -> ", " + code)
                        .orElse("")
                + ')';
        if (status == 429 || status >= 500) {
            throw new RetriableException(
                    "The Hub cannot give " + what + " now",
                    null,
                    RetryAfter.parse(
                            response.headers().firstValue("Retry-After").orElse(null), Instant.now()));
        }
        throw new ConfigException(
                switch (status) {
                    case 200, 206 -> "An HTML page came in place of " + what + "; is that the address of a Hub?";
                    case 401 ->
                        token.isPresent()
                                ? "The token is refused for " + what
                                : "A token is needed for " + what
                                        + ", or there is no such repository; set HF_TOKEN or 'hub-token'";
                    case 403 ->
                        "Access is denied to " + what + "; accept the model's terms at " + endpoint + '/'
                                + place.repository() + " and use a token of that account";
                    case 404 -> "Not found: " + what + "; check the names of the repository and its revision";
                    default -> throw new FatalException("The Hub does not give " + what);
                });
    }

    private static boolean isHtml(HttpHeaders headers) {
        return headers.firstValue("Content-Type")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .startsWith("text/html");
    }

    private boolean isEndpoint(URI uri) {
        return uri.getScheme().equalsIgnoreCase(endpoint.getScheme())
                && uri.getHost().equalsIgnoreCase(endpoint.getHost())
                && uri.getPort() == endpoint.getPort();
    }

    private static String encoded(String file) throws IOException {
        try {
            return new URI(null, null, '/' + file, null).getRawPath().substring(1);
        } catch (URISyntaxException e) {
            throw new IOException("its name is no part of an address", e);
        }
    }

    private static long length(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /** How much has come. */
    @FunctionalInterface
    private interface Progress {
        long bytes() throws IOException;
    }
}
