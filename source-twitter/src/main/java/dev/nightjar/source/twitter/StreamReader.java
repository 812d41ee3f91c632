/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XProblem;
import dev.nightjar.source.twitter.FrameQueue.Item;
import dev.nightjar.source.twitter.GapLedger.Interval;
import dev.nightjar.source.twitter.GapLedger.Reason;
import dev.nightjar.source.twitter.GapLedger.State;
import dev.nightjar.source.twitter.SpendLimits.Spent;
import dev.nightjar.source.twitter.StreamConnection.RefusedException;
import dev.nightjar.source.twitter.StreamRefusal.Reaction;
import dev.nightjar.source.twitter.TwitterStreamConfig.StaleConnections;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream connected, cuts it into lines and queues them; it parses nothing but the rare lines that are no posts, and
 * waits for nobody longer than it may. What happens is written to the ledger.
 *
 * <p>Confined to the thread that runs it; the watchdog, the status and the counts may be used from others.
 */
final class StreamReader {
    /** How late X may deliver a post: what was written so long before the last line may not have come. */
    static final Duration DELIVERY = Duration.ofSeconds(10);

    /** How long a connection must live until earlier failures are forgotten. */
    static final Duration SETTLED = Duration.ofSeconds(10);

    static final int LARGEST_FRAME = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    private static final Duration OVERFLOW_PAUSE = Duration.ofSeconds(5);
    private static final Duration BACKFILL_LIMIT = Duration.ofMinutes(5);
    private static final Duration KILL_PAUSE = Duration.ofSeconds(60);
    /** A longer one is for the caller of {@code open}. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final byte[] DATA = "\"data\"".getBytes(StandardCharsets.US_ASCII);

    private final TwitterStreamConfig config;
    private final StreamLink link;
    private final ReconnectLadder ladder;
    private final StreamTime time;
    private final FrameQueue queue;
    private final GapLedger ledger;
    private final GapFiller filler;
    private final SpendGuard guard;
    private final SpendLease lease;
    private final CountDownLatch closed;
    private final List<Interval> unconfirmed = new ArrayList<>();

    private volatile StreamLink.@Nullable Body connection;
    private volatile StreamStatus.State state = StreamStatus.State.CONNECTING;
    private volatile @Nullable String trouble;
    private volatile @Nullable FatalException failure;
    /** Whether it waits for bytes, and neither for room in the queue nor for its next attempt. */
    private volatile boolean reading;

    private volatile boolean stalled;
    private volatile long lastByte;
    private volatile long lastPost;
    private volatile Instant lastLine;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Instant newestSeen = Instant.MIN;
    /** When X last had nothing to send. */
    private Instant lastQuiet;

    private volatile Lateness late = new Lateness(Instant.MIN, Duration.ZERO);
    private final AtomicLong posts = new AtomicLong();
    private final AtomicLong keepAlives = new AtomicLong();
    private final AtomicLong thrownAway = new AtomicLong();
    private final AtomicLong untold = new AtomicLong();
    private final PostRate rate = new PostRate();

    private Instant connectedAt;
    private volatile long postsBefore;
    private boolean settled;
    private int backfilling;
    private @Nullable Instant lastKill;
    private @Nullable Instant overflowFrom;
    private Instant overflowTo;
    private long overflown;

    StreamReader(
            TwitterStreamConfig config,
            StreamLink link,
            ReconnectLadder ladder,
            StreamTime time,
            FrameQueue queue,
            GapLedger ledger,
            GapFiller filler,
            SpendGuard guard,
            SpendLease lease,
            CountDownLatch closed) {
        this.config = config;
        this.link = link;
        this.ladder = ladder;
        this.time = time;
        this.queue = queue;
        this.ledger = ledger;
        this.filler = filler;
        this.guard = guard;
        this.lease = lease;
        this.closed = closed;
        this.lastByte = time.nanos();
        this.lastPost = lastByte;
        this.lastLine = time.now();
        this.connectedAt = lastLine;
        this.overflowTo = lastLine;
        this.lastQuiet = lastLine;
    }

    /**
     * Connects for the first time.
     *
     * @throws FatalException if X refuses for good
     * @throws RetriableException if X does not answer or asks to wait
     */
    void connectFirst() throws InterruptedException {
        try {
            tryFirst();
        } catch (Throwable e) {
            disconnect();
            lease.close();
            throw e;
        }
    }

