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
 * Does what each line of the stream asks for: counts and queues a post, notes a keep-alive, ends the connection. It parses
 * nothing but the rare lines that are no posts.
 *
 * <p>Confined to the thread that reads the stream.
 */
final class LineHandler {
    private static final byte[] DATA = "\"data\"".getBytes(US_ASCII);

    private final ReconnectLadder ladder;
    private final StreamTime time;
    private final StreamMeter meter;
    private final GapWatch gaps;
    private final Intake intake;
    private final SpendLease lease;
    /** Whether the connection has lived for so long that earlier failures are forgotten. */
    private boolean settled;

    LineHandler(
            ReconnectLadder ladder,
            StreamTime time,
            StreamMeter meter,
            GapWatch gaps,
            Intake intake,
            SpendLease lease) {
        this.ladder = ladder;
        this.time = time;
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
    Ending handle(FrameReader.Line line) throws InterruptedException {
        Instant at = time.now();
        if (!line.isWhole()) {
            return queue(line, at);
        }
        if (!settled && Duration.between(gaps.connectedAt(), at).compareTo(ReconnectLadder.SETTLED) >= 0) {
            settled = true;
            ladder.alive();
        }
        gaps.lineComes(at);
        if (isBlank(line.bytes())) {
            meter.keepAliveCame();
            gaps.quiet(at);
            return null;
        }
        return holds(line.bytes(), DATA) ? post(line, at) : message(line, at);
    }

    /** Counts a post before it is passed on, and takes the right to the next one before that is read. */
    private @Nullable Ending post(FrameReader.Line line, Instant at) throws InterruptedException {
        boolean more;
        try {
            if (!lease.take()) {
                meter.thrownAway(1);
                return spent();
            }
            meter.postCame();
            more = lease.mayTake();
        } catch (RetriableException e) {
            meter.thrownAway(1);
            return Ending.by(e);
        }
        Ending overflow = queue(line, at);
        if (overflow != null) {
            return overflow;
        }
        gaps.lineCame(at);
        return more ? null : spent();
    }

    private @Nullable Ending message(FrameReader.Line line, Instant at) throws InterruptedException {
        Ending overflow = queue(line, at);
        if (overflow != null) {
            return overflow;
        }
        gaps.lineCame(at);
        return StreamMessage.ending(line.bytes());
    }

    private @Nullable Ending queue(FrameReader.Line line, Instant at) throws InterruptedException {
        boolean kept = intake.take(new Frame(line, at));
        meter.byteCame();
        return kept ? null : Ending.of(Reason.OVERFLOW, "The poll was too slow");
    }

    private static Ending spent() {
        return Ending.of(Reason.SPEND_LIMIT, "The limit of posts is reached");
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
