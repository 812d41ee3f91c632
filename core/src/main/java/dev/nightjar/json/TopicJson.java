/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.SourceBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value of a topic's record, whoever wrote it: a tweet as {@link TweetJson} writes it, or anything that
 * {@link XJson} reads, such as a frame of X's stream, a page of posts with its includes, a tweet of v1.1, or a notice. It
 * tells one from the other by the record's headers and, where there are none, by its keys. What other programs put into
 * topics and is no tweet has a reason of its own.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class TopicJson {
    /** Keys that X gives a single tweet and {@link TweetJson} does not. */
    private static final List<String> KEYS_OF_X = List.of(
            "author_id",
            "edit_history_tweet_ids",
            "edit_history_post_ids",
            "edit_controls",
            "note_tweet",
            "note_post",
            "referenced_posts",
            "conversation_id",
            "in_reply_to_user_id",
            "possibly_sensitive",
            "reply_settings",
            "context_annotations",
            "attachments",
            "withheld",
            "geo");

    private static final int REGISTRY_HEADER = 5;

    private TopicJson() {}

    /**
     * Reads a value.
     *
     * @param value not null: a record without a value is a deletion
     * @param header gives the last value of one of the record's headers, null if there is none
     * @param origin where the record is from, for dead letters of parts of it
     * @return the tweets, deletions and notices that it holds, at least one of them
     * @throws DataException if it holds none: with the codes of {@link TweetJson#fromBytes}, {@link XJson#read} and
     *     {@link JsonForm#check}, {@code x-error} for an error of the X API, {@code connect-envelope},
     *     {@code change-event}, {@code avro-wire-format}, {@code json-in-a-string} and {@code plain-text}
     */
    public static SourceBatch read(byte[] value, Function<String, byte @Nullable []> header, String origin) {
        JsonForm.TWEET.check(header);
        if (header.apply(JsonForm.CONTENT_TYPE_HEADER) != null) {
            return SourceBatch.of(List.of(TweetJson.fromBytes(value)));
        }
        refuseOtherForms(value);
        if (value.length <= TweetJson.MAX_BYTES && firstOf(value) == '{') {
            JsonObject json = TweetJson.object(value);
            refuseEnvelopes(json);
            if (isOurs(json)) {
                if (json.fault() != null) {
                    throw json.fault();
                }
                return SourceBatch.of(List.of(TweetJson.read(json)));
            }
        }
        return ofX(XJson.read(value, origin));
    }

    /** An id at the top and nothing that only X writes. */
    private static boolean isOurs(JsonObject json) {
        return json.has("id")
                && !json.has("action") // an answer of a compliance job
                && !V1Tweet.matches(json)
                && !ScrapedTweet.matches(json)
                && KEYS_OF_X.stream().noneMatch(json::has);
    }

    private static SourceBatch ofX(XPayload payload) {
        if (payload.isError()) {
            throw new DataException("x-error", "The record is an error of the X API, not data");
        }
        List<DeadLetter> dead = payload.deadLetters().stream()
                .map(letter -> new DeadLetter(
                        Stage.DECODE, letter.code(), letter.message(), letter.origin(), letter.original()))
                .toList();
        return new SourceBatch(payload.tweets(), dead, payload.deletedIds(), payload.skipped());
    }

    private static void refuseOtherForms(byte[] value) {
        if (value.length >= REGISTRY_HEADER && value[0] == 0) {
            throw new DataException(
                    "avro-wire-format",
                    "The value begins as those of a schema registry do, with a zero and the id of a schema ("
                            + ByteBuffer.wrap(value, 1, Integer.BYTES).getInt()
                            + "), so it is Avro or Protobuf; have its producer or a connector write JSON without schemas");
        }
        int first = firstOf(value);
        if (first == '"') {
            throw new DataException(
                    "json-in-a-string",
                    "The value is a string in JSON, as written by who serializes twice; take one serializer away");
        }
        if (first >= 0 && "{[<".indexOf(first) < 0 && isText(value)) {
            throw new DataException(
                    "plain-text", "The value is plain text, not JSON; a tweet needs an id, a text and a time");
        }
    }

    private static void refuseEnvelopes(JsonObject json) {
        if (json.keys().contains("schema") && json.keys().contains("payload")) {
            throw new DataException(
                    "connect-envelope",
                    "The value is an envelope of Kafka Connect with schema and payload; set"
                            + " value.converter.schemas.enable=false in the connector");
        }
        if (json.has("op") && (json.has("before") || json.has("after"))) {
            throw new DataException(
                    "change-event",
                    "The value is a change event of Debezium; give the connector the transformation"
                            + " ExtractNewRecordState");
        }
    }

    /** The first byte that is no white space or byte order mark; negative if there is none. */
    private static int firstOf(byte[] value) {
        int start = value.length >= 3 && value[0] == (byte) 0xEF && value[1] == (byte) 0xBB && value[2] == (byte) 0xBF
                ? 3
                : 0;
        for (int i = start; i < value.length; i++) {
            if (value[i] != ' ' && value[i] != '\n' && value[i] != '\r' && value[i] != '\t') {
                return value[i] & 0xff;
            }
        }
        return -1;
    }

    private static boolean isText(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        return text.chars().noneMatch(c -> c == '\uFFFD' || (c < ' ' && !Character.isWhitespace(c)));
    }
}
