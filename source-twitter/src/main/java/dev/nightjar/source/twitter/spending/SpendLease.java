/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.spending;

import dev.nightjar.RetriableException;
import dev.nightjar.source.twitter.spending.SpendGuard.Grant;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes posts from a {@link SpendGuard} one by one and reserves them by the block, since each reservation is a write to
 * the disk. A block counts on the day on which it was reserved and is not used on another.
 *
 * <p>Confined to one thread.
 */
public final class SpendLease implements AutoCloseable {
    private static final long LARGEST_BLOCK = 1000;

    private final SpendGuard guard;
    private final Clock clock;
    private final long block;
    private @Nullable Grant grant;
    private final AtomicLong left = new AtomicLong();

    /** A lease of which nothing is reserved yet. */
    public SpendLease(SpendGuard guard) {
        this.guard = guard;
        this.clock = guard.clock();
        this.block = block(guard.limits());
    }

    /** A hundredth of the smallest limit. */
    static long block(SpendLimits limits) {
        long smallest = Long.MAX_VALUE;
        for (Long limit : new @Nullable Long[] {limits.perRun(), limits.perDay(), limits.perMonth()}) {
            smallest = limit == null ? smallest : Math.min(smallest, limit);
        }
        return Math.max(1, Math.min(LARGEST_BLOCK, smallest / 100));
    }

    /**
     * Reserves one more post.
     *
     * @return whether it may be read
     * @throws RetriableException if the count cannot be kept for the moment; no post may be read then
     */
    public boolean reserve() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (grant != null && today.isAfter(grant.day())) {
            close();
        }
        if (left.get() == 0) {
            Grant next = guard.reserve(block);
            grant = next;
            left.set(next.posts());
        }
        return left.get() > 0;
    }

    /**
     * Counts one post.
     *
     * @return false if a limit is reached and the post must not be handed on
     * @throws RetriableException if the count cannot be kept for the moment; the post must not be handed on
     */
    public boolean take() {
        if (!reserve()) {
            return false;
        }
        left.decrementAndGet();
        return true;
    }

    /** How many posts are reserved and not read; another thread may ask too. */
    public long unread() {
        return left.get();
    }

    /** Gives back what is left of the block. A lease that is used again reserves anew. */
    @Override
    public void close() {
        Grant current = grant;
        long unread = left.getAndSet(0);
        grant = null;
        if (current != null) {
            guard.release(current, unread);
        }
    }
}
