/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeFieldName("data");
            post(json, post);
            includes(json, List.of(post));
            if (partialError) {
                json.writeFieldName("errors");
                Json.write(json, List.of(Problems.missingReference()));
            }
            json.writeArrayFieldStart("matching_rules");
            for (Rule rule : rules) {
                json.writeStartObject();
                json.writeStringField("id", rule.id());
                if (rule.tag() != null) {
                    json.writeStringField("tag", rule.tag());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A page; without posts it has no data. */
    byte[] page(List<FakePost> posts, List<?> errors, @Nullable Map<String, Object> meta) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            if (!posts.isEmpty()) {
                json.writeArrayFieldStart("data");
                for (FakePost post : posts) {
                    post(json, post);
                }
                json.writeEndArray();
                includes(json, posts);
            }
            if (!errors.isEmpty()) {
                json.writeFieldName("errors");
                Json.write(json, errors);
            }
            if (meta != null) {
                json.writeFieldName("meta");
                Json.write(json, meta);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void post(JsonGenerator json, FakePost post) throws IOException {
        String escaped = escape(post.text());
        int limit = post.isRetweet() ? LONGEST_RETWEET : LONGEST_TEXT;
        boolean cut = escaped.codePointCount(0, escaped.length()) > limit;
        String text = cut ? escaped.substring(0, escaped.offsetByCodePoints(0, limit - 1)) + '\u2026' : escaped;
        json.writeStartObject();
        json.writeStringField("id", post.id());
        json.writeStringField("text", text);
        json.writeArrayFieldStart(postWords ? "edit_history_post_ids" : "edit_history_tweet_ids");
        json.writeString(post.id());
        json.writeEndArray();
        if (fields.contains("created_at")) {
            json.writeStringField("created_at", time(post.createdAt()));
        }
        if (fields.contains("author_id") || expansions.contains("author_id")) {
            json.writeStringField("author_id", post.authorId());
        }
        if (fields.contains("lang")) {
            json.writeStringField("lang", post.lang());
        }
        if (fields.contains("possibly_sensitive")) {
            json.writeBooleanField("possibly_sensitive", false);
        }
        if (fields.contains("entities")) {
            json.writeFieldName("entities");
            entities(json, text);
        }
        String note = postWords ? "note_post" : "note_tweet";
        if (cut && !post.isRetweet() && fields.contains(note)) {
            json.writeObjectFieldStart(note);
            json.writeStringField("text", escaped);
            json.writeFieldName("entities");
            entities(json, escaped);
            json.writeEndObject();
        }
        if (fields.contains("public_metrics")) {
            json.writeObjectFieldStart("public_metrics");
            json.writeNumberField(postWords ? "repost_count" : "retweet_count", post.likes() / 4);
            json.writeNumberField("reply_count", post.likes() / 8);
            json.writeNumberField("like_count", post.likes());
            json.writeNumberField("quote_count", post.likes() / 16);
            json.writeNumberField("bookmark_count", 0);
            json.writeNumberField("impression_count", post.likes() * 20);
            json.writeEndObject();
        }
        FakePost.Reference reference = post.reference();
        String references = postWords ? "referenced_posts" : "referenced_tweets";
        boolean asked = fields.contains(references)
                || expansions.contains("referenced_tweets.id")
                || expansions.contains("referenced_posts");
        if (reference != null && asked) {
            json.writeArrayFieldStart(references);
            json.writeStartObject();
            json.writeStringField("type", reference.type());
            json.writeStringField("id", reference.post().id());
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void includes(JsonGenerator json, List<FakePost> posts) throws IOException {
        Map<String, String> users = new LinkedHashMap<>();
        Map<String, FakePost> referenced = new LinkedHashMap<>();
        for (FakePost post : posts) {
            if (expansions.contains("author_id")) {
                users.put(post.authorId(), post.username());
            }
            FakePost.Reference reference = post.reference();
            if (reference != null
                    && (expansions.contains("referenced_tweets.id") || expansions.contains("referenced_posts"))) {
                referenced.put(reference.post().id(), reference.post());
                if (expansions.contains("referenced_tweets.id.author_id")) {
                    users.put(reference.post().authorId(), reference.post().username());
                }
            }
        }
        if (users.isEmpty() && referenced.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("includes");
        if (!users.isEmpty()) {
            json.writeArrayFieldStart("users");
            for (Map.Entry<String, String> user : users.entrySet()) {
                user(json, user.getKey(), user.getValue());
            }
            json.writeEndArray();
        }
        if (!referenced.isEmpty()) {
            json.writeArrayFieldStart(postWords ? "posts" : "tweets");
            for (FakePost post : referenced.values()) {
                post(json, post);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void user(JsonGenerator json, String id, String username) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("username", username);
        json.writeStringField("name", Character.toUpperCase(username.charAt(0)) + username.substring(1));
        if (userFields.contains("public_metrics")) {
            json.writeObjectFieldStart("public_metrics");
            json.writeNumberField("followers_count", username.length() * 100L);
            json.writeNumberField("following_count", username.length());
            json.writeNumberField(postWords ? "post_count" : "tweet_count", 1_000);
            json.writeNumberField("listed_count", 0);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** Spans count code points, as X does. */
    private static void entities(JsonGenerator json, String text) throws IOException {
        json.writeStartObject();
        for (char kind : new char[] {'#', '@', 'h'}) {
            boolean open = false;
            Matcher matcher = FakePost.entityPattern().matcher(text);
            while (matcher.find()) {
                String found = matcher.group();
                if (found.charAt(0) != kind) {
                    continue;
                }
                if (!open) {
                    json.writeArrayFieldStart(kind == '#' ? "hashtags" : kind == '@' ? "mentions" : "urls");
                    open = true;
                }
                json.writeStartObject();
                json.writeNumberField("start", text.codePointCount(0, matcher.start()));
                json.writeNumberField("end", text.codePointCount(0, matcher.end()));
                if (kind == 'h') {
                    json.writeStringField("url", found);
                    json.writeStringField("expanded_url", found);
                    json.writeStringField("display_url", found.substring(found.indexOf("//") + 2));
                } else {
                    json.writeStringField(kind == '#' ? "tag" : "username", found.substring(1));
                }
                json.writeEndObject();
            }
            if (open) {
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
