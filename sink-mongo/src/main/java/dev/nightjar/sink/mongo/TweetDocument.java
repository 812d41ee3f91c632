/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.WireName;
import dev.nightjar.shape.Field;
import dev.nightjar.shape.Shape;
import dev.nightjar.shape.TweetShape;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A classified tweet as a document with the keys of its canonical JSON, except that {@code id} is {@code _id}, the time
 * is a date, and a classification has its best {@code label} and that label's {@code score} in addition to all the
 * {@code scores}. What is null or empty is absent.
 */
final class TweetDocument {
    /** The field that a document calls {@code _id}. */
    private static final Field ID = TweetShape.tweet().fields().get(0);

    private TweetDocument() {}

    static BsonDocument of(ClassifiedTweet record) {
        BsonDocument document = document(TweetShape.tweet(), record.tweet());
        BsonDocument classifications = new BsonDocument();
        record.classifications()
                .forEach((name, classification) -> classifications.append(name, classification(classification)));
        if (!classifications.isEmpty()) {
            document.append("classifications", classifications);
        }
        return document;
    }

    private static BsonDocument document(Shape<?> shape, Object record) {
        BsonDocument document = new BsonDocument();
        @Nullable Object[] values = shape.values(record);
        for (Field field : shape.fields()) {
            Object value = values[field.index()];
            BsonValue bson = value == null ? null : value(field, value);
            if (bson != null) {
                String group = field.group();
                BsonDocument place = group == null
                        ? document
                        : (BsonDocument) document.computeIfAbsent(group, absent -> new BsonDocument());
                place.append(field.equals(ID) ? "_id" : field.name(), bson);
            }
        }
        return document;
    }

    private static @Nullable BsonValue value(Field field, Object value) {
        return switch (field.type()) {
            case TEXT, ID -> new BsonString((String) value);
            case TIME -> new BsonDateTime(((Instant) value).toEpochMilli());
            case COUNT -> new BsonInt64((Long) value);
            case PLACE -> new BsonInt32((Integer) value);
            case RECORD -> {
                BsonDocument document = document(field.shape(), value);
                yield document.isEmpty() ? null : document;
            }
            case RECORDS -> array((List<?>) value, element -> document(field.shape(), element));
        };
    }

    private static BsonDocument classification(Classification classification) {
        BsonDocument document = new BsonDocument("model", new BsonString(classification.model()));
        if (classification instanceof Classification.Rejected rejected) {
            return document.append("rejected", lower(rejected.reason()));
        }
        Classification.Scored scored = (Classification.Scored) classification;
        document.append("label", new BsonString(scored.best().label()))
                .append("score", new BsonDouble(scored.best().score()))
                .append("scores", array(scored.scores(), TweetDocument::score));
        if (scored.truncated()) {
            document.append("truncated", BsonBoolean.TRUE);
        }
        return document;
    }

    private static BsonDocument score(ScoredLabel scored) {
        return new BsonDocument("label", new BsonString(scored.label()))
                .append("score", new BsonDouble(scored.score()));
    }

    private static <E> BsonArray array(List<E> elements, Function<E, BsonDocument> document) {
        return new BsonArray(elements.stream().map(document).toList());
    }

    private static BsonString lower(Enum<?> constant) {
        return new BsonString(WireName.of(constant));
    }
}
