/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.DataException;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapLedgerTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void theLastIntervalsAreWrittenByAThreadThatCloseHasInterrupted() {
        Path file = folder.resolve("ledger");
        AtomicReference<Instant> now = new AtomicReference<>(START);
        GapLedger ledger = GapLedger.begin(file, null, now::get);
        ledger.up(START);
        now.set(START.plusSeconds(60));
        Thread.currentThread().interrupt();
        try {
            ledger.down(START.plusSeconds(50), Reason.NOT_RUNNING, 7);
            ledger.end(now.get());
        } finally {
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
        assertThat(GapLedger.read(file))
                .containsExactly(
                        new Interval(START, START.plusSeconds(50), State.LIVE, null, 7),
                        new Interval(
                                START.plusSeconds(50), START.plusSeconds(60), State.MISSING, Reason.NOT_RUNNING, 0));
    }

    @Test
    void openingAFileLeavesInItWhatCountsAndNoLineThatACrashHasCut() throws Exception {
        Path file = folder.resolve("ledger");
        StringBuilder text = new StringBuilder();
        for (int minute = 1; minute <= 100; minute++) {
            text.append(new Interval(START, START.plusSeconds(60L * minute), State.LIVE, null, minute).toJson())
                    .append('\n');
        }
        Files.writeString(file, text + "{\"from\":\"2026-");
        Instant now = START.plusSeconds(7_000);
        GapLedger ledger = GapLedger.begin(file, null, () -> now);
        Interval live = new Interval(START, START.plusSeconds(6_000), State.LIVE, null, 100);
        assertThat(Files.readString(file)).isEqualTo(live.toJson() + "\n");
        ledger.up(now);
        assertThat(GapLedger.read(file))
                .containsExactly(live, new Interval(live.to(), now, State.MISSING, Reason.NOT_RUNNING, 0));
    }

    @Test
    void theNewestTenThousandIntervalsAreKept() throws Exception {
        Path file = folder.resolve("ledger");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_100; i++) {
            text.append(new Interval(START.plusSeconds(i), START.plusSeconds(i + 1), State.LIVE, null, i).toJson())
                    .append('\n');
        }
        Files.writeString(file, text);
        GapLedger.begin(file, null, () -> START.plusSeconds(20_000));
        assertThat(GapLedger.read(file))
                .hasSize(10_000)
                .last()
                .satisfies(newest -> assertThat(newest.posts()).isEqualTo(10_099));
    }

    @Test
    void whatWasLiveBeforePostsWereThrownAwayKeepsItsCount() {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        GapLedger ledger = GapLedger.begin(null, null, now::get);
        ledger.up(START);
        now.set(START.plusSeconds(60));
        ledger.dropped(START.plusSeconds(50), START.plusSeconds(55), 7, 40);
        assertThat(ledger.intervals())
                .containsExactly(
                        new Interval(START, START.plusSeconds(50), State.LIVE, null, 40),
                        new Interval(START.plusSeconds(50), START.plusSeconds(55), State.MISSING, Reason.OVERFLOW, 7),
                        new Interval(START.plusSeconds(55), START.plusSeconds(60), State.LIVE, null, 0));
    }

    @Test
    void theRecordsOfEveryRunMakeOneCompactedTopic() {
        Path file = folder.resolve("ledger");
        AtomicReference<Instant> now = new AtomicReference<>(START);
        Map<String, String> topic = new TreeMap<>();
        GapLedger first = GapLedger.begin(file, null, now::get);
        first.up(START);
        first.down(START.plusSeconds(50), Reason.DROPPED, 7);
        Interval gap = first.up(START.plusSeconds(60));
        first.down(START.plusSeconds(90), Reason.STALLED, 3);
        first.up(START.plusSeconds(100));
        now.set(START.plusSeconds(110));
        publish(first, topic);
        assertThat(topic.values()).noneMatch(json -> json.contains("searched")).hasSize(4);
        first.filled(Objects.requireNonNull(gap), State.SEARCHED, 5);
        publish(first, topic);
        publish(first, topic);
        assertThat(topic)
                .hasSize(4)
                .containsEntry(
                        START.plusSeconds(50).toString(),
                        "{\"from\":\"2026-11-21T12:00:50Z\",\"to\":\"2026-11-21T12:01:00Z\",\"state\":\"searched\","
                                + "\"reason\":\"dropped\",\"posts\":5}");

        // It crashes, and only what it had until second 70 was passed on.
        now.set(START.plusSeconds(200));
        GapLedger second = GapLedger.begin(file, START.plusSeconds(70), now::get);
        publish(second, topic);
        assertThat(topic).hasSize(3).doesNotContainKey(START.plusSeconds(90).toString());
        second.up(START.plusSeconds(200));
        second.down(START.plusSeconds(220), Reason.NOT_RUNNING, 1);
        now.set(START.plusSeconds(230));
        second.end(now.get());
        publish(second, topic);
        assertThat(topic.values().stream()
                        .map(Interval::fromJson)
                        .sorted(Comparator.comparing(Interval::from))
                        .toList())
                .isEqualTo(second.intervals())
                .isEqualTo(GapLedger.read(file));
    }

    @Test
    void whatARunPublishedAndALaterOneReplacedGoesEvenIfRunsBetweenDidNotPublish() {
        Path file = folder.resolve("ledger");
        AtomicReference<Instant> now = new AtomicReference<>(START);
        Map<String, String> topic = new TreeMap<>();
        GapLedger first = GapLedger.begin(file, null, now::get);
        first.up(START);
        first.down(START.plusSeconds(50), Reason.DROPPED, 7);
        first.up(START.plusSeconds(60));
        first.down(START.plusSeconds(90), Reason.STALLED, 3);
        publish(first, topic);
        assertThat(topic).containsKey(START.plusSeconds(60).toString());
        GapLedger last = first;
        for (int run = 2; run <= 4; run++) {
            Instant begin = START.plusSeconds(100L * run);
            now.set(begin);
            last = GapLedger.begin(file, run == 2 ? START.plusSeconds(40) : null, now::get);
            last.up(begin);
            now.set(begin.plusSeconds(10));
            last.down(now.get(), Reason.NOT_RUNNING, 1);
        }
        publish(last, topic);
        assertThat(topic.values().stream().map(Interval::fromJson).toList())
                .as("the topic, in the order of its keys")
                .isEqualTo(GapLedger.read(file))
                .extracting(Interval::from)
                .doesNotContain(START.plusSeconds(60));
    }

    @Test
    void whatIsNoIntervalIsRefused() {
        for (String odd :
                List.of("", "{}", "[]", "{\"from\":\"2026-11-21T12:00:50Z\",\"to\":\"soon\",\"state\":\"live\"}")) {
            assertThatExceptionOfType(DataException.class).isThrownBy(() -> Interval.fromJson(odd));
        }
    }

    /** What a compacted topic makes of records. */
    static void publish(GapLedger ledger, Map<String, String> topic) {
        ledger.records().forEach((key, json) -> topic.compute(key, (same, before) -> json));
    }
}
