/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.spending;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many posts may be read, since X charges for each: per run (from opening a source until it is closed), per day and
 * per month, both in UTC. The counts of the day and the month are kept in a file, which all processes on the machine
 * that read for the same account should share.
 *
 * <p>No limit is ever exceeded: posts are counted, and the count is on the disk, before they are asked for. Posts that
 * were counted but not read are given back once that is known. After a crash they stay counted, so the count may be too
 * high, never too low: by at most one page of a search or one block of a stream (a hundredth of the smallest limit, 1
 * to 1000 posts) per crash. A page that is read again is counted again. A search asks for 10 posts at least, so it ends
 * when fewer than 10 are left.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class SpendLimits extends Configuration {
    static final Options OPTIONS = Options.of("source-twitter");
    static final Option<Long> PER_RUN = OPTIONS.add(limit("posts-per-run").means("posts from opening to closing"));
    static final Option<Long> PER_DAY =
            OPTIONS.add(limit("posts-per-day").means("posts in a day, in UTC; with `spend-file`"));
    static final Option<Long> PER_MONTH =
            OPTIONS.add(limit("posts-per-month").means("posts in a month, in UTC; with `spend-file`"));
    static final Option<WhenReached> WHEN_REACHED = OPTIONS.add(Option.choice("when-spent", WhenReached.class)
            .defaultTo(WhenReached.STOP)
            .means("the source ends, or waits for the next day or month"));
    static final Option<Path> FILE = OPTIONS.add(Option.path("spend-file")
            .means("keeps the counts of the day and the month, of all processes that share it"));

    /** No limit, and no file. */
    public static final SpendLimits NONE = builder().build();

    private static final long serialVersionUID = 1L;

    private SpendLimits(Builder builder) {
        super(builder);
    }

    /** Begins limits; without any, there is none. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these limits. */
    public Builder toBuilder() {
        return builder().setAll(this);
    }

    /** Those of a source. */
    static SpendLimits of(Configuration configuration) {
        return builder().setAll(configuration).build();
    }

    /** Notes what is missing. */
    static void check(Configuration configuration, List<String> faults) {
        boolean kept = configuration.find(PER_DAY) != null || configuration.find(PER_MONTH) != null;
        if (kept && configuration.find(FILE) == null) {
            faults.add(
                    "A limit of posts per day or month needs a file, the option 'spend-file', that keeps the count, or a"
                            + " new run would begin at zero");
        }
    }

    private static Option<Long> limit(String key) {
        return Option.longInteger(key, 1, Long.MAX_VALUE);
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * The counts of today and this month, as the file has them now.
     *
     * @throws ConfigException if the file is not one of such counts
     * @throws dev.nightjar.RetriableException if the file cannot be read for the moment
     */
    public Spent spent() {
        return SpendGuard.open(this, Clock.systemUTC()).spent();
    }

    @Nullable
    Long perRun() {
        return find(PER_RUN);
    }

    @Nullable
    Long perDay() {
        return find(PER_DAY);
    }

    @Nullable
    Long perMonth() {
        return find(PER_MONTH);
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
    public static final class Builder extends Configuration.Builder<SpendLimits, Builder> {
        private Builder() {
            super(OPTIONS, SpendLimits::new);
        }

        /** The most posts from the opening of a source until it is closed. */
        public Builder perRun(long posts) {
            return set(PER_RUN, posts);
        }

        /** The most posts in a UTC day; needs a {@link #file}. */
        public Builder perDay(long posts) {
            return set(PER_DAY, posts);
        }

        /** The most posts in a UTC month; needs a {@link #file}. */
        public Builder perMonth(long posts) {
            return set(PER_MONTH, posts);
        }

        /** What happens at a limit; {@link WhenReached#STOP} if not set. */
        public Builder whenReached(WhenReached value) {
            return set(WHEN_REACHED, value);
        }

        /** Where the counts are kept, on a disk of this machine; a file of its own, made when it is needed. */
        public Builder file(Path value) {
            return set(FILE, value);
        }

        @Override
        protected void check(SpendLimits limits, List<String> faults) {
            SpendLimits.check(limits, faults);
        }
    }
}
