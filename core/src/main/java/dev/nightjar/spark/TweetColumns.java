/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Where a frame has the columns of {@link TweetSchemas#tweet()}, in any order and place; what it does not have is null. */
final class TweetColumns implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final StructType SCHEMA = TweetSchemas.tweet();
    private static final Set<String> REQUIRED = Set.of(TweetSchemas.ID, TweetSchemas.TEXT, TweetSchemas.CREATED_AT);

    private final int[] places;

    private TweetColumns(int[] places) {
        this.places = places;
    }

    /**
     * Finds the columns.
     *
     * @throws IllegalArgumentException if the id, text or time is missing, or a column has another type
     */
    static TweetColumns in(StructType frame) {
        int[] places = new int[SCHEMA.size()];
        for (int i = 0; i < places.length; i++) {
            StructField field = SCHEMA.fields()[i];
            boolean absent = !REQUIRED.contains(field.name()) && TweetSchemas.place(frame, field.name()) < 0;
            places[i] = absent ? -1 : TweetSchemas.require(frame, field.name(), field.dataType());
        }
        return new TweetColumns(places);
    }

    /**
     * The tweet in a row.
     *
     * @throws DataException if the row holds none
     */
    Tweet tweet(Row row) {
        String id = (String) required(row, TweetSchemas.ID);
        String text = (String) required(row, TweetSchemas.TEXT);
        Instant createdAt = TimeType.read(required(row, TweetSchemas.CREATED_AT));
        return Tweet.builder(id, text, createdAt)
                .lang((String) value(row, "lang"))
                .author(author((Row) value(row, "author")))
                .hashtags(entities(row, "hashtags"))
                .mentions(entities(row, "mentions"))
                .urls(entities(row, "urls"))
                .publicMetrics(metrics((Row) value(row, "public_metrics")))
                .references(references(row))
                .matchingRuleTags(this.<String>elements(row, "matching_rule_tags"))
                .source((String) value(row, "source"))
                .build();
    }

    /** The values of a tweet, in the order of {@link TweetSchemas#tweet()}. */
    static List<@Nullable Object> values(Tweet tweet, TimeType times) {
        List<@Nullable Object> values = new ArrayList<>(SCHEMA.size());
        values.add(tweet.id());
        values.add(tweet.text());
        values.add(times.of(tweet.createdAt()));
        values.add(tweet.lang());
        values.add(row(tweet.author()));
        values.add(rows("hashtags", tweet.hashtags()));
        values.add(rows("mentions", tweet.mentions()));
        values.add(rows("urls", tweet.urls()));
        values.add(row(tweet.publicMetrics()));
        values.add(rows(tweet.references()));
        values.add(Values.seq(tweet.matchingRuleTags()));
        values.add(tweet.source());
        return values;
    }

    private static @Nullable Row row(@Nullable Author author) {
        return author == null
                ? null
                : Values.row(struct("author"), author.id(), author.username(), author.name(), author.followersCount());
    }

    private static @Nullable Row row(@Nullable PublicMetrics metrics) {
        return metrics == null
                ? null
                : Values.row(
                        struct("public_metrics"),
                        metrics.retweetCount(),
                        metrics.replyCount(),
                        metrics.likeCount(),
                        metrics.quoteCount(),
                        metrics.impressionCount(),
                        metrics.bookmarkCount());
    }

    private static Object rows(String column, List<Entity> entities) {
        StructType schema = element(column);
        return Values.seq(entities.stream()
                .map(entity -> Values.row(
                        schema,
                        entity.value(),
                        entity.start() < 0 ? null : entity.start(),
                        entity.end() < 0 ? null : entity.end()))
                .toList());
    }

    private static Object rows(List<TweetReference> references) {
        StructType schema = element("referenced_tweets");
        return Values.seq(references.stream()
                .map(reference -> Values.row(schema, WireName.of(reference.type()), reference.id()))
                .toList());
    }

    private static @Nullable Author author(@Nullable Row row) {
        return row == null
                ? null
                : new Author((String) row.get(0), (String) row.get(1), (String) row.get(2), (Long) row.get(3));
    }

    private static @Nullable PublicMetrics metrics(@Nullable Row row) {
        return row == null
                ? null
                : new PublicMetrics(
                        (Long) row.get(0),
                        (Long) row.get(1),
                        (Long) row.get(2),
                        (Long) row.get(3),
                        (Long) row.get(4),
                        (Long) row.get(5));
    }

    private List<Entity> entities(Row row, String column) {
        return this.<Row>elements(row, column).stream()
                .map(entity -> new Entity(text(entity, 0), place(entity, 1), place(entity, 2)))
                .toList();
    }

    private List<TweetReference> references(Row row) {
        return this.<Row>elements(row, "referenced_tweets").stream()
                .map(reference -> new TweetReference(type(text(reference, 0)), text(reference, 1)))
                .toList();
    }

    private static TweetReference.Type type(String name) {
        TweetReference.Type type = WireName.parse(TweetReference.Type.class, name);
        if (type == null) {
            throw new DataException(
                    "bad-column", "The type of a referenced tweet is not retweeted, quoted or replied_to");
        }
        return type;
    }

    private <T> List<T> elements(Row row, String column) {
        List<@Nullable T> elements = Values.list(value(row, column));
        for (T element : elements) {
            if (element == null) {
                throw new DataException("bad-column", "The column '" + column + "' holds a null");
            }
        }
        return elements;
    }

    private static String text(Row struct, int index) {
        String text = struct.getString(index);
        if (text == null) {
            throw new DataException("bad-column", "An element of an array lacks its field " + index);
        }
        return text;
    }

    private static int place(Row entity, int index) {
        return entity.isNullAt(index) ? -1 : entity.getInt(index);
    }

    private Object required(Row row, String column) {
        Object value = value(row, column);
        if (value == null) {
            throw new DataException("missing-column", "The column '" + column + "' is null");
        }
        return value;
    }

    private @Nullable Object value(Row row, String column) {
        int place = places[SCHEMA.fieldIndex(column)];
        return place < 0 ? null : row.get(place);
    }

    private static StructType struct(String column) {
        return (StructType) SCHEMA.apply(column).dataType();
    }

    private static StructType element(String column) {
        return (StructType) ((ArrayType) SCHEMA.apply(column).dataType()).elementType();
    }
}
