/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.GapSearch;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import dev.nightjar.source.twitter.stream.VirtualX.Post;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twenty-four hours of virtual time with two hundred faults at random, the same for the same seed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamDayTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final int FAULTS = 200;

    /** What is younger at the end may still be on its way, and a gap too young to be searched. */
    private static final Duration LAST = Duration.ofMinutes(30);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void withoutFillingEveryPostThatIsMissingIsInADeclaredGap(long seed) throws Exception {
        Day day = new Day(seed, config().build(), Filling.NONE);
        day.run(START.plus(DAY));
        day.check();
        assertThat(day.lost()).as("posts lost in declared gaps").isNotEmpty();
        assertThat(day.totals(State.MISSING)).isBetween(Duration.ofHours(1), DAY.dividedBy(2));
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void searchesFillEveryGap(long seed) throws Exception {
        Day day = new Day(seed, config().build(), Filling.SEARCH);
        day.run(START.plus(DAY));
        day.check();
        assertThat(day.lost()).isEmpty();
        assertThat(day.totals(State.SEARCHED)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void backfillFillsTheShortGapsAndSearchesTheRest(long seed) throws Exception {
        Day day = new Day(seed, config().backfillMinutes(5).build(), Filling.SEARCH);
        day.run(START.plus(DAY));
        day.check();
        assertThat(day.lost()).isEmpty();
        assertThat(day.totals(State.BACKFILLED)).isPositive();
        assertThat(day.duplicates).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 10})
    void crashesLoseNothingThatTheLedgerDoesNotTell(long seed) throws Exception {
        Path ledger = folder.resolve("gaps.jsonl");
        Day day = new Day(seed, config().ledgerFile(ledger).build(), Filling.NONE);
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            day.runUntilCrash(day.time.now().plusSeconds(1_000 + random.nextInt(10_000)), ledger);
            day.time.advanceTo(day.time.now().plusSeconds(random.nextInt(1_200)));
        }
        day.run(START.plus(DAY).plusSeconds(40_000));
        day.check();
        assertThat(day.lost()).isNotEmpty();
        List<Interval> kept = GapLedger.read(ledger);
        assertThat(kept).isEqualTo(day.ledger);
        assertThat(kept).anyMatch(interval -> interval.reason() == GapLedger.Reason.NOT_RUNNING);
    }

    @ParameterizedTest
    @ValueSource(longs = {12})
    void searchesFillWhatCrashesLeave(long seed) throws Exception {
        Path ledger = folder.resolve("gaps.jsonl");
        Day day = new Day(seed, config().ledgerFile(ledger).build(), Filling.SEARCH);
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            day.runUntilCrash(day.time.now().plusSeconds(1_000 + random.nextInt(10_000)), ledger);
            day.time.advanceTo(day.time.now().plusSeconds(random.nextInt(1_200)));
        }
        day.run(START.plus(DAY).plusSeconds(40_000));
        day.check();
        assertThat(day.lost()).isEmpty();
    }

    @Test
    void theLimitOfPostsIsNotExceededByFaultsAndCrashes() throws Exception {
        Path ledger = folder.resolve("gaps.jsonl");
        SpendLimits limits = SpendLimits.builder()
                .perDay(3_000)
                .whenReached(SpendLimits.WhenReached.PAUSE)
                .file(folder.resolve("spend"))
                .build();
        Day day = new Day(14, config().ledgerFile(ledger).spend(limits).build(), Filling.NONE);
        List<Long> sentByMidnight = new ArrayList<>();
        Instant midnight = Instant.parse("2026-11-21T00:00:00Z");
        for (int i = 0; i < 10; i++) {
            day.runUntilCrash(day.time.now().plusSeconds(3_000), ledger);
            if (day.time.now().isBefore(midnight)) {
                sentByMidnight.add(day.x.sends());
            }
        }
        day.run(START.plus(DAY).plusSeconds(40_000));
        day.check();
        assertThat(sentByMidnight.get(sentByMidnight.size() - 1)).isLessThanOrEqualTo(3_000);
        assertThat(day.x.sends()).isBetween(4_000L, 6_000L);
        assertThat(day.missingFor(GapLedger.Reason.SPEND_LIMIT)).isPositive();
    }

    private static TwitterStreamConfig.Builder config() {
        return TwitterStreamConfig.builder(Credential.literal("token")).baseUrl(URI.create("http://127.0.0.1:1"));
    }

    private enum Filling {
        NONE,
        SEARCH
    }

    private static final class Day {
        private final TwitterStreamConfig config;
        private final Filling filling;
        private final VirtualStreamTime time;
        private final VirtualX x;
        private final ReconnectLadder ladder;
        private final Set<Long> received = new HashSet<>();
        private final List<Long> twiceInOneRun = new ArrayList<>();
        private SourcePosition position = SourcePosition.START;
        private List<Interval> ledger = List.of();
        private final Map<String, String> topic = new TreeMap<>();
        private long duplicates;

        Day(long seed, TwitterStreamConfig config, Filling filling) {
            this.config = config;
            this.filling = filling;
            this.time = new VirtualStreamTime(START, seed);
            this.x = new VirtualX(time, seed, DAY, FAULTS, Duration.ofSeconds(7));
            this.ladder = new ReconnectLadder(time.random());
        }

        void runUntilCrash(Instant crash, Path file) throws Exception {
            x.crashAt(crash);
            byte[][] kept = new byte[1][];
            try {
                run(
                        START.plus(DAY).plusSeconds(40_000),
                        () -> kept[0] = Files.exists(file) ? Files.readAllBytes(file) : null);
            } catch (VirtualX.CrashError e) {
                if (kept[0] == null) {
                    Files.deleteIfExists(file);
                } else {
                    Files.write(file, kept[0]);
                }
            }
            x.crashAt(Instant.MAX);
        }

        void run(Instant end) throws Exception {
            run(end, () -> {});
        }

        private void run(Instant end, Snapshot snapshot) throws Exception {
            Set<Long> inThisRun = new HashSet<>();
            SpendGuard guard = SpendGuard.open(config, time.clock());
            @Nullable GapSearch search = filling == Filling.SEARCH ? x : null;
            TwitterStreamSource source = opened(guard, search);
            CountDownLatch never = new CountDownLatch(1);
            time.every("poll", Duration.ofSeconds(3), never, () -> {
                if (source.isExhausted() || never.getCount() == 0) {
                    return;
                }
                SourceBatch batch = source.poll(Duration.ZERO);
                for (Tweet tweet : batch.tweets()) {
                    long id = Long.parseLong(tweet.id());
                    received.add(id);
                    if (!inThisRun.add(id)) {
                        twiceInOneRun.add(id);
                    }
                }
                duplicates += batch.skipped().getOrDefault("duplicate", 0L);
                position = source.position();
                if (time.now().getEpochSecond() % 300 < 3) {
                    GapLedgerTest.publish(source.gaps(), topic);
                }
                try {
                    snapshot.take();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                if (!time.now().isBefore(end)) {
                    never.countDown();
                    source.close();
                }
            });
            try {
                source.run();
            } finally {
                time.forget();
                ledger = source.gaps().intervals();
            }
            GapLedgerTest.publish(source.gaps(), topic);
        }

        private TwitterStreamSource opened(SpendGuard guard, @Nullable GapSearch search) throws Exception {
            while (true) {
                try {
                    return TwitterStreamSource.connected(config, position, x, ladder, time, guard, search);
                } catch (dev.nightjar.RetriableException e) {
                    time.await(new CountDownLatch(1), e.retryAfter().orElse(Duration.ofSeconds(1)));
                }
            }
        }

        /** The promises that hold whatever happens. */
        void check() {
            assertThat(topic.values().stream()
                            .map(Interval::fromJson)
                            .sorted(Comparator.comparing(Interval::from))
                            .toList())
                    .as("the ledger in a compacted topic")
                    .isEqualTo(ledger);
            assertThat(twiceInOneRun).as("posts that came twice in a run").isEmpty();
            if (SpendGuard.open(config, time.clock())
                    .limits()
                    .equals(SpendLimits.NONE)) { // else it is not connected for most of them
                assertThat(x.troublesBefore(START.plus(DAY).minus(LAST)))
                        .as("faults that did not happen")
                        .isZero();
            }
            for (int i = 1; i < ledger.size(); i++) {
                assertThat(ledger.get(i).from())
                        .as("interval after %s", ledger.get(i - 1))
                        .isEqualTo(ledger.get(i - 1).to());
            }
            Instant first = ledger.get(0).from();
            assertThat(first).isBefore(START.plusSeconds(1_000));
            assertThat(ledger.get(ledger.size() - 1).to()).isAfterOrEqualTo(START.plus(DAY));
            for (Post post : x.posts()) {
                boolean wanted = post.created().isAfter(first)
                        && post.created().isBefore(START.plus(DAY).minus(LAST));
                if (wanted && !received.contains(post.id())) {
                    assertThat(stateAt(post.created()))
                            .as("post of %s", post.created())
                            .isEqualTo(State.MISSING);
                }
            }
            List<Instant> connects = x.connects();
            for (int i = ReconnectLadder.CONNECTIONS; i < connects.size(); i++) {
                assertThat(connects.get(i))
                        .as("connection %d", i)
                        .isAfterOrEqualTo(
                                connects.get(i - ReconnectLadder.CONNECTIONS).plus(ReconnectLadder.WINDOW));
            }
        }

        private State stateAt(Instant at) {
            return ledger.stream()
                    .filter(interval -> !at.isBefore(interval.from()) && at.isBefore(interval.to()))
                    .findFirst()
                    .orElseThrow()
                    .state();
        }

        List<Post> lost() {
            Instant first = ledger.get(0).from();
            return x.posts().stream()
                    .filter(post -> !received.contains(post.id()))
                    .filter(post -> post.created().isAfter(first))
                    .filter(post -> post.created().isBefore(START.plus(DAY).minus(LAST)))
                    .toList();
        }

        Duration totals(State state) {
            return ledger.stream()
                    .filter(interval -> interval.state() == state)
                    .map(Interval::length)
                    .reduce(Duration.ZERO, Duration::plus);
        }

        Duration missingFor(GapLedger.Reason reason) {
            return ledger.stream()
                    .filter(interval -> interval.state() == State.MISSING && interval.reason() == reason)
                    .map(Interval::length)
                    .reduce(Duration.ZERO, Duration::plus);
        }
    }

    private interface Snapshot {
        void take() throws java.io.IOException;
    }
}
