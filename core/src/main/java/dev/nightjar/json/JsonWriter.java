/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.nightjar.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object to bytes, without a line end in it or after it. */
final class JsonWriter {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            // Else a character beyond U+FFFF takes 12 bytes, and the longest text would not fit.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private JsonWriter() {}

    /** What stands between an object's braces. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] object(int maxBytes, Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            // Memory does not fail: Jackson refuses a lone surrogate, and its message shows no text.
            throw new DataException("bad-text", "A text holds a lone surrogate", e);
        }
        if (bytes.size() > maxBytes) {
            throw new DataException(
                    "document-too-large", "As JSON it has " + bytes.size() + " bytes, more than " + maxBytes);
        }
        return bytes.toByteArray();
    }

    static void optional(JsonGenerator json, String key, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(key, value);
        }
    }

    static void optional(JsonGenerator json, String key, @Nullable Long value) throws IOException {
        if (value != null) {
            json.writeNumberField(key, value);
        }
    }
}
