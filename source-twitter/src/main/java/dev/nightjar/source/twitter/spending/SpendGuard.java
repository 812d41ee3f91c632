/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.spending;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.io.DurableFile;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.source.twitter.spending.SpendLimits.Spent;
import dev.nightjar.source.twitter.spending.SpendLimits.WhenReached;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts posts against {@link SpendLimits} before they are read. Guards of the same file, in this process and others,
 * share their counts. A clock that is set back does not begin a day or a month again.
 *
 * <p>Safe for use by multiple threads.
 */
public final class SpendGuard {
    private static final Logger LOG = LoggerFactory.getLogger(SpendGuard.class);
    private static final Pattern FORM =
            Pattern.compile("nightjar-spend 1\n(\\d{4}-\\d\\d-\\d\\d) (\\d{1,18})\n(\\d{4}-\\d\\d) (\\d{1,18})\n");

    /** Two channels of one JVM cannot wait for each other's file lock, so its guards take turns first. */
    private static final Object FILES = new Object();

    /** The options of a configuration that has limits. */
    public static final List<Option<?>> OPTIONS = SpendLimits.OPTIONS.all();

    /** Those that are numbers of posts. */
    public static final List<Option<Long>> LIMITS =
            List.of(SpendLimits.PER_RUN, SpendLimits.PER_DAY, SpendLimits.PER_MONTH);

    private final SpendLimits limits;
    private final Clock clock;
    private final @Nullable DurableFile file;
    private final Object lock = new Object();
    private long run;
    private boolean warned;

    private SpendGuard(SpendLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        Path path = limits.find(SpendLimits.FILE);
        this.file = path == null ? null : new DurableFile(path);
    }

    /**
     * A guard of one run, with the limits of its configuration.
     *
     * @throws ConfigException if the file is not one of such counts
     * @throws RetriableException if the file cannot be read for the moment
     */
    public static SpendGuard open(Configuration configuration, Clock clock) {
        SpendGuard guard = new SpendGuard(SpendLimits.of(configuration), clock);
        guard.spent();
        return guard;
    }

    /**
     * Counts posts that are about to be read. On return the count is on the disk.
     *
     * @return how many of the wanted posts may be read, 0 at a limit
     * @throws RetriableException if the count cannot be kept for the moment; nothing may be read then
     */
    public Grant reserve(long wanted) {
        synchronized (lock) {
            long left = limits.perRun() == null ? wanted : Math.min(wanted, limits.perRun() - run);
            LocalDate today = today();
            if (left > 0 && file != null) {
                long most = left;
                Counts[] after = new Counts[1];
                long granted = withFile(counts -> {
                    long may = Math.min(most, counts.left(limits));
                    if (may > 0) {
                        after[0] = counts.plus(may);
                    }
                    return after[0];
                });
                today = after[0] == null ? today : after[0].day;
                left = after[0] == null ? 0 : granted;
            }
            left = Math.max(0, left);
            run += left;
            if (left == 0 && !warned) {
                warned = true;
                LOG.warn("The limit of posts is reached: {} of {}", spent(), limits);
            } else if (left > 0) {
                warned = false;
            }
            return new Grant(left, today);
        }
    }

    /** Gives back what was reserved but certainly not read. Failing, it leaves the count too high. */
    public void release(Grant grant, long unread) {
        if (unread <= 0) {
            return;
        }
        if (unread > grant.posts) {
            throw new IllegalArgumentException(unread + " posts of a grant of " + grant.posts + " are given back");
        }
        synchronized (lock) {
            run -= unread;
            if (file != null) {
                try {
                    uninterrupted(counts -> counts.minus(unread, grant.day));
                } catch (RetriableException e) {
                    LOG.warn("{} posts stay counted though they were not read", unread, e);
                }
            }
        }
    }

    /**
     * How long it takes until a source that has reached a limit may read on.
     *
     * @return null if it is to end
     */
    @Nullable
    public Duration pause() {
        return pauseFor(1);
    }

