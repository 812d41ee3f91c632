/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.json.V2Tweet.Includes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that the X API sends and its archives hold, and recognises which it is: v2 pages, stream frames and
 * single tweets, in tweet words or post words; v1.1 tweets, timelines and search results; tweets of an account archive;
 * twarc's pages and flattened tweets; the lines of snscrape and twscrape; notices of deletion, limits and disconnection;
 * errors.
 *
 * <p>It is lenient: unknown keys, nulls, spans outside the text, references to nothing and missing parts cost nothing.
 * The text is the full text, HTML-decoded once; for a retweet it is that of the original tweet, if the document has it.
 * The entities belong to the same text.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class XJson {
    /** The largest document, in bytes: 32 MiB, for a page of 500 long posts with all they refer to. */
    public static final int MAX_BYTES = 32 * 1024 * 1024;

    private static final int MAX_STRING_LENGTH = 1024 * 1024;
    private static final long MAX_TOKENS = 2_000_000;
    static final JsonReader READER = new JsonReader(MAX_BYTES, MAX_STRING_LENGTH, MAX_TOKENS);

    private static final List<String> NOTICES =
            List.of("limit", "warning", "disconnect", "scrub_geo", "user_withheld", "user_delete", "user_undelete");
    private static final List<String> TOMBSTONES = List.of("delete", "withheld", "drop");
    private static final List<String> COMPLIANCE_EVENTS =
            List.of("undelete", "undrop", "scrub_geo", "user_withheld", "user_delete");
    private static final List<String> EDITS = List.of("tweet", "post");
    private static final List<String> PROBLEM_KEYS = List.of("title", "detail", "disconnect_type", "connection_issue");

    private final String origin;
    private final List<Tweet> tweets = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final List<String> deletedIds = new ArrayList<>();
    private final List<XProblem> problems = new ArrayList<>();
    private final XNotes skipped = new XNotes(null);
    private final XNotes notes;
    private XPayload.@Nullable Meta meta;

    private XJson(String origin, @Nullable IdRule idRule) {
        this.origin = origin;
        this.notes = new XNotes(idRule);
    }

    /**
     * Reads one document. In a list of tweets, a bad one becomes a dead letter and the others are returned. If a
     * document has only one tweet and it is bad, or if it cannot be read at all, that is an error.
     *
     * @param document the bytes of one JSON document
     * @param origin where it comes from, for dead letters: {@code tweets.jsonl:17}
     * @throws DataException with the codes of {@link TweetJson#fromBytes(byte[])}, and {@code unsupported-shape} for
     *     Gnip Activity Streams and GraphQL dumps, {@code not-a-tweet} for any other JSON
     */
    public static XPayload read(byte[] document, String origin) {
        return read(document, origin, null);
    }

    /**
     * Reads one document as {@link #read(byte[], String)} does.
     *
     * @param idRule gives an id to a tweet that has none; null to refuse it
     */
    public static XPayload read(byte[] document, String origin, @Nullable IdRule idRule) {
        Object root = READER.read(document);
        XJson reader = new XJson(origin, idRule);
        if (root instanceof JsonObject object) {
            reader.readDocument(object);
        } else if (root instanceof List<?> list) {
            reader.readList(list, Includes.NONE);
        } else {
            throw new DataException("not-an-object", "The document is JSON, but neither an object nor a list");
        }
        if (reader.isEmpty()) {
            reader.skipped.add("empty-page");
        }
        return new XPayload(
                reader.tweets,
                reader.deadLetters,
                reader.deletedIds,
                reader.problems,
                reader.skipped.counts(),
                reader.notes.counts(),
                reader.meta);
    }

    /**
     * Reads a time in a form that was seen of X or of what people make of its data: ISO-8601 with an offset, that of v1.1, of
     * Sentiment140 and of mails. A time without an offset is refused, since nobody can say which it means.
     *
     * @return null for any other text
     */
    public static @Nullable Instant time(String text) {
        return XTime.parse(text);
    }

    private boolean isEmpty() {
        return tweets.isEmpty()
                && deadLetters.isEmpty()
                && deletedIds.isEmpty()
                && problems.isEmpty()
                && skipped.counts().isEmpty();
    }

    private void readDocument(JsonObject json) {
        if (json.ownFault() != null) {
            throw json.ownFault();
        }
        boolean page = json.has("data") || json.has("statuses") || json.has("meta") || json.has("errors");
        if (!page || json.has("id") || json.has("id_str")) {
            readRecord(json, Includes.NONE);
            return;
        }
        meta = meta(json.object("meta"));
        json.objects("errors").forEach(problem -> problems.add(problem(problem)));
        Includes includes = Includes.of(json.object("includes"));
        if (json.value("data") instanceof List<?> list) {
            readList(list, includes);
        } else if (json.value("statuses") instanceof List<?> list) {
            readList(list, includes);
        } else if (json.object("data") != null) {
            readFrame(json.object("data"), includes, json.objects("matching_rules"));
        } else if (problems.isEmpty() && meta == null) {
            throw notATweet();
        }
    }

    private void readFrame(JsonObject data, Includes includes, List<JsonObject> matchingRules) {
        if (data.has("id") || data.has("text")) {
            tweets.add(tweet(data, includes, matchingRules));
        } else if (!readCompliance(data)) {
            refuseOtherShapes(data);
            throw data.keys().stream().anyMatch(key -> data.object(key) != null) ? graphQl() : notATweet();
        }
    }

    private void readList(List<?> list, Includes includes) {
        int index = 0;
        for (Object element : list) {
            byte[] original = new byte[0];
            try {
                if (!(element instanceof JsonObject json)) {
                    original = String.valueOf(element).getBytes(StandardCharsets.UTF_8);
                    throw new DataException("not-an-object", "An element of the list is not an object");
                }
                original = json.source();
                readRecord(json, includes);
            } catch (DataException e) {
                deadLetters.add(DeadLetter.of(DeadLetter.Stage.SOURCE, e, origin + '#' + index, original));
            }
            index++;
        }
    }

    private void readRecord(JsonObject json, Includes includes) {
        refuseOtherShapes(json);
        JsonObject archived = json.object("tweet");
        if (archived != null && json.keys().size() == 1) {
            readRecord(archived, includes);
        } else if (json.has("text") || json.has("full_text") || V1Tweet.matches(json) || ScrapedTweet.matches(json)) {
            tweets.add(tweet(json, includes, List.of()));
        } else if (!readNotice(json) && !readAnswer(json) && !readProblem(json)) {
            throw notATweet();
        }
    }

    private Tweet tweet(JsonObject json, Includes includes, List<JsonObject> matchingRules) {
        if (json.fault() != null) {
            throw json.fault();
        }
        if (ScrapedTweet.matches(json)) {
            return ScrapedTweet.read(json, notes);
        }
        return V1Tweet.matches(json) ? V1Tweet.read(json, notes) : V2Tweet.read(json, includes, matchingRules, notes);
    }

    /** The notices of the v1.1 streams and of the streams that replaced them. */
    private boolean readNotice(JsonObject json) {
        JsonObject delete = json.object("delete");
        if (delete != null) {
            JsonObject status = delete.object("status");
            if (status == null) {
                skipped.add("delete-other");
            } else {
                deleted(status);
            }
            return true;
        }
        JsonObject withheld = json.object("status_withheld");
        if (withheld != null) {
            deleted(withheld);
            return true;
        }
        for (String notice : NOTICES) {
            if (json.object(notice) != null) {
                skipped.add(notice.replace('_', '-'));
                return true;
            }
        }
        JsonObject info = json.object("info");
        if ((info != null && info.has("message")) || "connection_metadata".equals(json.string("type"))) {
            skipped.add("info");
            return true;
        }
        return false;
    }

    /** The events of the v2 compliance streams. */
    private boolean readCompliance(JsonObject data) {
        for (String tombstone : TOMBSTONES) {
            JsonObject event = data.object(tombstone);
            if (event != null) {
                JsonObject tweet = event.object("tweet") != null ? event.object("tweet") : event.object("post");
                if (tweet == null) {
                    skipped.add("compliance-event");
                } else {
                    deleted(tweet);
                }
                return true;
            }
        }
        for (String word : EDITS) {
            JsonObject edit = data.object(word + "_edit");
            if (edit != null) {
                edited(edit, word);
                return true;
            }
        }
        for (String event : COMPLIANCE_EVENTS) {
            if (data.object(event) != null) {
                skipped.add("compliance-event");
                return true;
            }
        }
        return false;
    }

    /** A line of the answer to a batch compliance job. */
    private boolean readAnswer(JsonObject json) {
        String action = json.string("action");
        if (action == null || !json.has("id")) {
            return false;
        }
        if (action.equals("delete") || action.equals("withhold")) {
            deleted(json);
        } else {
            skipped.add("compliance-event");
        }
        return true;
    }

    private boolean readProblem(JsonObject json) {
        if (json.has("id") || PROBLEM_KEYS.stream().noneMatch(json::has)) {
            return false;
        }
        problems.add(problem(json));
        return true;
    }

    private void deleted(JsonObject tweet) {
        deletedIds.add(V2Tweet.checkedId(tweet, V1Tweet.id(tweet, "id")));
    }

    /** An edit takes the place of all earlier versions, whose ids are smaller; the newest stays. */
    private void edited(JsonObject edit, String word) {
        NavigableMap<Long, String> versions = new TreeMap<>();
        List<String> ids = new ArrayList<>(edit.ids("edit_" + word + "_ids"));
        String first = edit.id("initial_" + word + "_id");
        if (first != null) {
            ids.add(first);
        }
        JsonObject version = edit.object(word);
        if (version != null) {
            ids.add(V2Tweet.checkedId(version, version.id("id")));
        }
        ids.forEach(id -> versions.put(TweetId.of(id).number(), id));
        if (versions.size() < 2) {
            skipped.add("compliance-event");
            return;
        }
        versions.pollLastEntry();
        versions.values().forEach(id -> {
            deletedIds.add(id);
            notes.add("superseded-by-edit");
        });
    }

    private static void refuseOtherShapes(JsonObject json) {
        if (json.has("verb") && (json.has("postedTime") || json.has("objectType") || json.has("body"))) {
            throw new DataException(
                    "unsupported-shape",
                    "This is a Gnip Activity Stream; export the original format or convert it to the X API v2 first");
        }
        if (json.has("__typename") || json.has("rest_id") || json.has("globalObjects")) {
            throw graphQl();
        }
    }

    private static DataException graphQl() {
        return new DataException(
                "unsupported-shape",
                "This is a dump of the site's GraphQL answers, not of the X API; convert it to the X API v2 first");
    }

    private static DataException notATweet() {
        return new DataException(
                "not-a-tweet", "The JSON is none of the X API's: no tweet, no page, no notice and no error");
    }

    private static XPayload.@Nullable Meta meta(@Nullable JsonObject json) {
        return json == null
                ? null
                : new XPayload.Meta(
                        json.integer("result_count"),
                        json.id("newest_id"),
                        json.id("oldest_id"),
                        json.string("next_token"),
                        json.string("previous_token"));
    }

    private static XProblem problem(JsonObject json) {
        Map<String, String> members = new TreeMap<>();
        for (String key : json.keys()) {
            String text = json.id(key);
            if (text == null && json.value(key) instanceof Boolean flag) {
                text = flag.toString();
            }
            if (text != null) {
                members.put(key, text);
            }
        }
        return new XProblem(members);
    }
}
