/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a tweet of the API v1.1. */
final class V1Tweet {
    /** Keys of a v1.1 tweet that no v2 tweet has. */
    private static final List<String> KEYS = List.of(
            "id_str",
            "user",
            "full_text",
            "extended_tweet",
            "retweeted_status",
            "quoted_status",
            "truncated",
            "favorite_count",
            "in_reply_to_status_id");

    private V1Tweet() {}

    static boolean matches(JsonObject json) {
        return KEYS.stream().anyMatch(json::has);
    }

    static Tweet read(JsonObject json, XNotes notes) {
        JsonObject retweeted = json.object("retweeted_status");
        XText text = text(json, retweeted, notes);
        Author author = author(json.object("user"), notes);
        String id = notes.id(json, id(json, "id"), text, author);
        return Tweet.builder(id, text.text(), XTime.of(json, id, notes))
                .lang(json.string("lang"))
                .author(author)
                .hashtags(text.hashtags())
                .mentions(text.mentions())
                .urls(text.urls())
                .publicMetrics(metrics(json, notes))
                .references(references(json, retweeted))
                .matchingRuleTags(V2Tweet.tags(json.objects("matching_rules")))
                .source(source(json.string("source")))
                .build();
    }

    /** An id, from its text where there is one: the number may have been rounded on the way. */
    static @Nullable String id(JsonObject json, String key) {
        String text = json.string(key + "_str");
        return text != null ? text : json.id(key);
    }

    private static XText text(JsonObject json, @Nullable JsonObject retweeted, XNotes notes) {
        if (retweeted != null && hasText(retweeted)) {
            return fullText(retweeted, notes);
        }
        return fullText(json, notes);
    }

    private static boolean hasText(JsonObject json) {
        JsonObject extended = json.object("extended_tweet");
        return json.string("text") != null
                || json.string("full_text") != null
                || (extended != null && extended.string("full_text") != null);
    }

    private static XText fullText(JsonObject json, XNotes notes) {
        JsonObject extended = json.object("extended_tweet");
        if (extended != null && extended.string("full_text") != null) {
            return XText.of(extended.requireString("full_text"), extended.object("entities"));
        }
        String full = json.string("full_text");
        if (full == null && json.isTrue("truncated")) {
            notes.add("text-truncated");
        }
        return XText.of(full != null ? full : json.requireString("text"), json.object("entities"));
    }

    private static @Nullable Author author(@Nullable JsonObject user, XNotes notes) {
        return user == null
                ? null
                : new Author(
                        id(user, "id"),
                        user.string("screen_name"),
                        user.string("name"),
                        notes.count(user, "followers_count"));
    }

    private static @Nullable PublicMetrics metrics(JsonObject json, XNotes notes) {
        Long retweets = notes.count(json, "retweet_count");
        Long replies = notes.count(json, "reply_count");
        Long likes = notes.count(json, "favorite_count");
        Long quotes = notes.count(json, "quote_count");
        return retweets == null && replies == null && likes == null && quotes == null
                ? null
                : new PublicMetrics(retweets, replies, likes, quotes, null, null);
    }

    private static List<TweetReference> references(JsonObject json, @Nullable JsonObject retweeted) {
        List<TweetReference> references = new ArrayList<>();
        if (retweeted != null) {
            // The quote that a retweet names is the retweeted tweet's.
            V2Tweet.addReference(references, TweetReference.Type.RETWEETED, id(retweeted, "id"));
        } else {
            JsonObject quoted = json.object("quoted_status");
            String quotedId = id(json, "quoted_status_id");
            if (quotedId == null && quoted != null) {
                quotedId = id(quoted, "id");
            }
            V2Tweet.addReference(references, TweetReference.Type.QUOTED, quotedId);
        }
        V2Tweet.addReference(references, TweetReference.Type.REPLIED_TO, id(json, "in_reply_to_status_id"));
        return references;
    }

    /** The application's name, which v1.1 sends as a link. */
    private static @Nullable String source(@Nullable String sent) {
        if (sent == null || sent.isEmpty()) {
            return null;
        }
        int open = sent.indexOf('>');
        int close = sent.lastIndexOf("</a>");
        String name = sent.startsWith("<a ") && open < close ? sent.substring(open + 1, close) : sent;
        return XText.of(name, null).text();
    }
}
