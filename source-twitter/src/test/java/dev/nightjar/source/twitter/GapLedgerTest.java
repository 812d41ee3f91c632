/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.source.twitter.GapLedger.Interval;
import dev.nightjar.source.twitter.GapLedger.Reason;
import dev.nightjar.source.twitter.GapLedger.State;
import java.nio.file.Path;
import java.time.Instant;
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
}
