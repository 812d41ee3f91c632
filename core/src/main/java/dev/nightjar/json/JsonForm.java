/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON form that a record's headers name, so that a reader refuses an unknown form instead of misreading it.
 *
 * @since 0.1.0
 */
public enum JsonForm {
    /** What {@link TweetJson} writes. */
    TWEET("application/vnd.nightjar.tweet+json"),

    /** What {@link ClassifiedTweetJson} writes. */
    CLASSIFIED_TWEET("application/vnd.nightjar.classified-tweet+json");

    /** The header that says what the value is. */
    public static final String CONTENT_TYPE_HEADER = "nightjar.content-type";

    /** The header that says which version of the form the value has. */
    public static final String VERSION_HEADER = "nightjar.schema-version";

    private static final String VERSION = "1";

    private final String contentType;

    JsonForm(String contentType) {
        this.contentType = contentType;
    }

    /** What {@link #CONTENT_TYPE_HEADER} says. */
    public String contentType() {
        return contentType;
    }

    /** What {@link #VERSION_HEADER} says. */
    public String version() {
        return VERSION;
    }

    /**
     * Checks that a record's headers agree; missing ones are assumed to.
     *
     * @param header gives the last value of a header, null if there is none
     * @throws DataException if they name another type or version
     */
    public void check(Function<String, byte @Nullable []> header) {
        check(header, CONTENT_TYPE_HEADER, contentType, "content-type");
        check(header, VERSION_HEADER, VERSION, "schema-version");
    }

    private static void check(Function<String, byte @Nullable []> header, String name, String expected, String code) {
        byte[] value = header.apply(name);
        if (value != null && !new String(value, StandardCharsets.ISO_8859_1).equals(expected)) {
            throw new DataException(
                    code, "The header '" + name + "' is not '" + expected + "', as this version of Nightjar reads");
        }
    }
}
