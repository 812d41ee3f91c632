/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.command.dashboard.Dashboard.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardTest {
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");
    private static final View ALL = View.of(Map.<String, Deque<String>>of());

    @TempDir
    private Path folder;

    @Test
    void aMoveReadsTheNewestStepsAndOneMoreNotTheWholeWindow() {
        List<Instant> read = new ArrayList<>();
        Timeline timeline = new Timeline(Duration.ofHours(1), (from, until, most) -> {
            read.add(from);
            return List.of();
        });
        timeline.moveTo(TIME);
        assertThat(read).hasSize(Timeline.STEPS);
        for (int second = 1; second < 200; second++) {
            read.clear();
            timeline.moveTo(TIME.plusSeconds(second));
            assertThat(read).hasSizeLessThanOrEqualTo(4);
            assertThat(timeline.tallies()).hasSize(Timeline.STEPS);
        }
    }

    /** Else a page would wait for all of it, and take the server for dead. */
    @Test
    void ofASlowStoreTheNewestStepsAreReadFirstAndTheOthersByAndBy() {
        Timeline timeline = new Timeline(Duration.ofHours(1), (from, until, most) -> {
            LockSupport.parkNanos(Duration.ofMillis(60).toNanos());
            return List.of(StoreOfTests.tweet("2000000000000000001", from, "slow", "joy"));
        });
        timeline.moveTo(TIME);
        assertThat(timeline.isReading()).isTrue();
        assertThat(timeline.tallies()).hasSize(Timeline.STEPS);
        assertThat(timeline.tallies().get(timeline.tallies().lastKey()).tweets())
                .isOne();
        assertThat(timeline.sum().tweets()).isLessThan(15);
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            timeline.moveTo(TIME);
            return !timeline.isReading();
        });
        assertThat(timeline.sum().tweets()).isEqualTo(Timeline.STEPS);
    }

    @Test
    void aTweetThatComesLateAndOneThatIsErasedAreNoticed() {
        List<ClassifiedTweet> old = new ArrayList<>();
        Instant late = TIME.minusSeconds(1_800);
        Timeline timeline = new Timeline(
                Duration.ofHours(1),
                (from, until, most) -> !late.isBefore(from) && late.isBefore(until) ? old : List.of());
        timeline.moveTo(TIME);
        old.add(StoreOfTests.tweet("2000000000000000001", late, "late", "joy"));
        for (int i = 0; i < Timeline.STEPS; i++) {
            timeline.moveTo(TIME);
        }
        assertThat(timeline.sum().labels()).isEqualTo(Map.of("emotion", Map.of("joy", 1L)));
        old.clear();
        for (int i = 0; i < Timeline.STEPS; i++) {
            timeline.moveTo(TIME);
        }
        assertThat(timeline.sum().labels()).isEmpty();
    }

    @Test
    void latencyIsThatOfTweetsWrittenSinceAndOnlyTheirs() {
        SettableClock clock = new SettableClock(TIME);
        try (StoreOfTests store = new StoreOfTests(folder.resolve("tweets.db"))) {
            Board board = new Board(store.reader(), () -> Status.of("tweets.db"), clock);
            store.add(StoreOfTests.tweet("2000000000000000001", TIME.minusSeconds(60), "before", "joy"));
            board.look(Set.of());
            assertThat(board.json(ALL, Set.of())).doesNotContain("latency");
            clock.now = TIME.plusSeconds(4);
            store.add(
                    StoreOfTests.tweet("2000000000000000002", TIME.plusSeconds(2), "now", "joy"),
                    StoreOfTests.tweet("2000000000000000003", TIME.minusSeconds(60), "recorded", "joy"));
            board.look(Set.of());
            assertThat(board.json(ALL, Set.of())).contains("\"latency\":{\"median\":2000,\"p95\":2000,\"of\":1}");
            assertThat(board.json(ALL, Set.of())).contains("\"perSecond\":0.5,");
            clock.now = TIME.plusSeconds(71);
            store.add(StoreOfTests.tweet("2000000000000000004", TIME.plusSeconds(20), "unseen", "joy"));
            board.look(Set.of());
            assertThat(board.json(ALL, Set.of()))
                    .as("after a minute in which nobody looked")
                    .doesNotContain("latency");
        }
    }

    @Test
    void oneTweetFromTheFutureDoesNotEmptyTheWindow() {
        SettableClock clock = new SettableClock(TIME);
        try (StoreOfTests store = new StoreOfTests(folder.resolve("tweets.db"))) {
            Board board = new Board(store.reader(), () -> Status.of("tweets.db"), clock);
            store.add(
                    StoreOfTests.tweet("2000000000000000001", TIME.minusSeconds(5), "now", "joy"),
                    StoreOfTests.tweet("9000000000000000001", Instant.parse("9999-01-01T00:00:00Z"), "far", "joy"));
            board.look(Set.of(Duration.ofHours(1)));
            View hour = View.of(Map.of("minutes", new java.util.ArrayDeque<>(List.of("60"))));
            assertThat(board.json(hour, Set.of())).contains("\"words\":[]", "\"languages\":[[\"en\",1]]");
        }
    }

    @Test
    void aSpanWithMoreTweetsThanAreWantedGivesSomeOfAllOfIt() {
        try (StoreOfTests store = new StoreOfTests(folder.resolve("tweets.db"))) {
            for (int second = 0; second < 600; second++) {
                Instant time = TIME.plusSeconds(second);
                store.add(StoreOfTests.tweet(StoreOfTests.id(time, 0), time, "t", "joy"));
            }
            var reader = (dev.nightjar.store.StoredTweetsByTime) store.reader();
            assertThat(reader.between(TIME, TIME.plusSeconds(600), 600)).hasSize(600);
            assertThat(reader.between(TIME.plusSeconds(10), TIME.plusSeconds(20), 600))
                    .hasSize(10);
            List<ClassifiedTweet> some = reader.between(TIME, TIME.plusSeconds(600), 80);
            assertThat(some)
                    .hasSize(80)
                    .anyMatch(tweet -> tweet.tweet().createdAt().isAfter(TIME.plusSeconds(520)));
        }
    }

    private static final class SettableClock extends Clock {
        private Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
