/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer: a body that is whole, or a stream. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable StreamSession stream) {
    static Answer of(int status, Object json) {
        return new Answer(status, Map.of("Content-Type", "application/json; charset=utf-8"), Json.bytes(json), null);
    }

    static Answer ok(byte[] json) {
        return new Answer(200, Map.of("Content-Type", "application/json; charset=utf-8"), json, null);
    }

    static Answer problem(int status, Map<String, Object> problem) {
        return new Answer(
                status, Map.of("Content-Type", "application/problem+json; charset=utf-8"), Json.bytes(problem), null);
    }
}
