/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.stream.Queued.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the frames of a stream into the queue; each {@link TwitterStreamConfig.Overflow} is one way to do so when the
 * queue is full.
 *
 * <p>Confined to the thread that reads the stream.
 */
interface Intake {
    static Intake of(
            TwitterStreamConfig config, FrameQueue queue, GapWatch gaps, StreamMeter meter, Watchdog watchdog) {
        return switch (config.get(TwitterStreamConfig.OVERFLOW)) {
            case BLOCK -> new Blocking(queue, config.get(TwitterStreamConfig.OVERFLOW_WAIT), meter, watchdog);
            case DROP_NEWEST ->
                new Dropping(frame -> queue.offer(frame, Duration.ZERO) ? List.of() : List.of(frame), gaps, meter);
            case DROP_OLDEST -> new Dropping(queue::replaceOldest, gaps, meter);
        };
    }

    /** Takes a frame; returns whether the connection is worth keeping. */
    boolean take(Frame frame) throws InterruptedException;

    /** No frame of this connection will come. */
    void end();

    /** Waits for room for a while. */
    final class Blocking implements Intake {
        private final FrameQueue queue;
        private final Duration wait;
        private final StreamMeter meter;
        private final Watchdog watchdog;

        Blocking(FrameQueue queue, Duration wait, StreamMeter meter, Watchdog watchdog) {
            this.queue = queue;
            this.wait = wait;
            this.meter = meter;
            this.watchdog = watchdog;
        }

        @Override
        public boolean take(Frame frame) throws InterruptedException {
            watchdog.rest();
            boolean queued = queue.offer(frame, wait);
            meter.byteCame(); // X has not been silent meanwhile, nobody listened
            watchdog.wake();
            if (!queued) {
                meter.thrownAway(1);
            }
            return queued;
        }

        @Override
        public void end() {}
    }

    /** Throws away either the new frames or the oldest waiting ones. When it has not for a while, the gap ends. */
    final class Dropping implements Intake {
        private static final Logger LOG = LoggerFactory.getLogger(Dropping.class);
        private static final Duration PAUSE = Duration.ofSeconds(5);

        private final Way way;
        private final GapWatch gaps;
        private final StreamMeter meter;
        private @Nullable Instant from;
        private Instant last = Instant.MIN;
        private long count;

        Dropping(Way way, GapWatch gaps, StreamMeter meter) {
            this.way = way;
            this.gaps = gaps;
            this.meter = meter;
        }

        @Override
        public boolean take(Frame frame) throws InterruptedException {
            List<Frame> dropped = way.queue(frame);
            if (!dropped.isEmpty()) {
                drop(dropped);
            } else if (from != null && Duration.between(last, frame.at()).compareTo(PAUSE) > 0) {
                end();
            }
            return true;
        }

        private void drop(List<Frame> dropped) {
            meter.thrownAway(dropped.size());
            count += dropped.size();
            last = dropped.get(dropped.size() - 1).at();
            if (from == null) {
                LOG.warn("The poll is too slow: posts are thrown away");
                from = gaps.overflows(dropped.get(0).at());
            }
        }

        @Override
        public void end() {
            if (from != null) {
                gaps.overflowed(from, last, count);
                from = null;
                count = 0;
            }
        }

        /** Queues a frame and returns those that are thrown away in its place. */
        interface Way {
            List<Frame> queue(Frame frame) throws InterruptedException;
        }
    }
}
