/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.Sha256;
import dev.nightjar.TweetId;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a tweet gets an id that has none: from what it says, so that it is the same on every reading. The id holds the time of the
 * tweet, as a snowflake does, and 22 bits of a SHA-256 of the fields; one from before snowflakes is 34 bits of it. Two tweets
 * of the same fields are one.
 *
 * <p>Immutable.
 *
 * @param fields what the id is made from; not empty
 * @since 0.1.0
 */
public record IdRule(List<Field> fields) implements Serializable {
    private static final int HASH_BITS = 22;
    private static final int OLD_BITS = 34;

    /** The first id whose time can be told. */
    private static final long FIRST = 1L << 35;

    /** Copies the fields. */
    public IdRule {
        fields = List.copyOf(fields);
        if (fields.isEmpty()) {
            throw new ConfigException("A rule for ids needs a field");
        }
    }

    /**
     * What an id may be made from.
     *
     * @since 0.1.0
     */
    public enum Field {
        /** The text. */
        TEXT,
        /** The time. */
        CREATED_AT,
        /** The author's id, or else the name. */
        AUTHOR
    }

    /**
     * Reads a rule such as {@code text,created_at}.
     *
     * @throws ConfigException if a field is none of text, created_at and author
     */
    public static IdRule parse(String text) {
        List<Field> fields = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            Field field = WireName.parse(Field.class, name.strip());
            if (field == null) {
                throw new ConfigException(
                        "An id can be made from text, created_at and author, not from '" + name.strip() + "'");
            }
            fields.add(field);
        }
        return new IdRule(fields);
    }

    /**
     * The id of a tweet.
     *
     * @throws DataException if it has no time, or no author though the rule names it: {@code missing-field}
     */
    public String id(String text, @Nullable Instant createdAt, @Nullable Author author) {
        if (createdAt == null) {
            throw new DataException("missing-field", "The tweet has neither an id nor a time that an id could hold");
        }
        StringBuilder joined = new StringBuilder();
        for (Field field : fields) {
            String value = switch (field) {
                case TEXT -> text;
                case CREATED_AT -> Long.toString(createdAt.toEpochMilli());
                case AUTHOR -> name(author);
            };
            joined.append(value.length()).append(':').append(value);
        }
        String digest = Sha256.of(joined.toString().getBytes(StandardCharsets.UTF_8));
        long hash = Long.parseLong(digest.substring(0, 15), 16);
        long millis = createdAt.toEpochMilli() - TweetId.EPOCH;
        boolean holdsTime = millis >= FIRST >> HASH_BITS && millis <= Long.MAX_VALUE >> HASH_BITS;
        return Long.toString(
                holdsTime ? (millis << HASH_BITS) | (hash % (1L << HASH_BITS)) : 1 + hash % (1L << OLD_BITS));
    }

    private static String name(@Nullable Author author) {
        String name = author == null ? null : author.id() != null ? author.id() : author.username();
        if (name == null) {
            throw new DataException("missing-field", "The tweet has no author, from whom its id is to be made");
        }
        return name;
    }
}
