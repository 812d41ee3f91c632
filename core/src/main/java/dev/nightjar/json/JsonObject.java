/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as read: its values are {@link JsonObject}, {@link List}, {@link String}, {@link RawNumber}, {@link
 * Boolean} or null. Accessors named {@code require...} and {@code optional...} refuse a value of another type, the
 * plain ones take it for absent; for all of them null is absent.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class JsonObject {
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
    private final byte[] document;
    private final int start;
    private int end;
    private @Nullable DataException ownFault;
    private @Nullable DataException innerFault;

    JsonObject(byte[] document, int start) {
        this.document = document;
        this.start = start;
        this.end = start;
    }

    /** An object without members. */
    public static JsonObject empty() {
        return new JsonObject(new byte[0], 0);
    }

    /**
     * Reads a document that is an object; of a key that it has twice the last counts.
     *
     * @throws DataException if it is none: {@code empty-document}, {@code document-too-large}, {@code bad-utf8},
     *     {@code bad-json}, {@code json-limit}, {@code not-an-object}
     */
    public static JsonObject read(byte[] document) {
        return XJson.READER.readAnyObject(document);
    }

    void put(String key, @Nullable Object value) {
        int before = members.size();
        members.put(key, value);
        if (members.size() == before) {
            ownFault = new DataException("duplicate-key", "An object has one of its keys twice");
        }
    }

    void inherit(@Nullable DataException fault) {
        if (innerFault == null) {
            innerFault = fault;
        }
    }

    void endsAt(int position) {
        end = position;
    }

    /** The faults of the object itself, not of those inside it. */
    @Nullable
    DataException ownFault() {
        return ownFault;
    }

    /** The faults of the object or of one inside it. */
    @Nullable
    DataException fault() {
        return ownFault != null ? ownFault : innerFault;
    }

    /** The object's own part of the document. */
    byte[] source() {
        return Arrays.copyOfRange(document, start, end);
    }

    /** The keys, in the order of the document. */
    public Set<String> keys() {
        return members.keySet();
    }

    boolean has(String key) {
        return members.get(key) != null;
    }

    @Nullable
    Object value(String key) {
        return members.get(key);
    }

    /** An object; null if it is absent. */
    public @Nullable JsonObject object(String key) {
        return members.get(key) instanceof JsonObject object ? object : null;
    }

    @Nullable
    String string(String key) {
        return members.get(key) instanceof String string ? string : null;
    }

    boolean isTrue(String key) {
        return Boolean.TRUE.equals(members.get(key));
    }

    /** A whole number of 64 bits, also one written as a text or with a fraction of zeros. */
    public @Nullable Long integer(String key) {
        return integer(members.get(key));
    }

    /** A value as a whole number of 64 bits, also one written as a text. */
    static @Nullable Long integer(@Nullable Object value) {
        return value == null
                ? null
                : WholeNumber.parse(
                        value instanceof RawNumber number
                                ? number.raw()
                                : value instanceof String string ? string : "");
    }

    /** A text, or a number exactly as it was written. */
    public @Nullable String id(String key) {
        return members.get(key) instanceof RawNumber number ? number.raw() : string(key);
    }

    /** The texts in a list, and its numbers exactly as they were written; what else the list holds is left out. */
    public List<String> ids(String key) {
        List<String> ids = new ArrayList<>();
        if (members.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String string) {
                    ids.add(string);
                } else if (element instanceof RawNumber number) {
                    ids.add(number.raw());
                }
            }
        }
        return ids;
    }

    /** The objects in a list; what else the list holds is left out. */
    public List<JsonObject> objects(String key) {
        List<JsonObject> objects = new ArrayList<>();
        if (members.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof JsonObject object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    String requireString(String key) {
        return required(key, optionalString(key));
    }

    @Nullable
    String optionalString(String key) {
        return typed(key, String.class, "a string");
    }

    long requireInteger(String key) {
        return required(key, optionalInteger(key));
    }

    @Nullable
    Long optionalInteger(String key) {
        RawNumber number = typed(key, RawNumber.class, "a number");
        if (number == null) {
            return null;
        }
        Long whole = WholeNumber.parse(number.raw());
        if (whole == null) {
            throw new DataException("bad-field", "The field '" + key + "' is not a whole number of 64 bits");
        }
        return whole;
    }

    double requireDouble(String key) {
        return Double.parseDouble(
                required(key, typed(key, RawNumber.class, "a number")).raw());
    }

    boolean optionalBoolean(String key) {
        return Boolean.TRUE.equals(typed(key, Boolean.class, "true or false"));
    }

    @Nullable
    JsonObject optionalObject(String key) {
        return typed(key, JsonObject.class, "an object");
    }

    List<JsonObject> optionalObjects(String key) {
        List<?> list = typed(key, List.class, "a list");
        if (list == null) {
            return List.of();
        }
        List<JsonObject> objects = objects(key);
        if (objects.size() < list.size()) {
            throw new DataException("bad-field", "The field '" + key + "' is not a list of objects");
        }
        return objects;
    }

    private <T> @Nullable T typed(String key, Class<T> type, String words) {
        Object value = members.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new DataException("bad-field", "The field '" + key + "' is not " + words);
        }
        return type.cast(value);
    }

    private static <T> T required(String key, @Nullable T value) {
        if (value == null) {
            throw new DataException("missing-field", "The field '" + key + "' is missing");
        }
        return value;
    }

    /** A number exactly as it was written, since a double would lose digits of an id. */
    record RawNumber(String raw) {}
}
