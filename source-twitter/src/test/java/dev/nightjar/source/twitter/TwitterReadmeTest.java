/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static dev.nightjar.source.twitter.TweetQuery.allOf;
import static dev.nightjar.source.twitter.TweetQuery.anyOf;
import static dev.nightjar.source.twitter.TweetQuery.hashtag;
import static dev.nightjar.source.twitter.TweetQuery.lang;
import static dev.nightjar.source.twitter.TweetQuery.retweet;
import static dev.nightjar.source.twitter.TweetQuery.term;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.stream.GapLedger;
import dev.nightjar.source.twitter.stream.StreamStatus;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig;
import dev.nightjar.source.twitter.stream.TwitterStreamSource;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's pieces of code, run. */
class TwitterReadmeTest {
    private final FakeX x = FakeX.start();
    private final URI uri = x.uri();
    private final TwitterCredentials credentials = TwitterCredentials.bearer(Credential.literal(x.bearerToken()));
    private final TwitterApi api = TwitterApi.open(credentials, uri, Duration.ZERO);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        x.close();
    }

    @Test
    void rulesAreReplaced() {
        x.addRule("obsolete", "politics:old");
        TweetQuery query = allOf(
                anyOf(term("potus"), hashtag("biden")), lang("en"), retweet().negated());
        TwitterRules.Changes changes =
                api.rules().replaceTagged("politics:", List.of(StreamRule.of(query, "politics:us")));
        changes.refused().forEach(refused -> System.err.println(refused.rule() + ": " + refused.details()));
        assertThat(x.rules()).containsOnlyKeys("(potus OR #biden) lang:en -is:retweet");
    }

    @Test
    void aSearchIsPricedThenRead() throws Exception {
        Instant at = Instant.now().minusSeconds(600);
        x.publish(FakePost.of(Long.toString(FakePost.firstId(at)), "what a superbowl", at)
                .likedBy(1000));
        Path spend = folder.resolve("spend");
        List<Tweet> tweets = new ArrayList<>();
        TwitterSearchConfig search = TwitterSearchConfig.builder(credentials, term("superbowl"))
                .lang("en")
                .minLikes(500)
                .spend(SpendLimits.builder().perDay(10_000).file(spend).build())
                .baseUrl(uri)
                .build();
        long price = api.counts(search).total(); // posts that X will charge
        try (TweetSource source = search.open()) {
            while (!source.isExhausted()) {
                tweets.addAll(source.poll(Duration.ofSeconds(5)).tweets());
            }
        }
        assertThat(tweets).hasSize((int) price).hasSize(1);
    }

    @Test
    void theSimulatorIsAnXApi() throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            simulator();
        } finally {
            System.setOut(out);
        }
        assertThat(printed.toString(UTF_8)).contains("Tweet[id=");
    }

    private static void simulator() throws InterruptedException {
        try (FakeX x = FakeX.builder().postsPerSecond(100).start()) {
            x.addRule("nightjar OR owl", "birds");
            x.faults(Fault.reset().after(50), Fault.tooManyConnections(0));
            TwitterStreamConfig config = TwitterStreamConfig.builder(Credential.literal(x.bearerToken()))
                    .baseUrl(x.uri())
                    .build();
            try (TweetSource source = config.open()) {
                System.out.println(source.poll(Duration.ofSeconds(5)).tweets());
            }
        }
    }

    @Test
    void aStreamTellsHowItIsDoing() throws Exception {
        x.addRule("owl", null);
        try (TwitterStreamSource source =
                TwitterStreamConfig.builder(credentials).baseUrl(uri).build().open()) {
            StreamStatus status = source.status(); // LIVE, 4.2 posts a second, last byte 3 s ago, 2 gaps, what is spent
            for (GapLedger.Interval gap : source.gaps().missing()) {
                System.out.println(gap.from() + " to " + gap.to() + " is missing: " + gap.reason());
            }
            assertThat(status.toString()).contains("LIVE");
            assertThat(source.gaps().missing()).isEmpty();
        }
    }
}
