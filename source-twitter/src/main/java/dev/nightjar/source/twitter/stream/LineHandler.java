/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nightjar.RetriableException;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.spending.SpendLease;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.Queued.Frame;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Does what each line of the stream asks for: counts and queues a post, notes a keep-alive, ends the connection. It
 * parses only the rare lines that are not posts.
 *
 * <p>Confined to the thread that reads the stream.
 */
final class LineHandler {
    private static final byte[] DATA = "\"data\"".getBytes(US_ASCII);

    private static final Ending SPENT = Ending.of(Reason.SPEND_LIMIT, "The limit of posts is reached");

    private final ReconnectLadder ladder;
    private final StreamMeter meter;
    private final GapWatch gaps;
    private final Intake intake;
    private final SpendLease lease;
    /** Whether the connection has lived for so long that earlier failures are forgotten. */
    private boolean settled;

    LineHandler(ReconnectLadder ladder, StreamMeter meter, GapWatch gaps, Intake intake, SpendLease lease) {
        this.ladder = ladder;
        this.meter = meter;
        this.gaps = gaps;
        this.intake = intake;
        this.lease = lease;
    }

    /** There is a new connection. */
    void begin() {
        settled = false;
    }

    /** Handles a line; returns how the connection ends by it, null if it goes on. */
    @Nullable
    Ending handle(Frame line) throws InterruptedException {
        Ending ending = null;
        if (line.isWhole()) {
            settle(line.at());
            if (isBlank(line.bytes())) {
                meter.keepAliveCame();
                gaps.quiet(line.at());
                return null;
            }
            if (holds(line.bytes(), DATA)) {
                // A post is counted before it is passed on, and permission for the next one is taken before that is
                // read.
                try {
                    if (!lease.take()) {
                        meter.thrownAway(1);
                        return SPENT;
                    }
                    meter.postCame();
                    ending = lease.reserve() ? null : SPENT;
                } catch (RetriableException e) {
                    meter.thrownAway(1);
                    return Ending.by(e);
                }
            } else {
                ending = StreamMessage.ending(line.bytes());
            }
        }
        boolean kept = intake.take(line);
        meter.byteCame();
        if (!kept) {
            return Ending.of(Reason.OVERFLOW, "The poll was too slow");
        }
        if (line.isWhole()) {
            gaps.lineCame(line.at());
        }
        return ending;
    }

    private void settle(Instant now) {
        if (!settled && Duration.between(gaps.connectedAt(), now).compareTo(ReconnectLadder.SETTLED) >= 0) {
            settled = true;
            ladder.alive();
        }
        gaps.lineComes(now);
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(byte[] line, byte[] part) {
        for (int i = 0; i + part.length <= line.length; i++) {
            int j = 0;
            while (j < part.length && line[i + j] == part[j]) {
                j++;
            }
            if (j == part.length) {
                return true;
            }
        }
        return false;
    }
}
