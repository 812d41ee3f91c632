/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.shape;

import static dev.nightjar.shape.Field.Type.COUNT;
import static dev.nightjar.shape.Field.Type.ID;
import static dev.nightjar.shape.Field.Type.PLACE;
import static dev.nightjar.shape.Field.Type.TEXT;
import static dev.nightjar.shape.Field.Type.TIME;

import dev.nightjar.Author;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a tweet, in the words of the X API v2. A field that is added here is written and read by JSON,
 * MongoDB's documents and Spark's rows.
 *
 * @since 0.1.0
 */
public final class TweetShape {
    private static final Shape<Author> AUTHOR = new Shape.Builder<Author>()
            .optional("id", TEXT)
            .optional("username", TEXT)
            .optional("name", TEXT)
            .optional("public_metrics.followers_count", COUNT)
            .build(
                    author -> values(author.id(), author.username(), author.name(), author.followersCount()),
                    the -> new Author(the.next(), the.next(), the.next(), the.next()));

    private static final Shape<PublicMetrics> METRICS = new Shape.Builder<PublicMetrics>()
            .optional("retweet_count", COUNT)
            .optional("reply_count", COUNT)
            .optional("like_count", COUNT)
            .optional("quote_count", COUNT)
            .optional("impression_count", COUNT)
            .optional("bookmark_count", COUNT)
            .build(
                    metrics -> values(
                            metrics.retweetCount(),
                            metrics.replyCount(),
                            metrics.likeCount(),
                            metrics.quoteCount(),
                            metrics.impressionCount(),
                            metrics.bookmarkCount()),
                    the -> new PublicMetrics(the.next(), the.next(), the.next(), the.next(), the.next(), the.next()));

    private static final Shape<TweetReference> REFERENCE = new Shape.Builder<TweetReference>()
            .required("type", TEXT)
            .required("id", ID)
            .build(
                    reference -> values(WireName.of(reference.type()), reference.id()),
                    the -> new TweetReference(type(the.next()), the.next()));

    private static final Shape<String> RULE =
            new Shape.Builder<String>().required("tag", TEXT).build(TweetShape::values, Shape.Components::next);

    private static final Shape<Tweet> TWEET = new Shape.Builder<Tweet>()
            .required("id", ID)
            .required("text", TEXT)
            .required("created_at", TIME)
            .optional("lang", TEXT)
            .record("author", AUTHOR)
            .records("entities.hashtags", entity("tag"))
            .records("entities.mentions", entity("username"))
            .records("entities.urls", entity("expanded_url"))
            .record("public_metrics", METRICS)
            .records("referenced_tweets", REFERENCE)
            .records("matching_rules", "matching_rule_tags", RULE)
            .optional("source", TEXT)
            .build(
                    tweet -> values(
                            tweet.id(),
                            tweet.text(),
                            tweet.createdAt(),
                            tweet.lang(),
                            tweet.author(),
                            some(tweet.hashtags()),
                            some(tweet.mentions()),
                            some(tweet.urls()),
                            tweet.publicMetrics(),
                            some(tweet.references()),
                            some(tweet.matchingRuleTags()),
                            tweet.source()),
                    the -> new Tweet(
                            the.next(),
                            the.next(),
                            the.next(),
                            the.next(),
                            the.next(),
                            the.list(),
                            the.list(),
                            the.list(),
                            the.next(),
                            the.list(),
                            the.list(),
                            the.next()));

    private TweetShape() {}

    /** The fields of a tweet. */
    public static Shape<Tweet> tweet() {
        return TWEET;
    }

    private static Shape<Entity> entity(String value) {
        return new Shape.Builder<Entity>()
                .required(value, TEXT)
                .optional("start", PLACE)
                .optional("end", PLACE)
                .build(
                        entity -> values(entity.value(), known(entity.start()), known(entity.end())),
                        the -> new Entity(the.next(), place(the.next()), place(the.next())));
    }

    private static @Nullable Object[] values(@Nullable Object... values) {
        return values;
    }

    private static <E> @Nullable List<E> some(List<E> list) {
        return list.isEmpty() ? null : list;
    }

    private static @Nullable Integer known(int place) {
        return place < 0 ? null : place;
    }

    private static int place(@Nullable Integer known) {
        return known == null ? -1 : known;
    }

    private static TweetReference.Type type(String name) {
        TweetReference.Type type = WireName.parse(TweetReference.Type.class, name);
        if (type == null) {
            throw new IllegalArgumentException("The type of a referenced tweet is not retweeted, quoted or replied_to");
        }
        return type;
    }
}
