/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TweetQuery;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.TwitterSearchConfig;
import dev.nightjar.source.twitter.TwitterSearchConfig.Archive;
import dev.nightjar.source.twitter.testkit.FakeX;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Searches of a day in 2009, before ids said when they were given, with fewer likes each time. */
@Timeout(60)
class LikesScheduleTest {
    private final FakeX x = FakeX.builder().archive().start();

    @AfterEach
    void stop() {
        x.close();
    }

    @Test
    void eachSearchAsksForFewerLikesAndGivesOnlyWhatIsNew() throws Exception {
        List<Tweet> tweets = new ArrayList<>();
        long seenBefore = 0;
        try (TweetSource source = schedule(2_000, -1_000, 10).open()) {
            while (!source.isExhausted()) {
                SourceBatch batch = source.poll(Duration.ofSeconds(1));
                tweets.addAll(batch.tweets());
                seenBefore += batch.skipped().getOrDefault("seen-before", 0L);
            }
        }
        assertThat(minima()).containsExactly("min_likes%3A2000", "min_likes%3A1000", "");
        assertThat(tweets).hasSizeGreaterThan(100).extracting(Tweet::id).doesNotHaveDuplicates();
        assertThat(seenBefore).isPositive();
        assertThat(tweets).allSatisfy(tweet -> {
            assertThat(tweet.createdAt().toString()).startsWith("2009-02-01");
            assertThat(tweet.text()).containsIgnoringCase("superbowl");
        });
    }

    @Test
    void aPositionContinuesWithTheSearchThatItIsFrom() throws Exception {
        SourcePosition position;
        try (TweetSource source = schedule(2_000, -1_000, 2).open()) {
            while (source.position().token().startsWith("0 ")) {
                source.poll(Duration.ofSeconds(1));
            }
            position = source.position();
        }
        int before = minima().size();
        try (TweetSource source = schedule(2_000, -1_000, 2).open(position)) {
            while (!source.isExhausted()) {
                source.poll(Duration.ofSeconds(1));
            }
        }
        assertThat(minima().subList(before, minima().size())).containsExactly("min_likes%3A1000");
    }

    private LikesSchedule schedule(long minLikes, long change, int polls) {
        TwitterSearchConfig search = TwitterSearchConfig.builder(
                        TwitterCredentials.bearer(Credential.literal(x.bearerToken())), TweetQuery.raw("superbowl"))
                .archive(Archive.FULL)
                .startTime(TwitterSearchConfig.time("2009-02-01"))
                .endTime(TwitterSearchConfig.time("2009-02-02"))
                .pageSize(500)
                .baseUrl(x.uri())
                .build();
        return new LikesSchedule(search, minLikes, change, polls, Duration.ofMillis(1_100), "superbowl");
    }

    /** The minimum of likes of each search, in their order. */
    private List<String> minima() {
        List<String> minima = new ArrayList<>();
        for (FakeX.Received request : x.requests()) {
            String minimum = request.target().contains("min_likes")
                    ? request.target().replaceFirst(".*(min_likes%3A\\d+).*", "$1")
                    : "";
            if (minima.isEmpty() || !minima.get(minima.size() - 1).equals(minimum)) {
                minima.add(minimum);
            }
        }
        return minima;
    }
}
