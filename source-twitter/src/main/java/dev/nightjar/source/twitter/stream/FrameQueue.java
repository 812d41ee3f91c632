/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.SourceBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the poll, in its order: frames, bounded by their number and their bytes, and among them what is found in
 * searches, a page at most, and what is told about gaps, which is little and always has room.
 *
 * <p>Safe for use by multiple threads.
 */
final class FrameQueue {
    /** The most bytes that wait, whatever the number of frames. */
    static final long MOST_BYTES = 32L << 20;

    private final int capacity;
    private final Object lock = new Object();
    private final Deque<Item> items = new ArrayDeque<>();
    private int frames;
    private long bytes;
    private int pages;
    private int found;
    private boolean ended;

    FrameQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a frame if there is room within some time; whether there was. */
    boolean offer(Item frame, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        synchronized (lock) {
            while (!hasRoom(frame) && !ended) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                lock.wait(left / 1_000_000 + 1);
            }
            append(frame);
            return true;
        }
    }

    /** Adds a frame in place of the oldest ones, which it returns. */
    List<Item> replaceOldest(Item frame) {
        synchronized (lock) {
            List<Item> dropped = new ArrayList<>();
            var oldest = items.iterator();
            while (!hasRoom(frame) && oldest.hasNext()) {
                Item item = oldest.next();
                if (item.isFrame()) {
                    oldest.remove();
                    frames--;
                    bytes -= item.bytes().length;
                    dropped.add(item);
                }
            }
            append(frame);
            return dropped;
        }
    }

    /** Adds what is no frame. */
    void add(Item item) {
        synchronized (lock) {
            append(item);
        }
    }

    /** Adds what is no frame before all that waits. */
    void addFirst(Item item) {
        synchronized (lock) {
            items.addFirst(item);
            lock.notifyAll();
        }
    }

    /** What comes within some time, at most so many items, or a page of a search alone; empty if nothing came, or will. */
    List<Item> poll(Duration wait, int most) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        synchronized (lock) {
            while (items.isEmpty() && !ended) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return List.of();
                }
                lock.wait(left / 1_000_000 + 1);
            }
            List<Item> taken = new ArrayList<>();
            boolean page = false;
            while (!page && !items.isEmpty() && taken.size() < most) {
                page = items.element().kind() == Kind.FOUND;
                if (page && !taken.isEmpty()) {
                    break;
                }
                Item item = items.remove();
                taken.add(item);
                if (item.isFrame()) {
                    frames--;
                    bytes -= item.bytes().length;
                }
                if (page) {
                    pages--;
                    found -= item.found().tweets().size();
                }
            }
            lock.notifyAll();
            return taken;
        }
    }

    /** No more will come: nobody waits any longer. */
    void end() {
        synchronized (lock) {
            ended = true;
            lock.notifyAll();
        }
    }

    boolean isEmpty() {
        synchronized (lock) {
            return items.isEmpty();
        }
    }

    /** How many frames and posts that a search found wait. */
    int size() {
        synchronized (lock) {
            return frames + found;
        }
    }

    /** Whether less than half of the room is taken. */
    boolean isRelaxed() {
        synchronized (lock) {
            return frames * 2 <= capacity && bytes * 2 <= MOST_BYTES;
        }
    }

    /** Whether what a search finds next has room: half of the room is free, and no page waits. */
    boolean hasRoomForPage() {
        synchronized (lock) {
            return isRelaxed() && pages == 0;
        }
    }

    private boolean hasRoom(Item frame) {
        return frames == 0 || (frames < capacity && bytes + frame.bytes().length <= MOST_BYTES);
    }

    private void append(Item item) {
        items.addLast(item);
        if (item.isFrame()) {
            frames++;
            bytes += item.bytes().length;
        } else if (item.kind() == Kind.FOUND) {
            pages++;
            found += item.found().tweets().size();
        }
        lock.notifyAll();
    }

    /** What an item is. */
    enum Kind {
        /** A line of the stream. */
        FRAME,
        /** The beginning of a line that is too long. */
        BEGINNING,
        /** Posts that a search for a gap has found. */
        FOUND,
        /** A gap was found; what comes after it was written after the gap. */
        GAP,
        /** A gap was filled: what it had has come. */
        FILLED
    }

    /** One of what waits. */
    static final class Item {
        private static final byte[] NOTHING = {};

        private final Kind kind;
        private final byte[] bytes;
        private final Instant at;
        private final SourceBatch found;
        private final GapLedger.@Nullable Interval gap;

        private Item(Kind kind, byte[] bytes, Instant at, SourceBatch found, GapLedger.@Nullable Interval gap) {
            this.kind = kind;
            this.bytes = bytes;
            this.at = at;
            this.found = found;
            this.gap = gap;
        }

        static Item frame(byte[] bytes, Instant at) {
            return new Item(Kind.FRAME, bytes, at, SourceBatch.empty(), null);
        }

        static Item beginning(byte[] bytes, Instant at) {
            return new Item(Kind.BEGINNING, bytes, at, SourceBatch.empty(), null);
        }

        static Item found(SourceBatch batch) {
            return new Item(Kind.FOUND, NOTHING, Instant.MIN, batch, null);
        }

        static Item gap(GapLedger.Interval gap) {
            return new Item(Kind.GAP, NOTHING, gap.to(), SourceBatch.empty(), gap);
        }

        static Item filled(GapLedger.Interval gap) {
            return new Item(Kind.FILLED, NOTHING, gap.to(), SourceBatch.empty(), gap);
        }

        Kind kind() {
            return kind;
        }

        /** A line's bytes themselves, no copy. */
        byte[] bytes() {
            return bytes;
        }

        /** When a frame came. */
        Instant at() {
            return at;
        }

        /** What a search has found. */
        SourceBatch found() {
            return found;
        }

        /** The gap that was found or filled. */
        GapLedger.@Nullable Interval gap() {
            return gap;
        }

        boolean isFrame() {
            return kind == Kind.FRAME || kind == Kind.BEGINNING;
        }
    }
}
