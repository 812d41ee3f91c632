/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.DataException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.WireName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A classification as one line of JSON: {@code {"model":..,"scores":[{"label":..,"score":..},..]}}, best first, with
 * {@code "truncated":true} if the model read only the beginning of the text; or {@code
 * {"model":..,"rejected":"blank"}}.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class ClassificationJson {
    private static final JsonReader READER =
            new JsonReader(TweetJson.MAX_BYTES, TweetJson.MAX_STRING_LENGTH, TweetJson.MAX_BYTES);

    private ClassificationJson() {}

    /**
     * Writes a classification as a string.
     *
     * @throws DataException as {@link #toBytes(Classification)}
     */
    public static String toJson(Classification classification) {
        return new String(toBytes(classification), StandardCharsets.UTF_8);
    }

    /**
     * Writes a classification as UTF-8 bytes, without a line end.
     *
     * @throws DataException if the result exceeds {@value TweetJson#MAX_BYTES} bytes ({@code document-too-large})
     */
    public static byte[] toBytes(Classification classification) {
        return JsonWriter.object(TweetJson.MAX_BYTES, json -> write(json, classification));
    }

    /**
     * Reads a classification.
     *
     * @throws DataException if the bytes are not a classification as this class writes it; the codes are those of
     *     {@link TweetJson#fromBytes(byte[])}
     */
    public static Classification fromBytes(byte[] json) {
        return read(READER.readObject(json));
    }

    static void write(JsonGenerator json, Classification classification) throws IOException {
        json.writeStringField("model", classification.model());
        if (classification instanceof Classification.Rejected rejected) {
            json.writeStringField("rejected", WireName.of(rejected.reason()));
        } else if (classification instanceof Classification.Scored scored) {
            json.writeArrayFieldStart("scores");
            for (ScoredLabel label : scored.scores()) {
                json.writeStartObject();
                json.writeStringField("label", label.label());
                json.writeNumberField("score", label.score());
                json.writeEndObject();
            }
            json.writeEndArray();
            if (scored.truncated()) {
                json.writeBooleanField("truncated", true);
            }
        }
    }

    static Classification read(JsonObject json) {
        String model = json.requireString("model");
        String rejected = json.optionalString("rejected");
        try {
            if (rejected != null) {
                return new Classification.Rejected(model, reason(rejected));
            }
            List<ScoredLabel> scores = json.optionalObjects("scores").stream()
                    .map(score -> new ScoredLabel(score.requireString("label"), score.requireDouble("score")))
                    .toList();
            return new Classification.Scored(model, scores, json.optionalBoolean("truncated"));
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-field", "A classification is not one: " + e.getMessage());
        }
    }

    private static Classification.Reason reason(String name) {
        Classification.Reason reason = WireName.parse(Classification.Reason.class, name);
        if (reason == null) {
            throw new DataException(
                    "bad-field", "The field 'rejected' is not blank, unreadable, too_large, model_fault or uncertain");
        }
        return reason;
    }
}
