/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Writes posts as a request asks for them: in tweet words, or in post words if it has {@code post.fields}; only the
 * fields and expansions that it names.
 */
final class PostWriter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LONGEST_TEXT = 280;
    private static final int LONGEST_RETWEET = 140;

    private final Set<String> fields;
    private final Set<String> userFields;
    private final Set<String> expansions;
    private final boolean postWords;

    PostWriter(Request request) {
        postWords = request.query().containsKey("post.fields");
        fields = request.list(postWords ? "post.fields" : "tweet.fields");
        userFields = request.list("user.fields");
        expansions = request.list("expansions");
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** A frame of a stream, without its line end. */
    byte[] frame(FakePost post, List<Rule> rules, boolean partialError) {
        List<?> matching = rules.stream()
                .map(rule -> Json.object("id", rule.id(), "tag", rule.tag()))
                .toList();
        return Json.bytes(Json.object("data", post(post), "includes", includes(List.of(post)))
                .with("errors", partialError ? List.of(Problems.missingReference()) : null)
                .with("matching_rules", matching));
    }

    /** A page; without posts it has no data. */
    byte[] page(List<FakePost> posts, List<?> errors, @Nullable Map<String, Object> meta) {
        List<?> data = posts.stream().map(this::post).toList();
        return Json.bytes(Json.object("data", Json.some(data), "includes", includes(posts))
                .with("errors", Json.some(errors))
                .with("meta", meta));
    }

    private Map<String, Object> post(FakePost post) {
        String escaped = escape(post.text());
        int limit = post.isRetweet() ? LONGEST_RETWEET : LONGEST_TEXT;
        boolean cut = escaped.codePointCount(0, escaped.length()) > limit;
        String text = cut ? escaped.substring(0, escaped.offsetByCodePoints(0, limit - 1)) + '\u2026' : escaped;
        boolean authors = fields.contains("author_id") || expansions.contains("author_id");
        Json.Members json = Json.object("id", post.id(), "text", text)
                .with(postWords ? "edit_history_post_ids" : "edit_history_tweet_ids", List.of(post.id()))
                .with("created_at", asked("created_at", time(post.createdAt())))
                .with("author_id", authors ? post.authorId() : null)
                .with("lang", asked("lang", post.lang()))
                .with("possibly_sensitive", asked("possibly_sensitive", false))
                .with("entities", asked("entities", entities(text)));
        if (cut && !post.isRetweet()) {
            String note = postWords ? "note_post" : "note_tweet";
            json.with(note, asked(note, Json.object("text", escaped, "entities", entities(escaped))));
        }
        json.with("public_metrics", asked("public_metrics", metrics(post.likes())));
        FakePost.Reference reference = post.reference();
        String references = postWords ? "referenced_posts" : "referenced_tweets";
        if (reference != null && (fields.contains(references) || expandsReferences())) {
            json.with(
                    references,
                    List.of(Json.object(
                            "type", reference.type(), "id", reference.post().id())));
        }
        return json;
    }

    /** A value, if its field is asked for; else null. */
    private @Nullable Object asked(String field, Object value) {
        return fields.contains(field) ? value : null;
    }

    private boolean expandsReferences() {
        return expansions.contains("referenced_tweets.id") || expansions.contains("referenced_posts");
    }

    private Map<String, Object> metrics(long likes) {
        return Json.object()
                .with(postWords ? "repost_count" : "retweet_count", likes / 4)
                .with("reply_count", likes / 8)
                .with("like_count", likes)
                .with("quote_count", likes / 16)
                .with("bookmark_count", 0)
                .with("impression_count", likes * 20);
    }

    /** The users and posts that some posts name; null if there are none. */
    private @Nullable Map<String, Object> includes(List<FakePost> posts) {
        Map<String, String> users = new LinkedHashMap<>();
        Map<String, FakePost> referenced = new LinkedHashMap<>();
        for (FakePost post : posts) {
            if (expansions.contains("author_id")) {
                users.put(post.authorId(), post.username());
            }
            FakePost.Reference reference = post.reference();
            if (reference != null && expandsReferences()) {
                referenced.put(reference.post().id(), reference.post());
                if (expansions.contains("referenced_tweets.id.author_id")) {
                    users.put(reference.post().authorId(), reference.post().username());
                }
            }
        }
        List<Object> named = new ArrayList<>();
        users.forEach((id, username) -> named.add(user(id, username)));
        List<?> others = referenced.values().stream().map(this::post).toList();
        return named.isEmpty() && others.isEmpty()
                ? null
                : Json.object("users", Json.some(named), postWords ? "posts" : "tweets", Json.some(others));
    }

    private Map<String, Object> user(String id, String username) {
        Json.Members json = Json.object("id", id, "username", username)
                .with("name", Character.toUpperCase(username.charAt(0)) + username.substring(1));
        if (userFields.contains("public_metrics")) {
            json.with(
                    "public_metrics",
                    Json.object()
                            .with("followers_count", username.length() * 100)
                            .with("following_count", username.length())
                            .with(postWords ? "post_count" : "tweet_count", 1_000)
                            .with("listed_count", 0));
        }
        return json;
    }

    /** Spans count code points, as X does. */
    private static Map<String, Object> entities(String text) {
        List<Object> hashtags = new ArrayList<>();
        List<Object> mentions = new ArrayList<>();
        List<Object> urls = new ArrayList<>();
        Matcher matcher = FakePost.entityPattern().matcher(text);
        while (matcher.find()) {
            String found = matcher.group();
            Json.Members entity = Json.object()
                    .with("start", text.codePointCount(0, matcher.start()))
                    .with("end", text.codePointCount(0, matcher.end()));
            switch (found.charAt(0)) {
                case '#' -> hashtags.add(entity.with("tag", found.substring(1)));
                case '@' -> mentions.add(entity.with("username", found.substring(1)));
                default ->
                    urls.add(entity.with("url", found)
                            .with("expanded_url", found)
                            .with("display_url", found.substring(found.indexOf("//") + 2)));
            }
        }
        return Json.object("hashtags", Json.some(hashtags), "mentions", Json.some(mentions), "urls", Json.some(urls));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
