/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Posts of any time since 2006, written when a search asks for that time: one a minute, fewer in a long time. */
final class ArchivePosts {
    private static final Duration RECENT = Duration.ofDays(7);
    private static final Instant FIRST = Instant.parse("2006-03-21T00:00:00Z");

    /** Since then an id says when it was given; before, ids counted up. */
    private static final Instant TIMED_IDS = Instant.parse("2010-11-05T00:00:00Z");

    private static final long SHORTEST_STEP = 60;
    private static final long MOST = 20_000;

    private final long seed;

    ArchivePosts(long seed) {
        this.seed = seed;
    }

    /** Adds those of the time that is asked for, up to the last seven days. */
    void write(Request request, Instant now, Map<Long, FakePost> posts) {
        Instant recent = now.minus(RECENT);
        Instant from = time(request, "start_time", now.minus(Duration.ofDays(30)));
        Instant to = time(request, "end_time", recent);
        if (from == null || to == null || from.isBefore(FIRST)) {
            return; // the search refuses it
        }
        long end = (to.isBefore(recent) ? to : recent).getEpochSecond();
        long step = Math.max(SHORTEST_STEP, (end - from.getEpochSecond()) / MOST);
        PostMaker maker = new PostMaker(seed);
        List<String> words = words(request);
        for (long second = -Math.floorDiv(-from.getEpochSecond(), step) * step; second < end; second += step) {
            Instant at = Instant.ofEpochSecond(second);
            long id = at.isBefore(TIMED_IDS) ? second - FIRST.getEpochSecond() + 1 : FakePost.firstId(at);
            FakePost post = maker.next(second, Long.toString(id), at, words);
            posts.putIfAbsent(id, post);
        }
    }

    private static List<String> words(Request request) {
        try {
            return Query.parse(request.query().getOrDefault("query", ""), Query.Use.SEARCH, Integer.MAX_VALUE)
                    .words();
        } catch (Query.RefusedException e) {
            return List.of();
        }
    }

    private static @Nullable Instant time(Request request, String parameter, Instant otherwise) {
        String text = request.query().get(parameter);
        try {
            return text == null ? otherwise : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
