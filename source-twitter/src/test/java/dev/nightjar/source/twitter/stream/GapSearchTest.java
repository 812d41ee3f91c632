/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gaps are searched by the rules, over sockets and by threads as they are. */
@Timeout(
        value = 50,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // less than the minute that X bids to wait after a 429
class GapSearchTest {
    private static final int PAGE = 100;

    private final FakeX x = FakeX.start();
    private final Instant now = Instant.now();
    private final List<Tweet> tweets = new ArrayList<>();
    private @Nullable TwitterStreamSource source;

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        if (source != null) {
            source.close();
        }
        x.close();
    }

    @Test
    void closingEndsASearchThatIsUnderWayAndReadsNoMore() throws Exception {
        x.addRule("owl", "birds");
        posts(5_000);
        TwitterStreamSource stream = open(config(), gap(now.minusSeconds(5_100), now.minusSeconds(60)));
        await(() -> tweets.size() >= 3 * PAGE);
        stream.close();
        long read = x.postsRead();
        assertThat(threads("nightjar-x-gaps")).isEmpty();
        assertThat(x.postsRead()).as("a page may be under way").isBetween(read, read + PAGE);
    }

    @Test
    void aSearchReadsNoPageMoreWhileNobodyTakesTheOneThatItHas() throws Exception {
        x.addRule("owl", "birds");
        posts(1_000);
        TwitterStreamSource stream =
                open(config().queueCapacity(10), gap(now.minusSeconds(1_100), now.minusSeconds(60)));
        while (x.postsRead() == 0) {
            LockSupport.parkNanos(5_000_000);
        }
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() < end) {
            assertThat(x.postsRead()).isLessThanOrEqualTo(PAGE);
            assertThat(stream.status().waiting()).isLessThanOrEqualTo(PAGE);
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(stream.status().waiting()).isEqualTo(PAGE);
        while (tweets.size() < 1_000) {
            assertThat(poll().tweets()).hasSizeLessThanOrEqualTo(PAGE);
        }
        assertThat(tweets).extracting(Tweet::id).doesNotHaveDuplicates();
        await(() -> !stream.position().token().contains(now.minusSeconds(1_100).toEpochMilli() + "-"));
    }

    /** The server takes what X takes since August 2026, two rules find the same posts, and pages overlap. */
    @Test
    void aGapIsFilledInOtherWordsAndEachPostComesOnce() throws Exception {
        try (FakeX other = FakeX.builder()
                .searchWords(FakeX.Words.POST)
                .streamWords(FakeX.Words.TWEET)
                .pageOverlap(40)
                .start()) {
            other.addRule("owl", "birds");
            other.addRule("owl OR cat", "pets");
            other.addRule("cat OR owl", null);
            posts(250);
            x.posts().forEach(other::publish);
            TwitterStreamSource stream =
                    open(config().baseUrl(other.uri()), gap(now.minusSeconds(400), now.minusSeconds(60)));
            await(() ->
                    !stream.position().token().contains(now.minusSeconds(400).toEpochMilli() + "-"));
            assertThat(tweets).extracting(Tweet::id).hasSize(250).doesNotHaveDuplicates();
            assertThat(other.requests())
                    .filteredOn(request -> request.target().startsWith("/2/tweets/search/recent")
                            && request.target().contains("tweet.fields"))
                    .as("refused once, and remembered")
                    .hasSize(1);
        }
    }

    @Test
    void whatIsOlderThanASearchGoesBackStaysMissing() throws Exception {
        x.addRule("owl", "birds");
        Instant begin = now.minus(Duration.ofDays(9)).truncatedTo(ChronoUnit.MILLIS);
        Instant end = now.minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        post(now.minus(Duration.ofDays(8)), "owl that is too old");
        post(now.minus(Duration.ofDays(2)), "owl that is found");
        Path file = ledger(
                new Interval(begin.minusSeconds(60), begin, State.LIVE, null, 1),
                new Interval(begin, end, State.MISSING, Reason.NOT_RUNNING, 0),
                new Interval(end, now, State.LIVE, null, 1));
        TwitterStreamSource stream = open(config().ledgerFile(file), gap(begin, end));
        await(() -> stream.gaps().totals().get(State.SEARCHED).compareTo(Duration.ZERO) > 0);
        await(() -> !stream.position().token().contains(begin.toEpochMilli() + "-"));
        assertThat(tweets).extracting(Tweet::text).containsExactly("owl that is found");
        Instant horizon = now.minus(Duration.ofDays(7));
        List<Interval> intervals = stream.gaps().intervals();
        assertThat(intervals.get(1)).satisfies(gap -> {
            assertThat(gap.state()).isEqualTo(State.MISSING);
            assertThat(gap.from()).isEqualTo(begin);
            assertThat(gap.to()).isBetween(horizon, horizon.plusSeconds(120));
        });
        assertThat(intervals.get(2)).satisfies(gap -> {
            assertThat(gap.state()).isEqualTo(State.SEARCHED);
            assertThat(gap.to()).isEqualTo(end);
            assertThat(gap.posts()).isEqualTo(1);
        });
    }

    @Test
    void aGapThatIsWhollyTooOldIsNotSearched() throws Exception {
        x.addRule("owl", "birds");
        Instant begin = now.minus(Duration.ofDays(9)).truncatedTo(ChronoUnit.MILLIS);
        Instant end = begin.plusSeconds(3_600);
        post(now.minusSeconds(200), "owl that is found");
        Path file = ledger(new Interval(begin, end, State.MISSING, Reason.STALLED, 0));
        SourcePosition position = new SourcePosition(gap(begin, end).token()
                + ','
                + now.minusSeconds(250).toEpochMilli()
                + '-'
                + now.minusSeconds(100).toEpochMilli());
        TwitterStreamSource stream = open(config().ledgerFile(file), position);
        await(() -> tweets.size() == 1);
        assertThat(x.requests())
                .filteredOn(request -> request.path().equals("/2/tweets/search/recent"))
                .hasSize(1);
        assertThat(stream.gaps().intervals().get(0))
                .isEqualTo(new Interval(begin, end, State.MISSING, Reason.STALLED, 0));
    }

    @Test
    void allGapsAreSearchedWithOneTokenAndAGapOfTheLimitNotAtAll() throws Exception {
        x.addRule("owl", "birds");
        TwitterCredentials credentials = TwitterCredentials.consumer(
                Credential.literal(x.consumerKey()), Credential.literal(x.consumerSecret()));
        post(now.minusSeconds(350), "owl that is not paid for");
        post(now.minusSeconds(250), "owl of the first gap");
        post(now.minusSeconds(150), "owl of the second gap");
        SourcePosition position = new SourcePosition(
                gap(now.minusSeconds(260), now.minusSeconds(240)).token()
                        + ',' + now.minusSeconds(160).toEpochMilli() + '-'
                        + now.minusSeconds(140).toEpochMilli()
                        + ",SPEND_LIMIT:" + now.minusSeconds(360).toEpochMilli() + '-'
                        + now.minusSeconds(340).toEpochMilli());
        open(TwitterStreamConfig.builder(credentials).baseUrl(x.uri()), position);
        await(() -> tweets.size() == 2);
        assertThat(tweets).extracting(Tweet::text).containsExactly("owl of the first gap", "owl of the second gap");
        assertThat(x.requests())
                .filteredOn(request -> request.path().equals("/oauth2/token"))
                .hasSize(1);
        assertThat(x.requests())
                .filteredOn(request -> request.path().equals("/2/tweets/search/recent"))
                .hasSize(2);
    }

    private Path ledger(Interval... intervals) throws Exception {
        List<String> lines = List.of(intervals).stream().map(Interval::toJson).toList();
        return Files.write(folder.resolve("ledger"), lines);
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().equals(name))
                .toList();
    }

    /** So many posts, one a second, the last a minute and a half ago. */
    private void posts(int count) {
        for (int i = count; i > 0; i--) {
            Instant at = now.minusSeconds(90 + i);
            post(at, "owl " + i);
        }
    }

    private void post(Instant at, String text) {
        x.publish(FakePost.of(Long.toString(FakePost.firstId(at)), text, at));
    }

    /** A position with a gap that is to be filled. */
    private SourcePosition gap(Instant from, Instant to) {
        return new SourcePosition(
                "newest-id=0 until=" + now.toEpochMilli() + " gaps=" + from.toEpochMilli() + '-' + to.toEpochMilli());
    }

    private TwitterStreamConfig.Builder config() {
        return TwitterStreamConfig.builder(Credential.literal(x.bearerToken())).baseUrl(x.uri());
    }

    private TwitterStreamSource open(TwitterStreamConfig.Builder config, SourcePosition position) {
        TwitterStreamSource opened = config.build().open(position);
        source = opened;
        return opened;
    }

    private SourceBatch poll() throws InterruptedException {
        SourceBatch batch = source.poll(Duration.ofMillis(20));
        tweets.addAll(batch.tweets());
        return batch;
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            poll();
        }
    }
}