    private void tryFirst() throws InterruptedException {
        awaitTurn();
        if (!lease.mayTake()) {
            return; // run() waits, or ends it
        }
        try {
            connectWithToken();
        } catch (RefusedException e) {
            if (!killStale(e.refusal())) {
                throw e.refusal().exception(afterRefusal(e));
            }
            time.await(closed, ladder.afterCure(time.now()));
            connectAgain();
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    /** Waits for what is left of the last wait, if that is not the caller's to wait for. */
    private void awaitTurn() throws InterruptedException {
        Duration left = ladder.left(time.now());
        if (left.compareTo(LONGEST_WAIT) > 0) {
            throw new RetriableException("The X API asks to wait before the next connection", null, left);
        }
        time.await(closed, left);
    }

    /** Connects; with another token where X does not know this one any more, which counts as a connection of its own. */
    private void connectWithToken() throws IOException, InterruptedException, RefusedException {
        try {
            connect();
        } catch (RefusedException e) {
            if (e.refusal().status() != 401 || !link.renew()) {
                throw e;
            }
            awaitTurn();
            connect();
        }
    }

    private void connectAgain() throws InterruptedException {
        try {
            connect();
        } catch (RefusedException e) {
            throw e.refusal().exception(afterRefusal(e));
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    private RetriableException unanswered(IOException e) {
        return new RetriableException(
                "The X API at " + config.get(TwitterStreamConfig.BASE_URL) + " does not answer",
                e,
                ladder.afterDrop(time.now()));
    }

    /** Reads and connects again until the source is closed or there is nothing more to read. */
    void run() {
        try {
            readUntilEnded();
        } catch (FatalException e) {
            trouble = e.getMessage();
            failure = e;
        } catch (RuntimeException | Error e) {
            trouble = e.toString();
            failure = new FatalException("The stream ended by a fault of Nightjar", e);
            if (e instanceof Error error) {
                throw error;
            }
        } finally {
            state = StreamStatus.State.ENDED;
            queue.end();
        }
    }

    private void readUntilEnded() {
        try {
            Duration wait = connection == null ? Duration.ZERO : readUntilDropped();
            while (closed.getCount() > 0) {
                Duration next = connectAfter(wait);
                wait = next == null ? readUntilDropped() : next;
            }
        } catch (EndedException e) {
            LOG.info("The stream ends: {}", e.getMessage());
        } catch (InterruptedException e) {
            // Only close() interrupts this thread.
            LOG.debug("The stream's thread was interrupted", e);
        } finally {
            disconnect();
            endOverflow();
            ledger.down(lost(lastLine), Reason.NOT_RUNNING, postsOfConnection());
            ledger.end(time.now());
            lease.close();
        }
    }

    /** Connects when a wait is over; how long to wait for the next attempt, null if this one worked. */
    private @Nullable Duration connectAfter(Duration wait) throws InterruptedException {
        if (time.await(closed, wait)) {
            return Duration.ZERO;
        }
        try {
            if (!lease.mayTake()) {
                return untilNextPeriod();
            }
            state = StreamStatus.State.CONNECTING;
            connectWithToken();
            return null;
        } catch (RefusedException e) {
            Duration next = killStale(e.refusal()) ? ladder.afterCure(time.now()) : afterRefusal(e);
            NightjarException error = e.refusal().exception(next);
            if (error instanceof FatalException terminal) {
                throw terminal;
            }
            trouble = error.getMessage();
            LOG.warn("{}; connecting again in {}", error.getMessage(), next);
            return next;
        } catch (IOException e) {
            Duration next = ladder.afterDrop(time.now());
            trouble = "No answer: " + e;
            LOG.warn("The X API does not answer ({}); connecting again in {}", e.toString(), next);
            return next;
        } catch (RetriableException e) {
            Duration next = ladder.afterHttpError(time.now(), e.retryAfter().orElse(null));
            trouble = e.getMessage();
            LOG.warn("{}; connecting again in {}", e.getMessage(), next);
            return next;
        }
    }

    private void connect() throws IOException, InterruptedException, RefusedException {
        Instant now = time.now();
        int minutes = backfillMinutes(now);
        ladder.connecting(now);
        connections.incrementAndGet();
        StreamLink.Body next = link.connect(minutes);
        connection = next;
        connectedAt = time.now();
        lastByte = time.nanos();
        stalled = false;
        settled = false;
        backfilling = minutes;
        postsBefore = posts.get();
        Interval gap = ledger.up(connectedAt);
        if (gap != null) {
            queue.add(Item.gap(gap));
            unconfirmed.add(gap);
        }
        lastLine = connectedAt; // not before the gap is queued: a poll that finds nothing there is past it
        searchWhatIsNotBackfilled();
        state = StreamStatus.State.LIVE;
        trouble = null;
        LOG.info("Connected to the stream of {}", config.get(TwitterStreamConfig.BASE_URL));
        if (closed.getCount() == 0) {
            next.close();
        }
    }

    /** Enough minutes for all gaps that wait, as far as the configuration allows. */
    private int backfillMinutes(Instant now) {
        int most = config.get(TwitterStreamConfig.BACKFILL_MINUTES);
        Instant oldest =
                unconfirmed.isEmpty() ? ledger.openSince() : unconfirmed.get(0).from();
        if (most == 0 || ledger.isFresh()) {
            return 0;
        }
        long minutes = (Duration.between(oldest, now).toSeconds() + 59) / 60;
        return (int) Math.max(1, Math.min(most, minutes));
    }

    private void searchWhatIsNotBackfilled() {
        Instant from = connectedAt.minus(Duration.ofMinutes(backfilling));
        unconfirmed.removeIf(gap -> {
            boolean older = backfilling == 0 || gap.from().isBefore(from);
            if (older) {
                filler.add(gap);
            }
            return older;
        });
    }

    /**
     * X delivers the older posts first: when one came that was written after the connection, the gaps are filled. If none
     * comes, nothing shows that they are.
     */
    private void confirmBackfill(Instant now) {
        if (!newestSeen.isBefore(connectedAt)) {
            for (Interval gap : unconfirmed) {
                ledger.filled(gap, State.BACKFILLED, 0);
                queue.add(Item.filled(gap));
            }
            unconfirmed.clear();
        } else if (Duration.between(connectedAt, now).compareTo(BACKFILL_LIMIT) > 0) {
            unconfirmed.forEach(filler::add);
            unconfirmed.clear();
        }
    }

    private Duration readUntilDropped() throws InterruptedException {
        StreamLink.Body body = connection;
        if (body == null) {
            return Duration.ZERO;
        }
        Drop drop;
        try {
            reading = true;
            new FrameReader(body.stream(), LARGEST_FRAME, new Lines()).run();
            drop = new Drop(Reason.DROPPED, "The X API ended the stream");
        } catch (DropException e) {
            drop = e.drop;
        } catch (IOException e) {
            drop = stalled
                    ? new Drop(Reason.STALLED, "No byte for " + config.get(TwitterStreamConfig.STALL_LIMIT))
                    : new Drop(Reason.DROPPED, "The connection broke: " + e);
        } finally {
            reading = false;
            disconnect();
        }
        if (closed.getCount() == 0) {
            return Duration.ZERO; // it was ended here, and run() writes that down
        }
        state = StreamStatus.State.CONNECTING;
        endOverflow();
        ledger.down(lost(lastLine), drop.reason, postsOfConnection());
        trouble = drop.message;
        return switch (drop.reason) {
            case OVERFLOW -> untilRelaxed();
            case SPEND_LIMIT -> untilNextPeriod();
            default -> {
                Duration wait = drop.retry == null
                        ? ladder.afterDrop(time.now())
                        : ladder.afterHttpError(
                                time.now(), drop.retry.retryAfter().orElse(null));
                LOG.info("{}; connecting again in {}", drop.message, wait);
                yield wait;
            }
        };
    }

    /** From when on posts may not have come, if the last line came then: what X could not send yet is lost too. */
    private Instant lost(Instant line) {
        Lateness lateness = late;
        Duration behind = lateness.at.isAfter(lastQuiet) ? lateness.by : Duration.ZERO;
        Instant from = line.minus(DELIVERY).minus(behind);
        return from.isBefore(connectedAt) ? connectedAt : from;
    }

    private Duration untilRelaxed() throws InterruptedException {
        LOG.warn("The poll is too slow: the stream is given up until half of the queue is free");
        state = StreamStatus.State.PAUSED;
        while (!queue.isRelaxed()) {
            if (time.await(closed, LOOK)) {
                return Duration.ZERO;
            }
        }
        return ladder.afterDrop(time.now());
    }

    private Duration untilNextPeriod() {
        Duration pause = guard.pause();
        if (pause == null) {
            throw new EndedException("The limit of posts is reached: " + config.spend());
        }
        LOG.warn("The limit of posts is reached; connecting again in {}", pause);
        state = StreamStatus.State.PAUSED;
        trouble = "The limit of posts is reached";
        return pause.plusMillis(1);
    }

    private Duration afterRefusal(RefusedException e) {
        StreamRefusal refusal = e.refusal();
        Instant now = time.now();
        return switch (refusal.reaction()) {
            case GIVE_UP -> Duration.ZERO;
            case RETRY -> ladder.afterHttpError(now, e.retryAfter());
            case WAIT_FOR_LIMIT -> {
                Duration asked = e.retryAfter();
                Instant reset = refusal.windowEnd();
                boolean later = asked != null && (reset == null || reset.isBefore(now.plus(asked)));
                yield ladder.afterRateLimit(now, later ? now.plus(asked) : reset);
            }
        };
    }

    /** Ends connections that a crashed run has left, if that is what holds this one back; whether there were any. */
    private boolean killStale(StreamRefusal refusal) throws InterruptedException {
        Instant now = time.now();
        boolean wanted = config.get(TwitterStreamConfig.STALE_CONNECTIONS) == StaleConnections.KILL
                && refusal.reaction() == Reaction.WAIT_FOR_LIMIT
                && refusal.problems().stream()
                        .anyMatch(problem -> "TooManyConnections".equals(problem.connectionIssue()))
                && (lastKill == null || Duration.between(lastKill, now).compareTo(KILL_PAUSE) >= 0);
        if (!wanted) {
            return false;
        }
        try {
            int killed = link.killStale();
            LOG.warn("Ended {} connections to the stream that X still counted", killed);
            lastKill = killed > 0 ? now : lastKill;
            return killed > 0;
        } catch (IOException | NightjarException e) {
            LOG.warn("Cannot end the connections that X still counts: {}", e.toString());
            return false;
        }
    }

    /** Ends a connection that is silent for too long; called again and again by another thread. */
    void watch() {
        long silent = time.nanos() - lastByte;
        if (reading && silent > config.get(TwitterStreamConfig.STALL_LIMIT).toNanos()) {
            LOG.warn("No byte from the X API for {} ms; connecting again", silent / 1_000_000);
            stalled = true;
            disconnect();
        }
    }

    /** Ends the connection, if there is one. */
    void disconnect() {
        StreamLink.Body body = connection;
        if (body != null) {
            body.close();
        }
    }

    /** A post that the poll has parsed came at one time and was written at another. */
    void seen(Instant at, Instant createdAt) {
        if (createdAt.isAfter(newestSeen)) {
            newestSeen = createdAt;
        }
        Duration by = Duration.between(createdAt, at);
        late = new Lateness(at, by.compareTo(DELIVERY) > 0 ? by : Duration.ZERO);
    }

    /** Up to when all that came is queued. */
    Instant lastLine() {
        return lastLine;
    }

    /** How many posts came since it is live. */
    long postsOfConnection() {
        return posts.get() - postsBefore;
    }

    /** Whether it has ended without a fault: no more will come. */
    boolean isDone() {
        return state == StreamStatus.State.ENDED && failure == null;
    }

    /** Why it ended, if not by its own will. */
    @Nullable
    FatalException failure() {
        return failure;
    }

    /** How many keep-alives came since this was last asked. */
    long takeKeepAlives() {
        return keepAlives.getAndSet(0);
    }

    /** How many frames were thrown away since this was last asked. */
    long takeThrownAway() {
        return untold.getAndSet(0);
    }

    StreamStatus status(long duplicates) {
        long now = time.nanos();
        List<Interval> missing = ledger.missing();
        Duration gaps = missing.stream().map(Interval::length).reduce(Duration.ZERO, Duration::plus);
        return new StreamStatus(
                state,
                rate.perSecond(now),
                Duration.ofNanos(Math.max(0, now - lastByte)),
                posts.get() == 0 ? null : Duration.ofNanos(Math.max(0, now - lastPost)),
                posts.get(),
                duplicates,
                thrownAway.get(),
                queue.size(),
                connections.get(),
                gaps,
                missing.size(),
                spent(),
                trouble);
    }

    /** What is counted, without what is only reserved. */
    private Spent spent() {
        long unread = lease.unread();
        Spent spent = guard.spent();
        return new Spent(
                Math.max(0, spent.thisRun() - unread),
                Math.max(0, spent.today() - unread),
                Math.max(0, spent.thisMonth() - unread));
    }

    /** What each line of the stream brings about. */
    private final class Lines implements FrameReader.Listener {
        @Override
        public void bytes(int count) {
            lastByte = time.nanos();
        }

        @Override
        public void line(byte[] bytes) throws InterruptedException {
            Instant at = time.now();
            settle(at);
            if (isBlank(bytes)) {
                keepAlives.incrementAndGet();
                lastLine = at;
                lastQuiet = at;
                return;
            }
            boolean post = holds(bytes, DATA);
            boolean last = false;
            if (post) {
                last = count();
            }
            enqueue(Item.frame(bytes, at));
            lastLine = at;
            if (last) {
                throw new DropException(new Drop(Reason.SPEND_LIMIT, "The limit of posts is reached"));
            }
            if (!post) {
                act(bytes);
            }
        }

        @Override
        public void tooLong(byte[] beginning) throws InterruptedException {
            enqueue(Item.beginning(beginning, time.now()));
        }

        private void settle(Instant now) {
            if (!settled && Duration.between(connectedAt, now).compareTo(SETTLED) >= 0) {
                settled = true;
                ladder.alive();
            }
            if (!unconfirmed.isEmpty()) {
                confirmBackfill(now);
            }
        }

        /** Counts a post; whether it is the last that may be read. */
        private boolean count() {
            try {
                if (!lease.take()) {
                    drop(1);
                    throw new DropException(new Drop(Reason.SPEND_LIMIT, "The limit of posts is reached"));
                }
                posts.incrementAndGet();
                lastPost = time.nanos();
                rate.add(lastPost);
                return !lease.mayTake();
            } catch (RetriableException e) {
                drop(1);
                throw new DropException(new Drop(Reason.DROPPED, String.valueOf(e.getMessage()), e));
            }
        }

        private void drop(long count) {
            thrownAway.addAndGet(count);
            untold.addAndGet(count);
        }

        private void enqueue(Item item) throws InterruptedException {
            queue(item);
            lastByte = time.nanos();
        }

        private void queue(Item item) throws InterruptedException {
            switch (config.get(TwitterStreamConfig.OVERFLOW)) {
                case BLOCK -> {
                    reading = false;
                    boolean queued = queue.offer(item, config.get(TwitterStreamConfig.OVERFLOW_WAIT));
                    lastByte = time.nanos();
                    reading = true;
                    if (!queued) {
                        drop(1);
                        throw new DropException(new Drop(Reason.OVERFLOW, "The poll was too slow"));
                    }
                }
                case DROP_NEWEST -> {
                    if (queue.offer(item, Duration.ZERO)) {
                        overflowEnds(item.at());
                    } else {
                        overflow(item.at(), item.at(), 1);
                    }
                }
                case DROP_OLDEST -> {
                    List<Item> dropped = queue.replaceOldest(item);
                    if (dropped.isEmpty()) {
                        overflowEnds(item.at());
                    } else {
                        overflow(
                                dropped.get(0).at(),
                                dropped.get(dropped.size() - 1).at(),
                                dropped.size());
                    }
                }
            }
        }

        private void overflow(Instant first, Instant last, int count) {
            drop(count);
            overflown += count;
            overflowTo = last;
            if (overflowFrom == null) {
                // The ledger's gap begins there too, so that the end of this one finds its beginning.
                Instant live = ledger.openSince();
                Instant from = lost(first).isBefore(live) ? live : lost(first);
                overflowFrom = from;
                LOG.warn("The poll is too slow: posts are thrown away");
                // Before all that waits, so that a position behind any of it tells of the gap.
                queue.addFirst(
                        Item.gap(new Interval(from, StreamPosition.OPEN_END, State.MISSING, Reason.OVERFLOW, 0)));
            }
        }

        private void overflowEnds(Instant now) {
            if (overflowFrom != null && Duration.between(overflowTo, now).compareTo(OVERFLOW_PAUSE) > 0) {
                endOverflow();
            }
        }

        /** Acts on a line that is no post: it may say that the stream ends, and leave the socket open. */
        private void act(byte[] bytes) {
            List<XProblem> problems;
            try {
                problems = XJson.read(bytes, "x-stream").problems();
            } catch (DataException e) {
                return; // a dead letter
            }
            for (XProblem problem : problems) {
                act(problem, problems);
            }
        }

        private void act(XProblem problem, List<XProblem> problems) {
            String kind = String.valueOf(problem.kind());
            String type = problem.disconnectType() == null ? problem.connectionIssue() : problem.disconnectType();
            if ("InvalidRules".equals(type) || "RulesInvalidIssue".equals(type) || kind.equals("invalid-rules")) {
                throw new ConfigException("The X API ended the stream since a rule of the application is not valid;"
                        + " correct the rules, connecting again does not help (" + type + ")");
            }
            int status = switch (kind) {
                case "usage-capped" -> 429;
                case "credits-depleted" -> 402;
                case "client-forbidden", "user-suspended" -> 403;
                case "unsupported-authentication", "not-authorized-for-resource" -> 401;
                default -> 0;
            };
            if (status > 0) {
                throw new StreamRefusal(status, problems, null).exception(Duration.ZERO);
            }
            boolean ends = kind.equals("operational-disconnect")
                    || kind.equals("streaming-connection")
                    || type != null
                    || "operational-disconnect".equals(problem.title());
            if (ends) {
                throw new DropException(
                        new Drop(Reason.DISCONNECTED, "The X API ended the stream: " + (type == null ? kind : type)));
            }
        }
    }

    private void endOverflow() {
        Instant from = overflowFrom;
        if (from != null) {
            Instant end = overflowTo.plusMillis(1);
            Interval gap = ledger.dropped(
                    from, end.isBefore(from) ? from : end, overflown, Math.max(0, postsOfConnection() - overflown));
            postsBefore = posts.get();
            queue.add(Item.gap(gap));
            filler.add(gap);
            LOG.warn("{} frames were thrown away from {} to {}", overflown, gap.from(), gap.to());
            overflowFrom = null;
            overflown = 0;
        }
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

    /** How late X was with a post, if it was later than it usually is: it waits for a slow reader. */
    private record Lateness(Instant at, Duration by) {}

    /** Why a connection ended. */
    private static final class Drop {
        private final Reason reason;
        private final String message;
        private final @Nullable RetriableException retry;

        Drop(Reason reason, String message) {
            this(reason, message, null);
        }

        Drop(Reason reason, String message, @Nullable RetriableException retry) {
            this.reason = reason;
            this.message = message;
            this.retry = retry;
        }
    }

    /** A line ends the connection. */
    private static final class DropException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Drop drop;

        DropException(Drop drop) {
            super(drop.message, null, false, false);
            this.drop = drop;
        }
    }

    /** There is nothing more to read. */
    private static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndedException(String message) {
            super(message, null, false, false);
        }
    }

    /** How many posts came in each of the last seconds. */
    private static final class PostRate {
        private static final int SECONDS = 10;

        private final long[] counts = new long[SECONDS + 2];
        private final long[] seconds = new long[SECONDS + 2];

        synchronized void add(long nanos) {
            long second = nanos / 1_000_000_000;
            int slot = (int) Math.floorMod(second, (long) counts.length);
            if (seconds[slot] != second) {
                seconds[slot] = second;
                counts[slot] = 0;
            }
            counts[slot]++;
        }

        /** Over the last whole seconds. */
        synchronized double perSecond(long nanos) {
            long now = nanos / 1_000_000_000;
            long sum = 0;
            for (int i = 0; i < counts.length; i++) {
                if (seconds[i] < now && seconds[i] >= now - SECONDS) {
                    sum += counts[i];
                }
            }
            return (double) sum / SECONDS;
        }
    }
}
