/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.DataException;
import dev.nightjar.json.JsonObject;
import dev.nightjar.json.JsonWriter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON document: X's answer to anything except a request for tweets. Numbers are texts, so that X may write a
 * number either way. Reading is lenient, like all reading from X: a value of an unexpected type counts as absent.
 */
public final class Json {
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
    public static Json read(byte[] document) throws IOException {
        try {
            return new Json(JsonObject.read(document));
        } catch (DataException e) {
            // Without the cause, because its message may quote the document, and that may hold a token.
            throw new IOException(
                    e.code().equals("not-an-object") ? "The answer is not a JSON object" : "The answer is not JSON");
        }
    }

    /** An object without members. */
    public static Json nothing() {
        return NOTHING;
    }

    /** Writes an object. */
    public static byte[] write(JsonWriter.Members members) {
        return JsonWriter.object(Integer.MAX_VALUE, members);
    }

    /** A text, a number or a truth; null if it is absent. */
    public @Nullable String text(String key) {
        return members.id(key);
    }

    /** A whole number; null if it is absent. */
    public @Nullable Long number(String key) {
        return members.integer(key);
    }

    /** A number under the first of some names that has one; zero if none has. */
    public long number(String key, String otherKey) {
        Long number = number(key);
        Long other = number == null ? number(otherKey) : number;
        return other == null ? 0 : other;
    }

    /** An object, without members if it is absent. */
    public Json object(String key) {
        JsonObject object = members.object(key);
        return object == null ? NOTHING : new Json(object);
    }

    /** The objects of an array, none if it is absent. */
    public List<Json> objects(String key) {
        return members.objects(key).stream().map(Json::new).toList();
    }

    /** The texts of an array, none if it is absent. */
    public List<String> texts(String key) {
        return members.ids(key);
    }
}