    /**
     * How long it takes until a source that needs so many posts at least may read on.
     *
     * @return null if it is to end
     */
    @Nullable
    public Duration pauseFor(long least) {
        synchronized (lock) {
            boolean runIsOver = limits.perRun() != null && run + least > limits.perRun();
            if (runIsOver || limits.get(SpendLimits.WHEN_REACHED) == WhenReached.STOP || file == null) {
                return null;
            }
            Instant now = clock.instant();
            Counts counts = current();
            LocalDate next = limits.perMonth() != null && counts.monthCount + least > limits.perMonth()
                    ? counts.month.plusMonths(1).atDay(1)
                    : counts.day.plusDays(1);
            Duration wait =
                    Duration.between(now, next.atStartOfDay(ZoneOffset.UTC).toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        }
    }

    /** Notes what is missing. */
    public static void check(Configuration configuration, List<String> faults) {
        SpendLimits.check(configuration, faults);
    }

    /** What it counts against. */
    public SpendLimits limits() {
        return limits;
    }

    Clock clock() {
        return clock;
    }

    /** How many posts are counted. */
    public Spent spent() {
        synchronized (lock) {
            Counts counts = file == null ? Counts.of(today()) : current();
            return new Spent(run, counts.dayCount, counts.monthCount);
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Counts current() {
        DurableFile counts = file;
        if (counts == null) {
            return Counts.of(today());
        }
        try {
            return read(counts).on(today());
        } catch (IOException e) {
            throw new RetriableException("Cannot read the spend file '" + counts + "'", e);
        }
    }

    /** Changes the counts also in an interrupted thread, as closing a stream leaves it. */
    private void uninterrupted(Change change) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    withFile(change);
                    return;
                } catch (RetriableException e) {
                    if (!(e.getCause() instanceof FileLockInterruptionException)) {
                        throw e;
                    }
                    interrupted |= Thread.interrupted(); // nothing was changed yet
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Changes the counts if the change gives others; returns by how much. An interrupt ends only the lock's wait. */
    private long withFile(Change change) {
        DurableFile counts = java.util.Objects.requireNonNull(file, "file");
        synchronized (FILES) {
            try {
                counts.createDirectory();
                try (FileChannel channel = FileChannel.open(
                                counts.sibling(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock held = channel.lock()) {
                    Counts before = read(counts).on(today());
                    Counts after = held.isValid() ? change.of(before) : null;
                    if (after == null) {
                        return 0;
                    }
                    counts.write(after.text());
                    return after.monthCount - before.monthCount;
                }
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new RetriableException("Interrupted while counting posts in '" + counts + "'", e);
                }
                throw new RetriableException("Cannot write the spend file '" + counts + "'", e);
            }
        }
    }

    private Counts read(DurableFile counts) throws IOException {
        String text = counts.read();
        if (text == null) {
            return Counts.of(today());
        }
        Matcher matcher = FORM.matcher(text);
        try {
            if (matcher.matches()) {
                return new Counts(
                        LocalDate.parse(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        YearMonth.parse(matcher.group(3)),
                        Long.parseLong(matcher.group(4)));
            }
        } catch (DateTimeException e) {
            LOG.debug("Not a date", e);
        }
        throw new ConfigException("The spend file '" + counts
                + "' is damaged; delete it to begin at zero, after a look at what X says was used");
    }

    private interface Change {
        @Nullable
        Counts of(Counts before);
    }

    /** Posts that may be read, and the day on which they count. */
    public record Grant(long posts, LocalDate day) {}

    private record Counts(LocalDate day, long dayCount, YearMonth month, long monthCount) {
        static Counts of(LocalDate day) {
            return new Counts(day, 0, YearMonth.from(day), 0);
        }

        /** The counts as they are on a day, which is never earlier than theirs. */
        Counts on(LocalDate today) {
            YearMonth thisMonth = YearMonth.from(today);
            boolean newDay = today.isAfter(day);
            boolean newMonth = thisMonth.isAfter(month);
            return new Counts(
                    newDay ? today : day,
                    newDay ? 0 : dayCount,
                    newMonth ? thisMonth : month,
                    newMonth ? 0 : monthCount);
        }

        long left(SpendLimits limits) {
            long ofDay = limits.perDay() == null ? Long.MAX_VALUE : limits.perDay() - dayCount;
            long ofMonth = limits.perMonth() == null ? Long.MAX_VALUE : limits.perMonth() - monthCount;
            return Math.min(ofDay, ofMonth);
        }

        Counts plus(long posts) {
            return new Counts(day, dayCount + posts, month, monthCount + posts);
        }

        Counts minus(long posts, LocalDate reserved) {
            return new Counts(
                    day,
                    reserved.equals(day) ? Math.max(0, dayCount - posts) : dayCount,
                    month,
                    YearMonth.from(reserved).equals(month) ? Math.max(0, monthCount - posts) : monthCount);
        }

        String text() {
            return "nightjar-spend 1\n" + day + ' ' + dayCount + '\n' + month + ' ' + monthCount + '\n';
        }
    }
}
