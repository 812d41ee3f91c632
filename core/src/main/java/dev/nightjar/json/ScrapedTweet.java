/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a tweet as snscrape and twscrape write it. */
final class ScrapedTweet {
    private static final String TYPE = "snscrape.modules.twitter.";

    private ScrapedTweet() {}

    static boolean matches(JsonObject json) {
        String type = json.string("_type");
        return json.string("rawContent") != null
                || (json.string("content") != null && type != null && type.startsWith(TYPE));
    }

    static Tweet read(JsonObject json, XNotes notes) {
        JsonObject retweeted = json.object("retweetedTweet");
        XText text = XText.of(content(retweeted != null && matches(retweeted) ? retweeted : json), null);
        Author author = author(json.object("user"), notes);
        String id = notes.id(json, V1Tweet.id(json, "id"), text, author);
        return Tweet.builder(id, text.text(), XTime.of(json, id, notes))
                .lang(json.string("lang"))
                .author(author)
                .hashtags(json.ids("hashtags").stream().map(Entity::of).toList())
                .mentions(entities(json, "mentionedUsers", "username"))
                .urls(entities(json, "links", "url"))
                .publicMetrics(metrics(json, notes))
                .references(references(json, retweeted))
                .source(json.string("sourceLabel"))
                .build();
    }

    private static String content(JsonObject json) {
        String raw = json.string("rawContent");
        return raw == null ? json.requireString("content") : raw;
    }

    private static @Nullable Author author(@Nullable JsonObject user, XNotes notes) {
        return user == null
                ? null
                : new Author(
                        V1Tweet.id(user, "id"),
                        user.string("username"),
                        user.string("displayname"),
                        notes.count(user, "followersCount"));
    }

    private static List<Entity> entities(JsonObject json, String key, String valueKey) {
        return json.objects(key).stream()
                .map(entity -> entity.string(valueKey))
                .filter(value -> value != null)
                .map(Entity::of)
                .toList();
    }

    private static @Nullable PublicMetrics metrics(JsonObject json, XNotes notes) {
        PublicMetrics metrics = new PublicMetrics(
                notes.count(json, "retweetCount"),
                notes.count(json, "replyCount"),
                notes.count(json, "likeCount"),
                notes.count(json, "quoteCount"),
                notes.count(json, "viewCount"),
                notes.count(json, json.has("bookmarkedCount") ? "bookmarkedCount" : "bookmarkCount"));
        return metrics.equals(new PublicMetrics(null, null, null, null, null, null)) ? null : metrics;
    }

    private static List<TweetReference> references(JsonObject json, @Nullable JsonObject retweeted) {
        List<TweetReference> references = new ArrayList<>();
        if (retweeted != null) {
            V2Tweet.addReference(references, TweetReference.Type.RETWEETED, V1Tweet.id(retweeted, "id"));
        }
        JsonObject quoted = json.object("quotedTweet");
        if (quoted != null) {
            V2Tweet.addReference(references, TweetReference.Type.QUOTED, V1Tweet.id(quoted, "id"));
        }
        V2Tweet.addReference(references, TweetReference.Type.REPLIED_TO, json.id("inReplyToTweetId"));
        return references;
    }
}
