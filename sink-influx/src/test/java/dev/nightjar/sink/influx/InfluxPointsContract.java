/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of points in a store that keeps, merges and drops them. */
abstract class InfluxPointsContract {
    private final List<InfluxServer> servers = new ArrayList<>();

    /** A server with an empty bucket that drops points older than so many hours, 0 for none. */
    abstract InfluxServer server(int retentionHours);

    @AfterEach
    void stop() {
        servers.forEach(InfluxServer::close);
    }

    @Test
    void aTweetThatAnotherModelClassifiesIsStillOnePoint() {
        InfluxServer server = start(0);
        Tweet tweet = Tweets.tweet(0);
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(List.of(emotion(tweet, "old@1", "joy", "anger")));
            sink.write(List.of(emotion(
                    Tweet.builder(tweet.id(), "edited", tweet.createdAt().plusSeconds(5))
                            .lang("fr")
                            .build(),
                    "new@2",
                    "anger",
                    "joy")));
        }
        assertThat(server.rows("tweets")).hasSize(1);
        Row row = server.rows("tweets").get(0);
        assertThat(row.text("emotion.label")).isEqualTo("anger");
        assertThat(row.text("emotion.model")).isEqualTo("new@2");
        assertThat(row.number("emotion.score.anger")).isEqualTo(0.75);
        assertThat(row.number("emotion.score.joy")).isEqualTo(0.25);
        assertThat(row.text("text")).isEqualTo("edited");
        assertThat(row.text("lang")).isEqualTo("fr");
    }

    /** The README names this among the known deviations. */
    @Test
    void theScoreOfALabelThatTheNewModelLacksStays() {
        InfluxServer server = start(0);
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(List.of(emotion(Tweets.tweet(0), "old@1", "joy", "anger")));
            sink.write(List.of(emotion(Tweets.tweet(0), "new@2", "joy", "fear")));
        }
        assertThat(server.rows("tweets")).hasSize(1);
        assertThat(server.rows("tweets").get(0).values())
                .containsKeys("emotion.score.joy", "emotion.score.fear", "emotion.score.anger");
    }

    @Test
    void aBatchWrittenThreeTimesChangesNothing() {
        InfluxServer server = start(0);
        List<ClassifiedTweet> batch = Tweets.classifieds(6_000);
        List<Row> first;
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(batch);
            first = server.rows("tweets");
            sink.write(batch);
        }
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(batch);
        }
        assertThat(first).hasSize(6_000);
        assertThat(server.rows("tweets")).containsExactlyInAnyOrderElementsOf(first);
    }

    @Test
    void tweetsMakeAtMostSixteenSeries() {
        InfluxServer server = start(0);
        List<ClassifiedTweet> batch = Tweets.inOneMillisecond(2_000).stream()
                .map(tweet -> emotion(
                        Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                                .lang("l" + tweet.id())
                                .source("s" + tweet.id())
                                .build(),
                        "m@" + tweet.id(),
                        "label" + Long.parseLong(tweet.id()) % 3,
                        "other"))
                .toList();
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(batch);
        }
        assertThat(server.rows("tweets")).hasSize((int)
                batch.stream().map(tweet -> tweet.tweet().id()).distinct().count());
        assertThat(server.requests
                        .get(1)
                        .lines()
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .distinct())
                .hasSizeLessThanOrEqualTo(16)
                .allMatch(series -> series.matches("tweets,s=[0-9a-f]"));
    }

    @Test
    void exactlyWhatTheRetentionDropsIsRejected() {
        InfluxServer server = start(24);
        List<ClassifiedTweet> batch = recent(5_000);
        batch.set(0, Tweets.classified(0));
        batch.set(3_456, Tweets.classified(1));
        RejectedRecordsException rejected;
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            rejected = catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(batch));
        }
        assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(0, 3_456);
        assertThat(rejected.rejections()).extracting(Rejection::code).containsOnly("outside-retention");
        assertThat(server.rows("tweets")).hasSize(4_998);
        assertThat(server.requests)
                .as("requests: one, and two per halving and bad line")
                .hasSizeLessThanOrEqualTo(1 + 2 * 2 * 13);
    }

    @Test
    void oneBadLineOfFiveThousandCostsTwoRequestsPerHalving() {
        InfluxServer server = start(24);
        List<ClassifiedTweet> batch = recent(5_000);
        batch.set(0, Tweets.classified(0));
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            assertThat(catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(batch))
                            .rejections())
                    .hasSize(1);
        }
        assertThat(server.requests).hasSizeLessThanOrEqualTo(1 + 2 * 13);
    }

    @Test
    void aReplayOfOldTweetsIsRejectedInOneRequest() {
        InfluxServer server = start(24);
        RejectedRecordsException rejected;
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            rejected =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(Tweets.classifieds(1_000)));
        }
        assertThat(rejected.rejections()).hasSize(1_000);
        assertThat(server.requests).hasSize(1);
        assertThat(server.rows("tweets")).isEmpty();
    }

    private static ClassifiedTweet emotion(Tweet tweet, String model, String best, String other) {
        return ClassifiedTweet.of(
                tweet,
                Map.of(
                        "emotion",
                        new Classification.Scored(
                                model, List.of(new ScoredLabel(best, 0.75), new ScoredLabel(other, 0.25)), false)));
    }

    private static List<ClassifiedTweet> recent(int count) {
        Instant now = Instant.now();
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> {
                    Instant time = now.minusMillis(i);
                    return Tweets.classified(
                            Tweet.builder(Tweets.id(time, i), "fresh", time).build());
                })
                .toList());
    }

    private InfluxServer start(int retentionHours) {
        InfluxServer server = server(retentionHours);
        servers.add(server);
        return server;
    }
}
