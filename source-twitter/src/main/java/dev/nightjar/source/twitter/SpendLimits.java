/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many posts may be read, since X charges for each: in one run (from the opening of a source until it is closed), in one
 * day and in one month, both in UTC. The counts of the day and the month are kept in a file, which all processes on the
 * machine that read for the same account should share.
 *
 * <p>No limit is ever exceeded: posts are counted, and the count is on the disk, before they are asked for. What was counted
 * and not read is given back when that is known; after a crash it stays counted, so that the count may be too high, by at
 * most one page of a search or one block of a stream (a hundredth of the smallest limit, 1 to 1000 posts) per crash, never
 * too low. A page that is read again is counted again. A search asks for 10 posts at least, so it ends when fewer than 10
 * are left.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class SpendLimits implements Serializable {
    /** No limit, and no file. */
    public static final SpendLimits NONE = builder().build();

    private static final long serialVersionUID = 1L;

    private final @Nullable Long perRun;
    private final @Nullable Long perDay;
    private final @Nullable Long perMonth;
    private final WhenReached whenReached;
    private final @Nullable String file;

    private SpendLimits(Builder builder) {
        this.perRun = builder.perRun;
        this.perDay = builder.perDay;
        this.perMonth = builder.perMonth;
        this.whenReached = builder.whenReached;
        this.file = builder.file == null ? null : builder.file.toString();
    }

    /** Begins limits; without any, there is none. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads {@code posts-per-run}, {@code posts-per-day}, {@code posts-per-month}, {@code when-spent} ({@code stop} or
     * {@code pause}) and {@code spend-file}.
     */
    static SpendLimits from(ConfigReader reader) {
        Builder builder = builder();
        reader.longInteger("posts-per-run", builder::perRun);
        reader.longInteger("posts-per-day", builder::perDay);
        reader.longInteger("posts-per-month", builder::perMonth);
        reader.choice("when-spent", WhenReached.class, builder::whenReached);
        reader.path("spend-file", builder::file);
        return builder.build();
    }

    /**
     * What has been counted today and this month, as the file says now.
     *
     * @throws ConfigException if the file is not one of such counts
     * @throws dev.nightjar.RetriableException if the file cannot be read for the moment
     */
    public Spent spent() {
        return spentAt(Clock.systemUTC());
    }

    Spent spentAt(Clock clock) {
        return SpendGuard.open(this, clock).spent();
    }

    @Nullable
    Long perRun() {
        return perRun;
    }

    @Nullable
    Long perDay() {
        return perDay;
    }

    @Nullable
    Long perMonth() {
        return perMonth;
    }

    WhenReached whenReached() {
        return whenReached;
    }

    @Nullable
    Path file() {
        return file == null ? null : Path.of(file);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SpendLimits that
                && Objects.equals(perRun, that.perRun)
                && Objects.equals(perDay, that.perDay)
                && Objects.equals(perMonth, that.perMonth)
                && whenReached == that.whenReached
                && Objects.equals(file, that.file);
    }

    @Override
    public int hashCode() {
        return Objects.hash(perRun, perDay, perMonth, whenReached, file);
    }

    @Override
    public String toString() {
        return "SpendLimits[perRun=" + perRun + ", perDay=" + perDay + ", perMonth=" + perMonth + ", whenReached="
                + whenReached + ", file=" + file + ']';
    }

    /**
     * What a source does when a limit is reached.
     *
     * @since 0.1.0
     */
    public enum WhenReached {
        /** It ends: it is exhausted, and says why in the log. */
        STOP,
        /** It reads nothing until the next day or month begins; at the limit of the run it ends all the same. */
        PAUSE
    }

    /**
     * How many posts have been counted.
     *
     * @param thisRun since the source was opened
     * @param today since the day began, in UTC; 0 without a file
     * @param thisMonth since the month began, in UTC; 0 without a file
     * @since 0.1.0
     */
    public record Spent(long thisRun, long today, long thisMonth) {}

    /**
     * Collects {@link SpendLimits}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private @Nullable Long perRun;
        private @Nullable Long perDay;
        private @Nullable Long perMonth;
        private WhenReached whenReached = WhenReached.STOP;
        private @Nullable Path file;

        private Builder() {}

        /** The most posts from the opening of a source until it is closed. */
        public Builder perRun(long posts) {
            perRun = posts;
            return this;
        }

        /** The most posts in a UTC day; needs a {@link #file}. */
        public Builder perDay(long posts) {
            perDay = posts;
            return this;
        }

        /** The most posts in a UTC month; needs a {@link #file}. */
        public Builder perMonth(long posts) {
            perMonth = posts;
            return this;
        }

        /** What happens at a limit; {@link WhenReached#STOP} if not set. */
        public Builder whenReached(WhenReached value) {
            whenReached = Objects.requireNonNull(value, "whenReached");
            return this;
        }

        /** Where the counts are kept, on a disk of this machine; a file of its own, made when it is needed. */
        public Builder file(Path value) {
            file = Objects.requireNonNull(value, "file");
            return this;
        }

        /**
         * The limits.
         *
         * @throws ConfigException if a limit is not positive, or there is one for the day or the month and no file
         */
        public SpendLimits build() {
            List<String> faults = new ArrayList<>();
            check("run", perRun, faults);
            check("day", perDay, faults);
            check("month", perMonth, faults);
            if (file == null && (perDay != null || perMonth != null)) {
                faults.add(
                        "A limit of posts per day or month needs a file that keeps the count, or a new run would begin"
                                + " at zero");
            }
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new SpendLimits(this);
        }

        private static void check(String period, @Nullable Long limit, List<String> faults) {
            if (limit != null && limit < 1) {
                faults.add("The limit of " + limit + " posts per " + period + " is not positive");
            }
        }
    }
}
