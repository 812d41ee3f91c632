/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** A whole answer, decompressed; an error's body is cut. */
public final class HttpAnswer {
    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    private HttpAnswer(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The headers. */
    public HttpHeaders headers() {
        return headers;
    }

    /** The body itself, no copy. */
    public byte[] body() {
        return body;
    }

    /** Whether the status is one of success. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * The answer of a response.
     *
     * @throws IOException if it cannot be decompressed, or is too large then
     */
    public static HttpAnswer of(HttpResponse<byte[]> response) throws IOException {
        boolean success = response.statusCode() >= 200 && response.statusCode() < 300;
        byte[] body = response.body();
        try {
            if (response.headers()
                    .firstValue("Content-Encoding")
                    .orElse("")
                    .toLowerCase(Locale.ROOT)
                    .contains("gzip")) {
                body = unzipped(body, success ? XHttp.LARGEST_ANSWER : XHttp.LARGEST_ERROR, success);
            }
        } catch (IOException e) {
            if (success) {
                throw e;
            }
            body = new byte[0]; // the status says enough
        }
        if (!success && body.length > XHttp.LARGEST_ERROR) {
            body = Arrays.copyOf(body, XHttp.LARGEST_ERROR);
        }
        return new HttpAnswer(response.statusCode(), response.headers(), body);
    }

    private static byte[] unzipped(byte[] body, int limit, boolean whole) throws IOException {
        if (body.length == 0) {
            return body;
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] bytes = in.readNBytes(limit);
            if (whole && in.read() >= 0) {
                throw new IOException("An answer of more than " + limit + " bytes when decompressed");
            }
            return bytes;
        }
    }
}
