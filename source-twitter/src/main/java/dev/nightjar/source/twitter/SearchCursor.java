/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.Sha256;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a search stands between two pages of a round. A round goes from the newest post down to {@code since}; when it
 * is over, {@code since} moves to {@code newest}, and never back.
 *
 * @param search what tells this search from others
 * @param since the newest id of earlier rounds, 0 for none
 * @param newest the newest id of this round so far, 0 for none
 * @param next asks for the round's next page; null for its first
 * @param start where the first round ends, if it is not an id
 * @param done whether there are no more pages
 */
record SearchCursor(
        String search,
        long since,
        long newest,
        @Nullable String next,
        @Nullable Instant start,
        boolean done) {
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1024}");

    static SearchCursor begin(TwitterSearchConfig config, @Nullable Instant start) {
        String sinceId = config.find(TwitterSearchConfig.SINCE_ID);
        return new SearchCursor(search(config), sinceId == null ? 0 : Long.parseLong(sinceId), 0, null, start, false);
    }

    /** After a page. */
    SearchCursor after(long newestOfPage, @Nullable String nextToken) {
        long newestOfRound = Math.max(newest, newestOfPage);
        if (nextToken != null) {
            return new SearchCursor(search, since, newestOfRound, nextToken, start, false);
        }
        long newSince = Math.max(since, newestOfRound);
        return new SearchCursor(search, newSince, 0, null, newSince == 0 ? start : null, false);
    }

    SearchCursor finished() {
        return new SearchCursor(search, since, newest, null, start, true);
    }

    SourcePosition position() {
        StringBuilder token = new StringBuilder("search=").append(search);
        if (since > 0) {
            token.append(" since=").append(since);
        }
        if (newest > 0) {
            token.append(" newest=").append(newest);
        }
        if (start != null) {
            token.append(" start=").append(start);
        }
        if (next != null) {
            token.append(" next=").append(next);
        }
        return new SourcePosition(done ? token.append(" done=1").toString() : token.toString());
    }

    /**
     * Reads a position.
     *
     * @throws ConfigException if it is not one of an equal search
     */
    static SearchCursor of(TwitterSearchConfig config, SourcePosition position) {
        Map<String, String> parts = new HashMap<>();
        for (String part : position.token().split(" ", -1)) {
            int sign = part.indexOf('=');
            parts.put(sign < 0 ? part : part.substring(0, sign), part.substring(sign + 1));
        }
        String search = parts.remove("search");
        if (search != null && !search.equals(search(config))) {
            throw new ConfigException("The position '" + position.token() + "' is one of another search");
        }
        try {
            String next = parts.remove("next");
            String start = parts.remove("start");
            SearchCursor cursor = new SearchCursor(
                    Objects.requireNonNullElse(search, ""),
                    id(parts.remove("since")),
                    id(parts.remove("newest")),
                    next,
                    start == null ? null : Instant.parse(start),
                    "1".equals(parts.remove("done")));
            if (search != null && parts.isEmpty() && (next == null || isToken(next))) {
                return cursor;
            }
        } catch (DataException | DateTimeException e) {
            throw new ConfigException("The position '" + position.token() + "' is not one of a search", e);
        }
        throw new ConfigException("The position '" + position.token() + "' is not one of a search");
    }

    /** Whether X may have given it to ask for a page. */
    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    private static long id(@Nullable String text) {
        return text == null ? 0 : TweetId.of(text).number();
    }

    /** A page's token belongs to a query, and the posts of a position belong to the request. */
    private static String search(TwitterSearchConfig config) {
        String text = config.get(TwitterSearchConfig.ARCHIVE) + "\n" + config.query() + '\n'
                + config.find(TwitterSearchConfig.MIN_LIKES) + '\n' + config.find(TwitterSearchConfig.START_TIME) + '\n'
                + config.find(TwitterSearchConfig.END_TIME) + '\n' + config.find(TwitterSearchConfig.SINCE_ID);
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
    }
}
