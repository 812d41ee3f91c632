/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.WindowedCount;
import java.util.function.Function;
import org.bson.BsonDocument;

/**
 * How a record becomes a document: its {@code _id}, the document itself, {@code _id} included, and the field of its
 * time. Every key in a document is one of our names or a classifier's. Whatever comes from a tweet or a model is always
 * a value, so no text can be mistaken for an operator or a path.
 */
record DocumentModel<T>(Function<T, String> id, Function<T, BsonDocument> document, String timeField) {
    static final DocumentModel<ClassifiedTweet> TWEETS =
            new DocumentModel<>(record -> record.tweet().id(), TweetDocument::of, "created_at");
    static final DocumentModel<WindowedCount> COUNTS =
            new DocumentModel<>(CountDocument::id, CountDocument::of, "window_start");
}
