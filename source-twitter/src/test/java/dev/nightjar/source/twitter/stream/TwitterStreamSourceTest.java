/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.http.TwitterRefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwitterStreamSourceTest {
    private static final String TOKEN = "canary-token-4711";
    private static final String DISCONNECT =
            "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"UpstreamOperationalDisconnect\","
                    + "\"detail\":\"This stream has been disconnected upstream for operational reasons.\","
                    + "\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}]}";

    private XServer server;

    @BeforeEach
    void aServer() throws Exception {
        server = new XServer();
    }

    @AfterEach
    void noServer() {
        server.close();
    }

    @Test
    void aFrameBecomesAWholeTweet() throws Exception {
        server.linesThenSilence(
                "{\"data\":{\"id\":\"1745000000000000001\",\"text\":\"Night &amp; day \uD83E\uDD89 #owls\",\"lang\":\"en\","
                        + "\"created_at\":\"2024-01-10T10:00:00.000Z\",\"author_id\":\"7\","
                        + "\"entities\":{\"hashtags\":[{\"start\":18,\"end\":23,\"tag\":\"owls\"}]}},"
                        + "\"includes\":{\"users\":[{\"id\":\"7\",\"username\":\"strix\",\"name\":\"Strix\"}]},"
                        + "\"matching_rules\":[{\"id\":\"99\",\"tag\":\"birds\"}]}");
        try (TweetSource source = open()) {
            Tweet tweet = tweets(source, 1).get(0);
            assertThat(tweet.text()).isEqualTo("Night & day \uD83E\uDD89 #owls");
            assertThat(tweet.author().username()).isEqualTo("strix");
            assertThat(tweet.matchingRuleTags()).containsExactly("birds");
            assertThat(tweet.hashtags()).singleElement().satisfies(tag -> {
                assertThat(tag.value()).isEqualTo("owls");
                assertThat(tag.start()).isEqualTo(14);
            });
            assertThat(source.position().token()).startsWith("newest-id=1745000000000000001 until=");
        }
        assertThat(server.authorizations()).containsExactly("Bearer " + TOKEN);
    }

    @Test
    void aCompressedStreamIsRead() throws Exception {
        server.gzippedLines(frame(1), "", frame(2));
        try (TweetSource source = open()) {
            assertThat(tweets(source, 2)).extracting(Tweet::id).containsExactly(id(1), id(2));
        }
    }

    @Test
    void anEndedStreamIsConnectedAgain() throws Exception {
        server.lines(frame(1), frame(2)).lines(frame(3)).linesThenSilence(frame(4));
        try (TweetSource source = open()) {
            assertThat(tweets(source, 4)).extracting(Tweet::id).containsExactly(id(1), id(2), id(3), id(4));
        }
    }

    @Test
    void aSilentStreamIsConnectedAgain() throws Exception {
        server.linesThenSilence(frame(1)).linesThenSilence(frame(2));
        try (TweetSource source =
                config().stallLimit(Duration.ofMillis(300)).build().open()) {
            assertThat(tweets(source, 2)).extracting(Tweet::id).containsExactly(id(1), id(2));
        }
    }

    @Test
    void aDisconnectMessageEndsAConnectionThatStaysOpen() throws Exception {
        server.linesThenSilence(frame(1), DISCONNECT).linesThenSilence(frame(2));
        try (TweetSource source = open()) {
            assertThat(tweets(source, 2)).extracting(Tweet::id).containsExactly(id(1), id(2));
        }
    }

    @Test
    void anOddFrameIsADeadLetterAndTheStreamGoesOn() throws Exception {
        String odd = "{\"data\":{\"id\":\"not-an-id\",\"text\":\"x\"}}";
        server.linesThenSilence(frame(1), odd, "<html>busy</html>", "", frame(2));
        try (TweetSource source = open()) {
            List<DeadLetter> deadLetters = new ArrayList<>();
            List<Tweet> tweets = new ArrayList<>();
            long skipped = 0;
            while (tweets.size() < 2) {
                SourceBatch batch = source.poll(Duration.ofSeconds(10));
                tweets.addAll(batch.tweets());
                deadLetters.addAll(batch.deadLetters());
                skipped += batch.skippedCount();
            }
            assertThat(tweets).extracting(Tweet::id).containsExactly(id(1), id(2));
            assertThat(deadLetters)
                    .extracting(letter -> new String(letter.original(), StandardCharsets.UTF_8))
                    .containsExactly(odd, "<html>busy</html>");
            assertThat(deadLetters).extracting(DeadLetter::stage).containsOnly(DeadLetter.Stage.SOURCE);
            assertThat(skipped).isEqualTo(1);
        }
    }

    @Test
    void aRefusedTokenIsASetUpFaultThatDoesNotShowTheToken() {
        server.refusal(
                401,
                "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}");
        Throwable failure = catchThrowable(this::open);
        assertThat(failure).isInstanceOf(ConfigException.class).hasMessageContaining("bearer token");
        assertThat(failure.toString()).doesNotContain(TOKEN);
    }

    @Test
    void eachRefusalSaysWhatToDo() {
        assertThat(refusedWith(402, "credits-depleted"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("credits");
        assertThat(refusedWith(409, "streaming-connection"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("rule");
        assertThat(refusedWith(429, "usage-capped"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("may");
        assertThat(refusedWith(301, "moved")).isInstanceOf(ConfigException.class);
        assertThat(refusedWith(410, "gone"))
                .isExactlyInstanceOf(FatalException.class)
                .hasCauseInstanceOf(TwitterRefusedException.class);
        assertThat(refusedWith(503, "service-unavailable")).isInstanceOf(RetriableException.class);
    }

    @Test
    void aRateLimitIsWaitedForAtLeastAsLongAsItSays() {
        long reset = Instant.now().plusSeconds(500).getEpochSecond();
        server.refusal(
                429, "{\"title\":\"Too Many Requests\",\"status\":429}", "x-rate-limit-reset", Long.toString(reset));
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.retryAfter().orElseThrow()).isGreaterThan(Duration.ofSeconds(490)));
    }

    @Test
    void aRefusalAfterTheStreamWasOpenReachesThePoll() throws Exception {
        server.lines(frame(1)).refusal(401, "");
        try (TweetSource source = open()) {
            assertThat(tweets(source, 1)).hasSize(1);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> {
                        while (true) {
                            source.poll(Duration.ofSeconds(5));
                        }
                    })
                    .withMessageContaining("bearer token");
        }
    }

    @Test
    void closingEndsAPollThatWaitsOnASilentStream() throws Exception {
        TweetSource source = open();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Throwable> poll = thread.submit(() -> catchThrowable(() -> {
                while (true) {
                    source.poll(Duration.ofSeconds(30));
                }
            }));
            source.close();
            assertThat(poll.get(20, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
            source.close();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void nobodyListeningIsRetriable() {
        server.close();
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(this::open)
                .withMessageContaining(server.uri().toString());
    }

    @Test
    void aForeignPositionIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> config().build().open(new SourcePosition("offset=7")))
                .withMessageContaining("offset=7");
    }

    private Throwable refusedWith(int status, String kind) {
        server.refusal(
                status,
                "{\"type\":\"https://api.twitter.com/2/problems/" + kind + "\",\"title\":\"x\",\"detail\":\"y\"}");
        return catchThrowable(this::open);
    }

    private TwitterStreamConfig.Builder config() {
        return TwitterStreamConfig.builder(Credential.literal(TOKEN)).baseUrl(server.uri());
    }

    private TweetSource open() {
        return config().build().open();
    }

    private static List<Tweet> tweets(TweetSource source, int count) throws InterruptedException {
        List<Tweet> tweets = new ArrayList<>();
        while (tweets.size() < count) {
            tweets.addAll(source.poll(Duration.ofSeconds(10)).tweets());
        }
        return tweets;
    }

    private static String id(int number) {
        return Long.toString(1_745_000_000_000_000_000L + number);
    }

    private static String frame(int number) {
        return "{\"data\":{\"id\":\"" + id(number) + "\",\"text\":\"A call in the dark, number " + number
                + "\",\"created_at\":\"2024-01-10T10:00:00.000Z\"}}";
    }
}
