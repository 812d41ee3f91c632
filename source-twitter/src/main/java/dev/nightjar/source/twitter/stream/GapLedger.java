/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.WireName;
import dev.nightjar.io.DurableFile;
import dev.nightjar.source.twitter.http.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which posts a stream has, by time: every moment from its beginning to its end is in exactly one interval, which is live,
 * backfilled, searched, unsettled or missing. A gap is missing until it is filled. Kept in a file, the ledger goes on where
 * an earlier run stopped, and the time between them is a gap too.
 *
 * <p>A file has one JSON object per line, {@link Interval#toJson()}; where lines overlap, the later one counts. Live
 * intervals are written when they begin and about every minute, so a crash costs no more. The newest 10,000 intervals
 * are kept: older ones are forgotten, and the file is rewritten without them and without what later lines replace when
 * it is opened and now and then.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class GapLedger {
    private static final Logger LOG = LoggerFactory.getLogger(GapLedger.class);
    private static final int MOST_INTERVALS = 10_000;
    private static final Duration NOTE = Duration.ofMinutes(1);

    private final @Nullable Path file;
    private final Supplier<Instant> clock;
    private final Object lock = new Object();
    private final Timeline closed;
    private Interval open;
    /** Whether it begins with the first connection, since nothing was wanted before. */
    private boolean fresh;
    /** Whether the stream has ended, and this with it. */
    private boolean over;
    /** Until when the file says that it is live. */
    private Instant noted = Instant.MIN;

    private int appended;

    private GapLedger(@Nullable Path file, Supplier<Instant> clock, Timeline closed, Interval open) {
        this.file = file;
        this.clock = clock;
        this.closed = closed;
        this.open = open;
    }

    /**
     * Begins a ledger, or goes on with that of the file. It begins as a gap: nothing is live before {@link #up}.
     *
     * @param since the time from which posts are wanted; null if an earlier ledger has it, or if it is now
     */
    static GapLedger begin(@Nullable Path file, @Nullable Instant since, Supplier<Instant> clock) {
        Timeline earlier = file == null ? new Timeline() : timeline(file);
        Instant end = earlier.end();
        Instant from = since;
        if (from == null) {
            from = end == null ? clock.get() : end;
        }
        if (file != null) {
            compact(file, earlier);
        }
        GapLedger ledger =
                new GapLedger(file, clock, earlier, new Interval(from, from, State.MISSING, Reason.NOT_RUNNING, 0));
        ledger.fresh = since == null && end == null;
        // Posts that an earlier run had read but not passed on are missing: this run decides what becomes of them.
        earlier.cut(from);
        if (end != null && end.isBefore(from)) {
            // The previous run was live up to its position, and had no time to record that.
            ledger.close(new Interval(end, from, State.LIVE, null, 0));
        }
        return ledger;
    }

    /**
     * Reads the ledger of a file, also while a stream writes it.
     *
     * @return its intervals, oldest first; empty if the file does not exist
     * @throws ConfigException if the file is not a ledger
     * @throws RetriableException if it cannot be read for the moment
     */
    public static List<Interval> read(Path file) {
        return timeline(file).intervals();
    }

    private static Timeline timeline(Path file) {
        Timeline intervals = new Timeline();
        try {
            String text = Files.readString(file);
            // What follows the last line end was cut off by a crash.
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            whole.lines().filter(line -> !line.isBlank()).forEach(line -> intervals.overlay(interval(line, file)));
        } catch (NoSuchFileException e) {
            return intervals;
        } catch (IOException e) {
            throw new RetriableException("Cannot read the ledger '" + file + "'", e);
        }
        return intervals;
    }

    private static Interval interval(String line, Path file) {
        try {
            return Interval.fromJson(line);
        } catch (DataException e) {
            throw new ConfigException("The file '" + file + "' is not a ledger of gaps, or is damaged", e);
        }
    }

    /** All intervals without a hole between them, oldest first; the last one ends now, or with the stream. */
    public List<Interval> intervals() {
        synchronized (lock) {
            List<Interval> intervals = closed.intervals();
            Instant now = clock.get();
            if (!fresh && !over && open.from.isBefore(now)) {
                intervals.add(new Interval(open.from, now, open.state, open.reason, open.posts));
            }
            return intervals;
        }
    }

    /**
     * The ended intervals as records of a compacted topic, oldest first: each interval's {@link Interval#toJson()}
     * keyed by its beginning, and null for a beginning that has left the ledger. Publishing them all again changes
     * nothing: the topic then has what the ledger has.
     */
    public Map<String, @Nullable String> records() {
        synchronized (lock) {
            return closed.records();
        }
    }

    /** The gaps that are not filled, oldest first. */
    public List<Interval> missing() {
        return intervals().stream()
                .filter(interval -> interval.state == State.MISSING)
                .toList();
    }

    /** For how long the stream was in each state. */
    public Map<State, Duration> totals() {
        Map<State, Duration> totals = new EnumMap<>(State.class);
        for (State state : State.values()) {
            totals.put(state, Duration.ZERO);
        }
        intervals().forEach(interval -> totals.merge(interval.state, interval.length(), Duration::plus));
        return totals;
    }

    /** The stream is live from now on; returns the gap before, null if there is none. */
    @Nullable
    Interval up(Instant at) {
        synchronized (lock) {
            Interval gap = fresh ? new Interval(at, at, State.MISSING, null, 0) : open.until(at);
            fresh = false;
            open = new Interval(gap.to, gap.to, State.LIVE, null, 0);
            if (!gap.length().isZero()) {
                close(gap);
            }
            note(open);
            return gap.length().isZero() ? null : gap;
        }
    }

    /** The stream was live until some time; written down about every minute, for a run after a crash. */
    void live(Instant until, long posts) {
        synchronized (lock) {
            Instant last = noted.isAfter(open.from) ? noted : open.from;
            if (open.state == State.LIVE && !until.isBefore(last.plus(NOTE))) {
                Interval live = open.until(until).with(posts);
                note(live);
                noted = live.to;
            }
        }
    }

    /** The stream is no longer live; posts written from then on are missing. */
    void down(Instant from, Reason reason, long posts) {
        synchronized (lock) {
            if (open.state == State.LIVE) {
                Interval live = open.until(from).with(posts);
                if (!live.length().isZero()) {
                    close(live);
                }
                if (noted.isAfter(live.to)) {
                    append(new Interval(live.to, noted, State.MISSING, reason, 0));
                }
                open = new Interval(live.to, live.to, State.MISSING, reason, 0);
            } else if (open.reason == Reason.NOT_RUNNING) {
                open = new Interval(open.from, open.from, State.MISSING, reason, 0);
            }
        }
    }

    /**
     * Posts of a live stream were thrown away; returns the gap.
     *
     * @param before how many posts came since the stream is live
     */
    Interval dropped(Instant from, Instant to, long posts, long before) {
        synchronized (lock) {
            down(from, Reason.OVERFLOW, before);
            Interval gap = open.until(to).with(posts);
            close(gap);
            open = new Interval(gap.to, gap.to, State.LIVE, null, 0);
            return gap;
        }
    }

    /** A gap was filled. */
    void filled(Interval gap, State state, long posts) {
        synchronized (lock) {
            close(new Interval(gap.from, gap.to, state, gap.reason, posts));
        }
    }

    /** Whether nothing was wanted so far. */
    boolean isFresh() {
        synchronized (lock) {
            return fresh;
        }
    }

    /** Since when the stream is as it is. */
    Instant openSince() {
        synchronized (lock) {
            return open.from;
        }
    }

    /**
     * The stream was told to end. If it is live, what was written until some time has come.
     *
     * @param settled the end of what is certain
     */
    void stop(Instant settled, Instant at, long posts) {
        synchronized (lock) {
            if (open.state == State.LIVE) {
                Interval live = open.until(settled).with(posts);
                boolean certain = !live.length().isZero();
                if (certain) {
                    close(live);
                }
                open = new Interval(live.to, live.to, State.UNSETTLED, null, certain ? 0 : posts);
            }
            end(at);
        }
    }

    /** Writes down what is open, unless it has ended. */
    void end(Instant at) {
        synchronized (lock) {
            if (fresh || over) {
                return;
            }
            Interval last = open.until(at);
            if (!last.length().isZero()) {
                close(last);
            }
            over = true;
        }
    }

    private void close(Interval interval) {
        closed.overlay(interval);
        closed.forgetAllBut(MOST_INTERVALS);
        append(interval);
    }

    private void append(Interval interval) {
        write(interval, out -> out.getFD().sync());
    }

    /** Writes what survives a crash of this process, and waits for no disk. */
    private void note(Interval interval) {
        write(interval, OutputStream::flush);
    }

    private void write(Interval interval, End end) {
        if (file == null) {
            return;
        }
        append(file, interval, end);
        appended++;
        if (appended >= MOST_INTERVALS) {
            appended = 0;
            try {
                compact(file, timeline(file));
            } catch (NightjarException e) {
                LOG.warn("The ledger '{}' grows: {}", file, e.getMessage());
            }
        }
    }

    /** Leaves in a file what counts, and no line that a crash has cut. */
    private static void compact(Path file, Timeline intervals) {
        intervals.forgetAllBut(MOST_INTERVALS);
        String text = intervals.lines();
        DurableFile ledger = new DurableFile(file);
        try {
            String before = ledger.read();
            if (before != null && !before.equals(text)) {
                ledger.write(text);
            }
        } catch (IOException e) {
            LOG.warn("Cannot rewrite the ledger '{}', which goes on as it is", file, e);
        }
    }

    /** Failing costs the file a line, never the stream a post. */
    private static void append(Path file, Interval interval, End end) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            // Not a channel, because an interrupted thread cannot write to one, and closing a stream interrupts its
            // reader.
            try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
                out.write((interval.toJson() + '\n').getBytes(UTF_8));
                end.of(out);
            }
        } catch (IOException e) {
            LOG.warn("Cannot write to the ledger '{}': {} is not in it", file, interval, e);
        }
    }

    /** Intervals that do not overlap, and the beginnings of those that were there before. */
    private static final class Timeline {
        private final NavigableMap<Instant, Interval> intervals = new TreeMap<>();
        private final NavigableSet<Instant> gone = new TreeSet<>();

        /** Those that have a length: one without says that a run has begun, no more. */
        List<Interval> intervals() {
            return intervals.values().stream()
                    .filter(interval -> !interval.length().isZero())
                    .collect(Collectors.toCollection(ArrayList::new));
        }

        Map<String, @Nullable String> records() {
            Map<String, @Nullable String> records = new LinkedHashMap<>();
            intervals().forEach(interval -> records.put(interval.from.toString(), interval.toJson()));
            gone.forEach(from -> records.put(from.toString(), null));
            return records;
        }

        /** The lines of a file with the same content; what was there before is a line of length zero. */
        String lines() {
            Stream<Interval> before = gone.stream().map(from -> new Interval(from, from, State.MISSING, null, 0));
            return Stream.concat(intervals.values().stream(), before)
                    .map(interval -> interval.toJson() + '\n')
                    .collect(Collectors.joining());
        }

        /** Where the last one ends; null if there is none. */
        @Nullable
        Instant end() {
            return intervals.isEmpty() ? null : intervals.lastEntry().getValue().to;
        }

        /** Puts an interval over what is there. */
        void overlay(Interval top) {
            Map.Entry<Instant, Interval> over = intervals.floorEntry(top.from);
            if (top.length().isZero() && over != null && over.getValue().to.isAfter(top.from)) {
                if (!over.getKey().equals(top.from)) {
                    gone.add(top.from);
                }
                return;
            }
            Map.Entry<Instant, Interval> before = intervals.lowerEntry(top.from);
            if (before != null && before.getValue().to.isAfter(top.from)) {
                Interval cut = before.getValue();
                put(new Interval(cut.from, top.from, cut.state, cut.reason, cut.posts));
                if (cut.to.isAfter(top.to)) {
                    put(new Interval(top.to, cut.to, cut.state, cut.reason, 0));
                }
            }
            for (Interval inside :
                    List.copyOf(intervals.subMap(top.from, true, top.to, false).values())) {
                remove(inside);
                if (inside.to.isAfter(top.to)) {
                    put(new Interval(top.to, inside.to, inside.state, inside.reason, inside.posts));
                }
            }
            put(top);
        }

        /** Takes away what is later. */
        void cut(Instant end) {
            List.copyOf(intervals.tailMap(end, true).values()).forEach(this::remove);
            Map.Entry<Instant, Interval> last = intervals.lastEntry();
            if (last != null && last.getValue().to.isAfter(end)) {
                put(last.getValue().until(end));
            }
        }

        /** Forgets the oldest. */
        void forgetAllBut(int most) {
            while (intervals.size() > most) {
                gone.headSet(intervals.pollFirstEntry().getKey()).clear();
            }
        }

        private void put(Interval interval) {
            intervals.put(interval.from, interval);
            gone.remove(interval.from);
        }

        private void remove(Interval interval) {
            intervals.remove(interval.from);
            gone.add(interval.from);
        }
    }

    /** Called when a line has been written. */
    private interface End {
        void of(FileOutputStream out) throws IOException;
    }

    /**
     * What a stream has of an interval.
     *
     * @since 0.1.0
     */
    public enum State {
        /** Connected: what X delivered was read. */
        LIVE,
        /** Delivered later by X on a new connection. */
        BACKFILLED,
        /** Found later by a search, which does not find retweets and deleted posts. */
        SEARCHED,
        /** Connected until the stream was told to end, so short before that X may not have delivered all yet. */
        UNSETTLED,
        /** Nothing, or not all. */
        MISSING
    }

    /**
     * Why a gap came to be.
     *
     * @since 0.1.0
     */
    public enum Reason {
        /** No stream was open. */
        NOT_RUNNING,
        /** The connection ended or broke. */
        DROPPED,
        /** No byte came for too long. */
        STALLED,
        /** X said that it ends the stream. */
        DISCONNECTED,
        /** The poll was too slow: posts were thrown away, or the connection was given up. */
        OVERFLOW,
        /** The limit of posts was reached. */
        SPEND_LIMIT
    }

    /**
     * A stretch of time.
     *
     * <p>Immutable.
     *
     * @param from its beginning, inclusive, in whole milliseconds
     * @param to its end, exclusive, in whole milliseconds
     * @param state what the stream has of it
     * @param reason why it is or was a gap; null for a live or unsettled one
     * @param posts how many posts came, or of a missing one how many are known to be thrown away
     * @since 0.1.0
     */
    public record Interval(
            Instant from, Instant to, State state, @Nullable Reason reason, long posts) implements Serializable {
        /** Cuts the times to milliseconds. */
        public Interval {
            from = from.truncatedTo(ChronoUnit.MILLIS);
            to = to.truncatedTo(ChronoUnit.MILLIS);
        }

        /** Its length. */
        public Duration length() {
            return Duration.between(from, to);
        }

        /** As one line: {@code {"from":..,"to":..,"state":"missing","reason":"stalled","posts":0}}. */
        public String toJson() {
            byte[] bytes = Json.write(json -> {
                json.writeStringField("from", from.toString());
                json.writeStringField("to", to.toString());
                json.writeStringField("state", WireName.kebab(state));
                if (reason != null) {
                    json.writeStringField("reason", WireName.kebab(reason));
                }
                json.writeNumberField("posts", posts);
            });
            return new String(bytes, UTF_8);
        }

        /**
         * Reads what {@link #toJson()} writes.
         *
         * @throws DataException if it is something else
         */
        public static Interval fromJson(String line) {
            try {
                Json json = Json.read(line.getBytes(UTF_8));
                String reason = json.text("reason");
                Long posts = json.number("posts");
                return new Interval(
                        Instant.parse(json.text("from")),
                        Instant.parse(json.text("to")),
                        WireName.parseKebab(State.class, String.valueOf(json.text("state"))),
                        reason == null ? null : WireName.parseKebab(Reason.class, reason),
                        posts == null ? 0 : posts);
            } catch (IOException | DateTimeException | IllegalArgumentException | NullPointerException e) {
                throw new DataException("not-an-interval", "The text is no interval of a ledger of gaps", e);
            }
        }

        private Interval until(Instant end) {
            return new Interval(from, end.isBefore(from) ? from : end, state, reason, posts);
        }

        private Interval with(long count) {
            return new Interval(from, to, state, reason, count);
        }
    }
}
