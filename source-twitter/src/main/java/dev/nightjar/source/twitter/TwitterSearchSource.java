/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.DataException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetSource;
import dev.nightjar.io.Server;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XPayload;
import dev.nightjar.source.twitter.TwitterSearchConfig.Archive;
import dev.nightjar.source.twitter.http.HttpAnswer;
import dev.nightjar.source.twitter.http.PassingTime;
import dev.nightjar.source.twitter.http.RateLimit;
import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.http.RequestPace;
import dev.nightjar.source.twitter.http.SeenIds;
import dev.nightjar.source.twitter.http.TokenSource;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.http.XClient;
import dev.nightjar.source.twitter.http.XHttp;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendGuard.Grant;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of a search. A request is made by the poll that finds it due and is looked at by whichever poll finds it
 * answered, so that no poll takes longer than its timeout.
 *
 * <p>Confined to one thread; only {@link #close()} may be called from another.
 */
final class TwitterSearchSource implements TweetSource {
    private static final Logger LOG = LoggerFactory.getLogger(TwitterSearchSource.class);
    private static final String ORIGIN = "x-search";
    private static final int MOST_UNREADABLE_ANSWERS = 3;

    /** A search ends half a minute ago, and X refuses one that would begin after that. */
    private static final Duration SEARCH_LAG = Duration.ofSeconds(45);

    /** How far back recent posts go, less the time that a request may take. */
    private static final Duration RECENT = Duration.ofDays(7).minusMinutes(1);

    private final TwitterSearchConfig config;
    private final TokenSource tokens;
    private final Words words;
    private final SeenIds seen;
    private final SpendGuard guard;
    private final PassingTime time;
    private final RequestPace pace;
    private final SourcePosition opened;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ReentrantLock polling = new ReentrantLock();
    private volatile @Nullable Page page;

    private SearchCursor cursor;
    private boolean moved;
    private boolean exhausted;
    private boolean likesByOperator;
    private boolean tokenReplaced;
    private int requests;
    private int unreadable;
    private Instant notBefore = Instant.MIN;
    private @Nullable FatalException failure;
    private @Nullable Instant horizon;

    private TwitterSearchSource(
            TwitterSearchConfig config, SourcePosition opened, SearchCursor cursor, Means means, SeenIds seen) {
        this.config = config;
        this.opened = opened;
        this.cursor = cursor;
        this.exhausted = cursor.done();
        this.tokens = means.tokens;
        this.words = means.words;
        this.guard = means.guard;
        this.time = means.time;
        this.seen = seen;
        this.likesByOperator = config.queryWithLikes() != null;
        this.pace = new RequestPace(
                config.get(TwitterSearchConfig.ARCHIVE) == Archive.FULL ? RequestPace.ARCHIVE_SPACING : Duration.ZERO,
                means.random);
    }

    static TweetSource open(
            TwitterSearchConfig config, SourcePosition position, PassingTime time, RandomGenerator random) {
        SearchCursor cursor = position.isStart()
                ? SearchCursor.begin(config, start(config, time))
                : SearchCursor.of(config, position);
        TokenSource tokens = TokenSource.of(config, config.get(TwitterSearchConfig.BASE_URL));
        SpendGuard guard = SpendGuard.open(config, time.clock());
        try {
            tokens.token();
        } catch (InterruptedException e) {
            throw Server.interrupted("ask the X API for a token", e);
        }
        Words words = new Words(config.get(TwitterSearchConfig.VOCABULARY));
        SeenIds seen = new SeenIds(config.get(TwitterSearchConfig.DEDUPLICATION_WINDOW));
        return new TwitterSearchSource(config, position, cursor, new Means(tokens, words, guard, time, random), seen);
    }

    /** A search from its start that shares means and the posts seen with others. */
    static TwitterSearchSource open(TwitterSearchConfig config, Means means, SeenIds seen) {
        SearchCursor cursor = SearchCursor.begin(config, config.find(TwitterSearchConfig.START_TIME));
        return new TwitterSearchSource(config, SourcePosition.START, cursor, means, seen);
    }

    /** What several searches may share: the token, X's words, the limits of posts, and the time. */
    record Means(TokenSource tokens, Words words, SpendGuard guard, PassingTime time, RandomGenerator random) {}

    /** Whether the last page was read, and no limit ended the search before. */
    boolean isComplete() {
        return cursor.done();
    }

    /** Where it really began, if that is later than it was to: recent posts do not go back further. */
    @Nullable
    Instant horizon() {
        return horizon;
    }

    /** A live tail without a configured beginning starts now, not with a week that must be paid for. */
    private static @Nullable Instant start(TwitterSearchConfig config, PassingTime time) {
        boolean now = config.find(TwitterSearchConfig.POLL_INTERVAL) != null
                && config.find(TwitterSearchConfig.START_TIME) == null
                && config.find(TwitterSearchConfig.SINCE_ID) == null;
        return now ? time.now().truncatedTo(ChronoUnit.SECONDS) : config.find(TwitterSearchConfig.START_TIME);
    }

    @Override
    public SourceBatch poll(Duration timeout) throws InterruptedException {
        Instant deadline = deadline(timeout);
        polling.lock();
        try {
            while (true) {
                checkOpen();
                if (Thread.interrupted()) {
                    throw new InterruptedException("Interrupted while searching");
                }
                if (failure != null) {
                    throw failure;
                }
                if (exhausted) {
                    return SourceBatch.empty();
                }
                Page current = page;
                if (current == null) {
                    if (!pauseUntilDue(deadline)) {
                        return SourceBatch.empty();
                    }
                    ask();
                } else {
                    HttpResponse<byte[]> response = answered(current, deadline);
                    if (response == null && page != null) {
                        return SourceBatch.empty();
                    }
                    SourceBatch batch = response == null ? null : read(current, response);
                    if (batch != null && !batch.isEmpty()) {
                        return batch;
                    }
                }
            }
        } finally {
            polling.unlock();
        }
    }

    @Override
    public boolean isExhausted() {
        return exhausted;
    }

    @Override
    public SourcePosition position() {
        return moved
                        || (opened.isStart()
                                && cursor.start() != null
                                && config.find(TwitterSearchConfig.POLL_INTERVAL) != null)
                ? cursor.position()
                : opened;
    }

    @Override
    public void close() {
        closed.countDown();
        Page current = page;
        if (current != null && current.exchange.cancel(true)) {
            LOG.debug("Closing with a request under way; its posts stay counted");
        }
    }

    private Instant deadline(Duration timeout) {
        Duration longest = Duration.ofDays(365);
        return time.now().plus(timeout.compareTo(longest) > 0 ? longest : timeout);
    }

    private void checkOpen() {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("The source is closed");
        }
    }

    /** Waits until a request may be made; returns whether it may. */
    private boolean pauseUntilDue(Instant deadline) throws InterruptedException {
        Instant now = time.now();
        Duration wait = pace.wait(now);
        if (now.isBefore(notBefore)) {
            Duration own = Duration.between(now, notBefore);
            wait = own.compareTo(wait) > 0 ? own : wait;
        }
        if (wait.isZero()) {
            return true;
        }
        Duration left = Duration.between(now, deadline);
        boolean tooLong = left.compareTo(wait) < 0;
        if (tooLong && (left.isNegative() || left.isZero())) {
            return false;
        }
        time.await(closed, tooLong ? left : wait);
        checkOpen();
        return !tooLong;
    }

    /** Makes a request, if the limits of requests and of posts allow one. */
    private void ask() throws InterruptedException {
        Integer most = config.find(TwitterSearchConfig.MAX_REQUESTS);
        if (most != null && requests >= most) {
            LOG.warn("The search ends after {} requests, with more pages to come", requests);
            exhausted = true;
            return;
        }
        Instant start = cursor.since() == 0 && cursor.next() == null ? cursor.start() : null;
        if (config.find(TwitterSearchConfig.POLL_INTERVAL) != null
                && start != null
                && time.now().isBefore(start.plus(SEARCH_LAG))) {
            notBefore = start.plus(SEARCH_LAG);
            return;
        }
        Grant grant = guard.reserve(config.get(TwitterSearchConfig.PAGE_SIZE));
        if (grant.posts() < TwitterSearchConfig.SMALLEST_PAGE) {
            guard.release(grant, grant.posts());
            Duration pause = guard.pauseFor(TwitterSearchConfig.SMALLEST_PAGE);
            if (pause == null) {
                LOG.warn("The search ends at the limit of posts, with more to come: {}", guard.spent());
                exhausted = true;
            } else {
                notBefore = time.now().plus(pause);
            }
            return;
        }
        send(grant, tokens.token());
        requests++;
    }

    private void send(Grant grant, String token) {
        Instant now = time.now();
        pace.sent(now);
        page = new Page(
                grant,
                token,
                XClient.request(config.get(TwitterSearchConfig.BASE_URL), path(grant.posts(), now), null, token));
        if (closed.getCount() == 0) {
            close(); // it was closed meanwhile, and must not go on by itself
        }
    }

    private String path(long posts, Instant now) {
        String query = likesByOperator ? config.queryWithLikes() : config.query();
        StringBuilder path = new StringBuilder("/2/tweets/search/")
                .append(config.get(TwitterSearchConfig.ARCHIVE) == Archive.FULL ? "all" : "recent")
                .append("?query=")
                .append(XClient.encoded(String.valueOf(query)))
                .append("&max_results=")
                .append(posts)
                .append('&')
                .append(words.parameters());
        Instant oldest = oldest(now);
        if (oldest != null) {
            path.append("&start_time=").append(oldest);
        } else if (cursor.since() > 0) {
            path.append("&since_id=").append(cursor.since());
        }
        if (config.find(TwitterSearchConfig.END_TIME) != null) {
            path.append("&end_time=").append(config.find(TwitterSearchConfig.END_TIME));
        }
        if (cursor.next() != null) {
            path.append("&next_token=").append(XClient.encoded(cursor.next()));
        }
        return path.toString();
    }

    /** The beginning of the recent posts that a search at some time can find. */
    static Instant oldestRecent(Instant now) {
        return now.minus(RECENT).truncatedTo(ChronoUnit.SECONDS);
    }

    /** The time to begin at, if it does not begin at an id; the two are never sent together. */
    private @Nullable Instant oldest(Instant now) {
        if (cursor.since() == 0) {
            return cursor.start();
        }
        Instant ofId = TweetId.of(Long.toString(cursor.since())).time();
        Instant oldest = oldestRecent(now);
        if (config.get(TwitterSearchConfig.ARCHIVE) == Archive.FULL
                || cursor.next() != null
                || ofId == null
                || ofId.isAfter(oldest)) {
            return null;
        }
        LOG.warn("Recent posts go back to {}: those from {} until then are missed", oldest, ofId);
        horizon = oldest;
        return oldest;
    }

    /** The answer, if it comes by the deadline and is one. */
    private @Nullable HttpResponse<byte[]> answered(Page current, Instant deadline) throws InterruptedException {
        Duration left = Duration.between(time.now(), deadline);
        Duration allowed = current.left();
        boolean untilDeadline = left.compareTo(allowed) < 0;
        try {
            return current.exchange.get(
                    Math.max(0, (untilDeadline ? left : allowed).toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (!untilDeadline) {
                current.exchange.cancel(true);
                failed(current, new IOException("No whole answer within " + XHttp.DEADLINE.toSeconds() + " s", e));
            }
        } catch (CancellationException e) {
            checkOpen();
            throw e;
        } catch (ExecutionException e) {
            checkOpen();
            failed(current, XHttp.ioException(e));
        }
        return null;
    }

    /** Nobody knows whether X has charged posts, unless the request was not sent. */
    private void failed(Page current, IOException fault) {
        page = null;
        if (XHttp.withdraw(current.request)) {
            guard.release(current.grant, current.grant.posts());
        }
        Duration wait = pace.failed(time.now());
        LOG.warn("The X API gives no answer to a search ({}); asking again in {}", fault.toString(), wait);
    }

    /** The content of an answer; null if it must be requested again, or was the last. */
    private @Nullable SourceBatch read(Page current, HttpResponse<byte[]> response) throws InterruptedException {
        page = null;
        try {
            HttpAnswer answer = HttpAnswer.of(response);
            RateLimit limit = RateLimit.of(answer.headers(), time.now());
            if (!answer.isSuccess()) {
                refused(current, answer, limit);
                return null;
            }
            XPayload payload = XJson.read(answer.body(), ORIGIN);
            pace.succeeded(limit);
            words.accepted();
            tokenReplaced = false;
            unreadable = 0;
            return read(current, payload);
        } catch (IOException | DataException e) {
            unreadable++;
            Duration wait = pace.failed(time.now());
            if (unreadable >= MOST_UNREADABLE_ANSWERS) {
                // Each of them may be charged.
                fail(new FatalException(
                        "The answers of " + config.get(TwitterSearchConfig.BASE_URL) + " to a search cannot be read: "
                                + e.getMessage(),
                        e));
            } else {
                LOG.warn("An answer to a search cannot be read ({}); asking again in {}", e.getMessage(), wait);
            }
            return null;
        }
    }

    private void refused(Page current, HttpAnswer answer, RateLimit limit) throws InterruptedException {
        String other = answer.status() == 401 && !tokenReplaced ? tokens.replacing(current.token) : null;
        if (other != null) {
            tokenReplaced = true;
            send(current.grant, other);
            return;
        }
        guard.release(current.grant, current.grant.posts());
        Refusal refusal = Refusal.of(answer.status(), answer.body(), limit.windowEnd());
        Duration wait = pace.refused(time.now(), refusal, limit);
        NightjarException error = refusal.exception("search posts", wait);
        if (likesByOperator && answer.status() == 400 && error.getMessage().contains("min_likes")) {
            LOG.warn(
                    "The X API does not take 'min_likes:': all posts are read, and those with fewer likes passed over");
            likesByOperator = false;
            requests--; // of the pages that are allowed it was none
        } else if (words.refused(refusal.forWords())) {
            requests--;
        } else if (error instanceof FatalException terminal) {
            fail(terminal);
        } else {
            LOG.warn("{}; asking again in {}", error.getMessage(), wait);
        }
    }

    private void fail(FatalException terminal) {
        failure = terminal;
    }

    private SourceBatch read(Page current, XPayload payload) {
        XPayload.Meta meta = payload.meta();
        long posts = (long) payload.tweets().size() + payload.deadLetters().size();
        Long said = meta == null ? null : meta.resultCount();
        guard.release(current.grant, Math.max(0, current.grant.posts() - Math.max(posts, said == null ? 0 : said)));
        if (!payload.problems().isEmpty()) { // something that the posts refer to is missing
            LOG.debug("Beside posts the X API reports {}", payload.problems());
        }
        long newest = id(meta == null ? null : meta.newestId());
        for (Tweet tweet : payload.tweets()) {
            newest = Math.max(newest, Long.parseLong(tweet.id()));
        }
        String next = meta == null ? null : meta.nextToken();
        if (next != null && (!SearchCursor.isToken(next) || next.equals(cursor.next()))) {
            // This page is passed on; the position stays before it.
            fail(new FatalException("The X API gives a token for the next page that "
                    + (SearchCursor.isToken(next) ? "leads to the same page" : "is none")
                    + ": the search ends before its last page"));
            return batch(payload);
        }
        boolean last = next == null;
        cursor = cursor.after(newest, last ? null : next);
        moved = true;
        if (last) {
            Duration interval = config.find(TwitterSearchConfig.POLL_INTERVAL);
            if (interval == null) {
                cursor = cursor.finished();
                exhausted = true;
            } else {
                notBefore = time.now().plus(interval);
            }
        }
        return batch(payload);
    }

    private SourceBatch batch(XPayload payload) {
        SourceBatch.Builder batch = SourceBatch.builder();
        for (Tweet tweet : payload.tweets()) {
            if (!seen.add(tweet.id())) {
                batch.skipped(SeenIds.DUPLICATE, 1);
            } else if (isLiked(tweet)) {
                batch.tweet(tweet);
            } else {
                batch.skipped("few-likes", 1);
            }
        }
        payload.deadLetters().forEach(batch::deadLetter);
        payload.deletedIds().forEach(batch::deleted);
        payload.skipped()
                .forEach((reason, count) -> batch.skipped(reason, reason.equals("empty-page") ? 0 : count)); // none
        return batch.build();
    }

    private boolean isLiked(Tweet tweet) {
        Long least = config.find(TwitterSearchConfig.MIN_LIKES);
        if (least == null || least == 0) {
            return true;
        }
        Long likes =
                tweet.publicMetrics() == null ? null : tweet.publicMetrics().likeCount();
        return likes == null ? likesByOperator : likes >= least;
    }

    private static long id(@Nullable String text) {
        return text != null && TweetId.isOne(text) ? Long.parseLong(text) : 0;
    }

    /** A request that has been made. */
    private static final class Page {
        private final Grant grant;
        private final String token;
        private final HttpRequest request;
        private final CompletableFuture<HttpResponse<byte[]>> exchange;
        private final long sent = System.nanoTime();

        /** Makes the request. */
        Page(Grant grant, String token, HttpRequest request) {
            this.grant = grant;
            this.token = token;
            this.request = request;
            this.exchange = XHttp.send(request);
        }

        Duration left() {
            return XHttp.DEADLINE.minusNanos(System.nanoTime() - sent);
        }
    }
}
