/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
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
import org.jspecify.annotations.Nullable;

/**
 * A classified tweet as a document: the keys of its canonical JSON, except that {@code id} is {@code _id}, the time is a
 * date, and a classification names its best {@code label} and that label's {@code score} beside all the {@code scores}. What
 * is null or empty is absent.
 */
final class TweetDocument {
    private TweetDocument() {}

    static BsonDocument of(ClassifiedTweet record) {
        Tweet tweet = record.tweet();
        BsonDocument document = new BsonDocument("_id", new BsonString(tweet.id()))
                .append("text", new BsonString(tweet.text()))
                .append("created_at", new BsonDateTime(tweet.createdAt().toEpochMilli()));
        append(document, "lang", tweet.lang());
        append(document, "author", author(tweet.author()));
        append(document, "entities", entities(tweet));
        append(document, "public_metrics", metrics(tweet.publicMetrics()));
        append(document, "referenced_tweets", array(tweet.references(), TweetDocument::reference));
        append(
                document,
                "matching_rules",
                array(tweet.matchingRuleTags(), tag -> new BsonDocument("tag", new BsonString(tag))));
        append(document, "source", tweet.source());
        BsonDocument classifications = new BsonDocument();
        record.classifications()
                .forEach((name, classification) -> classifications.append(name, classification(classification)));
        append(document, "classifications", classifications);
        return document;
    }

    private static BsonDocument author(@Nullable Author author) {
        BsonDocument document = new BsonDocument();
        if (author != null) {
            append(document, "id", author.id());
            append(document, "username", author.username());
            append(document, "name", author.name());
            BsonDocument metrics = new BsonDocument();
            append(metrics, "followers_count", author.followersCount());
            append(document, "public_metrics", metrics);
        }
        return document;
    }

    private static BsonDocument entities(Tweet tweet) {
        BsonDocument document = new BsonDocument();
        append(document, "hashtags", array(tweet.hashtags(), entity -> entity("tag", entity)));
        append(document, "mentions", array(tweet.mentions(), entity -> entity("username", entity)));
        append(document, "urls", array(tweet.urls(), entity -> entity("expanded_url", entity)));
        return document;
    }

    private static BsonDocument entity(String key, Entity entity) {
        BsonDocument document = new BsonDocument();
        if (entity.start() >= 0) {
            document.append("start", new BsonInt32(entity.start())).append("end", new BsonInt32(entity.end()));
        }
        return document.append(key, new BsonString(entity.value()));
    }

    private static BsonDocument metrics(@Nullable PublicMetrics metrics) {
        BsonDocument document = new BsonDocument();
        if (metrics != null) {
            append(document, "retweet_count", metrics.retweetCount());
            append(document, "reply_count", metrics.replyCount());
            append(document, "like_count", metrics.likeCount());
            append(document, "quote_count", metrics.quoteCount());
            append(document, "impression_count", metrics.impressionCount());
            append(document, "bookmark_count", metrics.bookmarkCount());
        }
        return document;
    }

    private static BsonDocument reference(TweetReference reference) {
        return new BsonDocument("type", lower(reference.type())).append("id", new BsonString(reference.id()));
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

    private static void append(BsonDocument document, String key, @Nullable String value) {
        if (value != null) {
            document.append(key, new BsonString(value));
        }
    }

    private static void append(BsonDocument document, String key, @Nullable Long value) {
        if (value != null) {
            document.append(key, new BsonInt64(value));
        }
    }

    private static void append(BsonDocument document, String key, BsonDocument value) {
        if (!value.isEmpty()) {
            document.append(key, value);
        }
    }

    private static void append(BsonDocument document, String key, BsonArray value) {
        if (!value.isEmpty()) {
            document.append(key, value);
        }
    }
}
