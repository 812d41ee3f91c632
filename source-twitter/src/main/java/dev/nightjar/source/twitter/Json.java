/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.DataException;
import dev.nightjar.json.JsonObject;
import dev.nightjar.json.JsonWriter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON document: what X answers to anything but a request for tweets. Numbers are texts, so that X may write a
 * number either way. Reading is lenient, like all that reads X: what is of another type than expected is absent.
 */
final class Json {
    private static final Json NOTHING = new Json(JsonObject.empty());

    private final JsonObject members;

    private Json(JsonObject members) {
        this.members = members;
    }

    /**
     * Reads an object.
     *
     * @throws IOException if the document is not one
     */
    static Json read(byte[] document) throws IOException {
        try {
            return new Json(JsonObject.read(document));
        } catch (DataException e) {
            throw new IOException(
                    e.code().equals("not-an-object") ? "The answer is not a JSON object" : "The answer is not JSON", e);
        }
    }

    /** An object without members. */
    static Json nothing() {
        return NOTHING;
    }

    /** Writes an object. */
    static byte[] write(JsonWriter.Members members) {
        return JsonWriter.object(Integer.MAX_VALUE, members);
    }

    @Nullable
    String text(String key) {
        return members.id(key);
    }

    @Nullable
    Long number(String key) {
        return members.integer(key);
    }

    /** A number under the first of some names that has one; zero if none has. */
    long number(String key, String otherKey) {
        Long number = number(key);
        Long other = number == null ? number(otherKey) : number;
        return other == null ? 0 : other;
    }

    /** An object, without members if it is absent. */
    Json object(String key) {
        JsonObject object = members.object(key);
        return object == null ? NOTHING : new Json(object);
    }

    List<Json> objects(String key) {
        return members.objects(key).stream().map(Json::new).toList();
    }

    List<String> texts(String key) {
        return members.ids(key);
    }
}
