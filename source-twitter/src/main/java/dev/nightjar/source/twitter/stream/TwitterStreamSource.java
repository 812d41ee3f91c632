/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.FatalException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.io.Server;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XPayload;
import dev.nightjar.source.twitter.GapSearch;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.http.Secrets;
import dev.nightjar.source.twitter.http.SeenIds;
import dev.nightjar.source.twitter.http.TokenSource;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.Queued.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live filtered stream. One thread reads bytes, cuts them into lines and queues them; the thread that polls parses. A
 * watchdog ends a connection that has been silent for too long, whatever the HTTP client reports, and gaps are searched
 * in a thread of their own.
 *
 * <p>A post comes once, however often X delivers it, as long as no more than the configured number of others came
 * between. A reopened source may repeat posts.
 *
 * <p>Confined to one thread; only {@link #close()}, {@link #status()} and {@link #gaps()} may be called from another.
 *
 * @since 0.1.0
 */
public final class TwitterStreamSource implements TweetSource {
    private static final Logger LOG = LoggerFactory.getLogger(TwitterStreamSource.class);
    private static final int LARGEST_BATCH = 500;
    private static final String ORIGIN = "x-stream";
    private static final Duration FILL_PAUSE = Duration.ofMillis(250);
    /** How far back a search goes: an older gap stays in the ledger, and need not be in the position. */
    private static final Duration SEARCHABLE = Duration.ofDays(7);

    private final FrameQueue queue;
    private final GapLedger ledger;
    private final GapFiller filler;
    private final GapWatch gaps;
    private final StreamMeter meter;
    private final Watchdog watchdog;
    private final StreamReader reader;
    private final SourcePosition opened;
    private final CountDownLatch closed;
    private final SeenIds seen;
    private final AtomicLong duplicates = new AtomicLong();
    private final NavigableMap<Instant, Interval> openGaps = new TreeMap<>();
    private @Nullable Thread thread;
    private long newestId;
    private Instant until;
    private boolean moved;

    private TwitterStreamSource(
            TwitterStreamConfig config,
            SourcePosition position,
            StreamLink link,
            ReconnectLadder ladder,
            StreamTime time,
            SpendGuard guard,
            @Nullable GapSearch search) {
        StreamPosition at = StreamPosition.of(position);
        this.opened = position;
        this.newestId = at.newestId();
        this.closed = new CountDownLatch(1);
        this.queue = new FrameQueue(config.get(TwitterStreamConfig.QUEUE_CAPACITY));
        Instant since = at.until() == null ? null : at.until().minus(GapWatch.DELIVERY);
        this.ledger = GapLedger.begin(config.find(TwitterStreamConfig.LEDGER_FILE), since, time::now);
        this.until = since == null ? time.now() : since;
        this.filler = new GapFiller(search, ledger, queue, time);
        this.seen = new SeenIds(config.get(TwitterStreamConfig.DEDUPLICATION_WINDOW));
        this.meter = new StreamMeter(time);
        this.watchdog = new Watchdog(meter, config.get(TwitterStreamConfig.STALL_LIMIT));
        this.gaps = new GapWatch(
                config.get(TwitterStreamConfig.BACKFILL_MINUTES), queue, ledger, filler, meter, time.now());
        this.reader = new StreamReader(config, link, ladder, time, queue, gaps, meter, watchdog, guard, closed);
        for (Interval gap : at.gaps()) {
            openGaps.put(gap.from(), gap);
            filler.add(gap);
        }
    }

    static TwitterStreamSource open(TwitterStreamConfig config, SourcePosition position) {
        TokenSource tokens = TokenSource.of(config, config.get(TwitterStreamConfig.BASE_URL));
        StreamTime time = StreamTime.system();
        SpendGuard guard = SpendGuard.open(config, time.clock());
        boolean searches = config.get(TwitterStreamConfig.GAP_FILL) == TwitterStreamConfig.GapFill.SEARCH;
        TwitterStreamSource source = connected(
                config,
                position,
                StreamConnection.over(
                        config.get(TwitterStreamConfig.BASE_URL),
                        tokens,
                        new Words(config.get(TwitterStreamConfig.VOCABULARY))),
                ReconnectLadder.shared(List.of(config.get(TwitterStreamConfig.BASE_URL), Secrets.application(config))),
                time,
                guard,
                searches ? GapSearch.byRules(config, tokens, guard, time, time.random()) : null);
        Thread thread = new Thread(source::run, "nightjar-x-stream");
        thread.setDaemon(true);
        source.thread = thread;
        thread.start();
        return source;
    }

    /** A source that has connected and reads when it is {@linkplain #run run}. */
    static TwitterStreamSource connected(
            TwitterStreamConfig config,
            SourcePosition position,
            StreamLink link,
            ReconnectLadder ladder,
            StreamTime time,
            SpendGuard guard,
            @Nullable GapSearch search) {
        TwitterStreamSource source = new TwitterStreamSource(config, position, link, ladder, time, guard, search);
        try {
            source.reader.connectFirst();
        } catch (InterruptedException e) {
            throw Server.interrupted("connect to the X API", e);
        }
        time.every(
                "nightjar-x-watchdog",
                config.get(TwitterStreamConfig.STALL_LIMIT).dividedBy(10),
                source.closed,
                source.watchdog::look);
        if (search != null) {
            time.every("nightjar-x-gaps", FILL_PAUSE, source.closed, source.filler);
        }
        return source;
    }

    /** Reads until the source is closed or there is nothing more to read. */
    void run() {
        reader.run();
    }

    @Override
    public SourceBatch poll(Duration timeout) throws InterruptedException {
        checkOpen();
        if (queue.isEmpty()) {
            rethrowFailure();
        }
        Instant quiet = gaps.lastLine();
        List<Queued> items = queue.poll(timeout, LARGEST_BATCH);
        checkOpen();
        Batch batch = new Batch();
        items.forEach(batch::add);
        if (items.isEmpty()) {
            rethrowFailure();
            passed(quiet);
        }
        // While frames are thrown away it is not known what of the time is live.
        if (openGaps.values().stream().allMatch(gap -> gap.to().isBefore(StreamPosition.OPEN_END))) {
            ledger.live(until.minus(GapWatch.DELIVERY), meter.postsSinceLive());
        }
        return batch.finish();
    }

    @Override
    public boolean isExhausted() {
        return reader.isDone() && queue.isEmpty();
    }

    @Override
    public SourcePosition position() {
        return moved ? StreamPosition.of(newestId, until, openGaps.values()) : opened;
    }

    /** How the stream is doing. */
    public StreamStatus status() {
        return reader.status(duplicates.get());
    }

    /** Which posts the stream has, by time. */
    public GapLedger gaps() {
        return ledger;
    }

    @Override
    public void close() {
        closed.countDown();
        watchdog.disconnect();
        queue.end();
        StreamTime.end(thread);
        filler.close();
    }

    private void checkOpen() {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("The source is closed");
        }
    }

    private void rethrowFailure() {
        FatalException failure = reader.failure();
        if (failure != null) {
            throw failure;
        }
    }

    private void passed(Instant at) {
        if (at.isAfter(until)) {
            until = at;
            moved = true;
            gaps.passedOn(at);
        }
    }

    /** What a poll collects. */
    private final class Batch {
        private final SourceBatch.Builder records = SourceBatch.builder();

        void add(Queued item) {
            moved = true;
            if (item instanceof Frame frame) {
                frame(frame);
            } else if (item instanceof Queued.Found found) {
                found(found.batch());
            } else if (item instanceof Queued.Gap gap) {
                gap(gap.interval());
            } else if (item instanceof Queued.Filled filled) {
                openGaps.remove(filled.interval().from());
            }
        }

        SourceBatch finish() {
            records.skipped("keep-alive", meter.takeKeepAlives());
            records.skipped("thrown-away", meter.takeThrownAway());
            return records.build();
        }

        private void gap(Interval gap) {
            openGaps.put(gap.from(), gap);
            openGaps.headMap(gap.from().minus(SEARCHABLE)).clear();
            if (gap.to().isBefore(StreamPosition.OPEN_END)) {
                passed(gap.to());
            }
        }

        private void frame(Frame frame) {
            XPayload payload;
            try {
                if (!frame.isWhole()) {
                    throw new DataException(
                            "frame-too-large",
                            "A frame of more than " + StreamReader.LARGEST_FRAME + " bytes; its beginning is kept");
                }
                payload = XJson.read(frame.bytes(), ORIGIN);
            } catch (DataException e) {
                records.deadLetter(DeadLetter.of(DeadLetter.Stage.SOURCE, e, ORIGIN, frame.bytes()));
                passed(frame.at());
                return;
            }
            Instant upTo = frame.at();
            for (Tweet tweet : payload.tweets()) {
                tweet(tweet);
                gaps.seen(frame.at(), tweet.createdAt());
                // A late post was not the last that X had to send.
                Instant punctual = tweet.createdAt().plus(GapWatch.DELIVERY);
                upTo = punctual.isBefore(upTo) ? punctual : upTo;
            }
            passed(upTo);
            payload.deadLetters().forEach(records::deadLetter);
            payload.deletedIds().forEach(records::deleted);
            payload.skipped().forEach(records::skipped);
            if (payload.isError()) {
                LOG.warn("The X API says {}", payload.problems());
                records.skipped("stream-message", 1);
            }
        }

        private void found(SourceBatch found) {
            found.inOrder(this::tweet, records::deleted);
            found.deadLetters().forEach(records::deadLetter);
            found.skipped().forEach(records::skipped);
            duplicates.addAndGet(found.skipped().getOrDefault(SeenIds.DUPLICATE, 0L));
        }

        private void tweet(Tweet tweet) {
            if (seen.add(tweet.id())) {
                records.tweet(tweet);
                newestId = Math.max(newestId, Long.parseLong(tweet.id()));
            } else {
                duplicates.incrementAndGet();
                records.skipped(SeenIds.DUPLICATE, 1);
            }
        }
    }
}
