/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a v2 tweet in either vocabulary (tweet words, post words), whether it stands alone, comes with the includes of
 * its page, or is flattened as by twarc, with the author and referenced tweets inside it.
 */
final class V2Tweet {
    private static final Map<String, TweetReference.Type> TYPES = Map.of(
            "retweeted", TweetReference.Type.RETWEETED,
            "reposted", TweetReference.Type.RETWEETED,
            "quoted", TweetReference.Type.QUOTED,
            "replied_to", TweetReference.Type.REPLIED_TO);

    private V2Tweet() {}

    /** What a page has in addition to its tweets: the tweets and users that they name, by id. */
    record Includes(Map<String, JsonObject> tweets, Map<String, JsonObject> users) {
        static final Includes NONE = new Includes(Map.of(), Map.of());

        static Includes of(@Nullable JsonObject json) {
            if (json == null) {
                return NONE;
            }
            Map<String, JsonObject> tweets = new HashMap<>();
            index(json.objects("tweets"), tweets);
            index(json.objects("posts"), tweets);
            Map<String, JsonObject> users = new HashMap<>();
            index(json.objects("users"), users);
            return new Includes(tweets, users);
        }

        private static void index(List<JsonObject> objects, Map<String, JsonObject> byId) {
            for (JsonObject object : objects) {
                String id = object.id("id");
                if (id != null && object.fault() == null) {
                    byId.put(id, object);
                }
            }
        }
    }

    static Tweet read(JsonObject json, Includes includes, List<JsonObject> matchingRules, XNotes notes) {
        List<JsonObject> referenced = referenced(json);
        XText text = text(json, referenced, includes, notes);
        Author author = author(json, includes, notes);
        String id = notes.id(json, json.id("id"), text, author);
        return Tweet.builder(id, text.text(), XTime.of(json, id, notes))
                .lang(json.string("lang"))
                .author(author)
                .hashtags(text.hashtags())
                .mentions(text.mentions())
                .urls(text.urls())
                .publicMetrics(metrics(json.object("public_metrics"), notes))
                .references(references(referenced))
                .matchingRuleTags(tags(matchingRules.isEmpty() ? json.objects("matching_rules") : matchingRules))
                .source(json.string("source"))
                .build();
    }

    /** The id of a tweet, as {@link Tweet#id()} wants it. */
    static String checkedId(JsonObject json, @Nullable String id) {
        if (id == null) {
            throw json.has("id")
                    ? new DataException("bad-id", "The field 'id' is neither a string nor a number")
                    : new DataException("missing-field", "The field 'id' is missing");
        }
        return TweetId.of(id).toString();
    }

    /** The tags of rules; a rule without one gives its id. */
    static List<String> tags(List<JsonObject> rules) {
        List<String> tags = new ArrayList<>();
        for (JsonObject rule : rules) {
            String tag = rule.string("tag");
            String name = tag == null || tag.isEmpty() ? rule.id("id") : tag;
            if (name != null) {
                tags.add(name);
            }
        }
        return tags;
    }

    /** Adds a reference if its id is valid; what a source gets wrong about another tweet does not harm this one. */
    static void addReference(List<TweetReference> references, TweetReference.Type type, @Nullable String id) {
        if (id == null) {
            return;
        }
        try {
            references.add(new TweetReference(type, id));
        } catch (DataException e) {
            // No tweet can be found by such an id.
        }
    }

    private static List<JsonObject> referenced(JsonObject json) {
        List<JsonObject> tweets = json.objects("referenced_tweets");
        return tweets.isEmpty() ? json.objects("referenced_posts") : tweets;
    }

    private static XText text(JsonObject json, List<JsonObject> referenced, Includes includes, XNotes notes) {
        for (JsonObject reference : referenced) {
            if (TYPES.get(reference.string("type")) == TweetReference.Type.RETWEETED) {
                JsonObject retweeted = reference.string("text") != null
                        ? reference
                        : includes.tweets().get(reference.id("id"));
                if (retweeted != null && retweeted.string("text") != null) {
                    return fullText(retweeted);
                }
                notes.add("text-truncated");
            }
        }
        return fullText(json);
    }

    private static XText fullText(JsonObject json) {
        JsonObject note = json.object("note_tweet");
        if (note == null) {
            note = json.object("note_post");
        }
        String noteText = note == null ? null : note.string("text");
        if (note == null || noteText == null || noteText.isEmpty()) {
            return XText.of(json.requireString("text"), json.object("entities"));
        }
        return note.has("entities")
                ? XText.of(noteText, note.object("entities"))
                : XText.of(noteText, json.object("entities")).unplaced();
    }

    private static @Nullable Author author(JsonObject json, Includes includes, XNotes notes) {
        String id = json.id("author_id");
        JsonObject user = json.object("author");
        if (user == null && id != null) {
            user = includes.users().get(id);
        }
        if (user == null) {
            return id == null ? null : new Author(id, null, null, null);
        }
        JsonObject metrics = user.object("public_metrics");
        String userId = user.id("id");
        return new Author(
                userId == null ? id : userId,
                user.string("username"),
                user.string("name"),
                notes.count(metrics, "followers_count"));
    }

    private static @Nullable PublicMetrics metrics(@Nullable JsonObject json, XNotes notes) {
        if (json == null) {
            return null;
        }
        Long retweets = notes.count(json, "retweet_count");
        return new PublicMetrics(
                retweets == null ? notes.count(json, "repost_count") : retweets,
                notes.count(json, "reply_count"),
                notes.count(json, "like_count"),
                notes.count(json, "quote_count"),
                notes.count(json, "impression_count"),
                notes.count(json, "bookmark_count"));
    }

    private static List<TweetReference> references(List<JsonObject> referenced) {
        List<TweetReference> references = new ArrayList<>();
        for (JsonObject reference : referenced) {
            TweetReference.Type type = TYPES.get(reference.string("type"));
            if (type != null) {
                addReference(references, type, reference.id("id"));
            }
        }
        return references;
    }
}
