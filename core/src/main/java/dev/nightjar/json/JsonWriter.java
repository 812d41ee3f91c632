/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import dev.nightjar.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes JSON.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class JsonWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonWriter() {}

    /**
     * What stands between an object's braces.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Members {
        /** Writes it. */
        void write(JsonGenerator json) throws IOException;
    }

    /** A generator, for more than one object. */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return new Utf8Generator(FACTORY.createGenerator(out));
    }

    /**
     * One object as bytes, without a line end in it or after it.
     *
     * @throws DataException if a text holds a lone surrogate ({@code bad-text}) or the result exceeds the most bytes
     *     ({@code document-too-large})
     */
    public static byte[] object(int maxBytes, Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = generator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException | IllegalArgumentException e) {
            // Memory does not fail: Jackson refuses a lone surrogate, and its message shows no text.
            throw new DataException("bad-text", "A text holds a lone surrogate", e);
        }
        if (bytes.size() > maxBytes) {
            throw new DataException(
                    "document-too-large", "As JSON it has " + bytes.size() + " bytes, more than " + maxBytes);
        }
        return bytes.toByteArray();
    }

    /**
     * Else a character beyond U+FFFF takes 12 bytes, and the longest text would not fit. Jackson has an option for it
     * from 2.18 on only.
     */
    private static final class Utf8Generator extends JsonGeneratorDelegate {
        Utf8Generator(JsonGenerator json) {
            super(json);
        }

        @Override
        public void writeFieldName(String name) throws IOException {
            if (hasSurrogates(name)) {
                delegate.writeFieldName(new SerializedString(name));
            } else {
                delegate.writeFieldName(name);
            }
        }

        @Override
        public void writeString(String text) throws IOException {
            if (hasSurrogates(text)) {
                delegate.writeString(new SerializedString(text));
            } else {
                delegate.writeString(text);
            }
        }

        private static boolean hasSurrogates(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isSurrogate(text.charAt(i))) {
                    return true;
                }
            }
            return false;
        }
    }
}
