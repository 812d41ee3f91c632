/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.stream.Queued.Found;
import dev.nightjar.source.twitter.stream.Queued.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The items waiting for the poll, in order: frames, bounded by number and bytes; posts found in searches, at most a
 * page; and notes about gaps, which are small and always have room.
 *
 * <p>Safe for use by multiple threads.
 */
final class FrameQueue {
    /** The most bytes that wait, whatever the number of frames. */
    static final long MOST_BYTES = 32L << 20;

    private final int capacity;
    private final Object lock = new Object();
    private final Deque<Queued> items = new ArrayDeque<>();
    private int frames;
    private long bytes;
    private int pages;
    private int found;
    private boolean ended;

    FrameQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a frame if there is room within some time; whether there was. */
    boolean offer(Frame frame, Duration wait) throws InterruptedException {
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
    List<Frame> replaceOldest(Frame frame) {
        synchronized (lock) {
            List<Frame> dropped = new ArrayList<>();
            var oldest = items.iterator();
            while (!hasRoom(frame) && oldest.hasNext()) {
                if (oldest.next() instanceof Frame old) {
                    oldest.remove();
                    frames--;
                    bytes -= old.bytes().length;
                    dropped.add(old);
                }
            }
            append(frame);
            return dropped;
        }
    }

    /** Adds an item other than a frame. */
    void add(Queued item) {
        synchronized (lock) {
            append(item);
        }
    }

    /** Adds an item other than a frame before all waiting items. */
    void addFirst(Queued item) {
        synchronized (lock) {
            items.addFirst(item);
            lock.notifyAll();
        }
    }

    /** Items that arrive within some time: at most a number, or one page of a search; empty if nothing came or will. */
    List<Queued> poll(Duration wait, int most) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        synchronized (lock) {
            while (items.isEmpty() && !ended) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return List.of();
                }
                lock.wait(left / 1_000_000 + 1);
            }
            List<Queued> taken = new ArrayList<>();
            boolean page = false;
            while (!page && !items.isEmpty() && taken.size() < most) {
                page = items.element() instanceof Found;
                if (page && !taken.isEmpty()) {
                    break;
                }
                Queued item = items.remove();
                taken.add(item);
                if (item instanceof Frame frame) {
                    frames--;
                    bytes -= frame.bytes().length;
                } else if (item instanceof Found posts) {
                    pages--;
                    found -= posts.batch().tweets().size();
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

    /** Whether there is room for the next posts found in a search: half of the queue is free, and no page waits. */
    boolean hasRoomForPage() {
        synchronized (lock) {
            return isRelaxed() && pages == 0;
        }
    }

    private boolean hasRoom(Frame frame) {
        return frames == 0 || (frames < capacity && bytes + frame.bytes().length <= MOST_BYTES);
    }

    private void append(Queued item) {
        items.addLast(item);
        if (item instanceof Frame frame) {
            frames++;
            bytes += frame.bytes().length;
        } else if (item instanceof Found posts) {
            pages++;
            found += posts.batch().tweets().size();
        }
        lock.notifyAll();
    }
}
