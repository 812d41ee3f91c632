/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.SourceBatch;
import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterApi.Bucket;
import dev.nightjar.source.twitter.TwitterApi.Counts;
import dev.nightjar.source.twitter.http.XHttp;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TwitterApiTest {
    private final FakeX x = FakeX.start();
    private final TwitterCredentials credentials = TwitterCredentials.bearer(Credential.literal(x.bearerToken()));
    private final TwitterApi api = TwitterApi.open(credentials, x.uri(), Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        x.close();
    }

    @Test
    void theCountsOfASearchAreItsPriceAndCostNoPost() throws Exception {
        Instant now = Instant.now();
        for (int i = 0; i < 30; i++) {
            Instant at = now.minus(Duration.ofHours(5L * i + 1));
            x.publish(FakePost.of(Long.toString(FakePost.firstId(at)), "an owl", at)
                    .likedBy(i * 100));
        }
        TwitterSearchConfig search = TwitterSearchConfig.builder(credentials, TweetQuery.term("owl"))
                .minLikes(1000)
                .pageSize(10)
                .baseUrl(x.uri())
                .build();
        Counts counts = api.counts(search);
        assertThat(counts.total()).isEqualTo(20);
        assertThat(counts.buckets().stream().mapToLong(Bucket::count).sum()).isEqualTo(20);
        assertThat(counts.buckets()).extracting(Bucket::start).isSorted();
        assertThat(x.postsRead()).isZero();
        int read = 0;
        try (TweetSource source = search.open()) {
            while (!source.isExhausted()) {
                SourceBatch batch = source.poll(Duration.ofSeconds(5));
                read += batch.tweets().size();
            }
        }
        assertThat(read).isEqualTo(20);
        assertThat(x.postsBilled()).isEqualTo(20);
        assertThat(api.usage().posts()).isEqualTo(20);
    }

    @Test
    void usageIsReadWhetherXWritesNumbersOrTexts() {
        x.faults(
                "/2/usage/tweets",
                Fault.answer(
                        200,
                        "{\"data\":{\"cap_reset_day\":7,\"project_cap\":\"3000000\",\"project_id\":\"1\","
                                + "\"project_usage\":\"45\"}}"),
                Fault.answer(200, "{\"data\":{\"project_usage\":46}}"));
        assertThat(api.usage()).isEqualTo(new TwitterApi.Usage(45, 3_000_000L, 7));
        assertThat(api.usage()).isEqualTo(new TwitterApi.Usage(46, null, null));
    }

    @Test
    void aCallIsRepeatedWhileItMayWork() {
        x.faults("/2/usage/tweets", Fault.serviceUnavailable());
        long start = System.nanoTime();
        api.usage();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(5));
    }

    @Test
    void aTokenThatWasInvalidatedIsReplacedAndTheCallMadeAgain() throws Exception {
        TwitterApi consumer = TwitterApi.open(
                TwitterCredentials.consumer(
                        Credential.literal(x.consumerKey()), Credential.literal(x.consumerSecret())),
                x.uri(),
                Duration.ZERO);
        consumer.usage();
        String old = x.bearerToken();
        XHttp.call(XHttp.request(x.uri().resolve("/oauth2/invalidate_token"))
                .POST(HttpRequest.BodyPublishers.ofString("access_token=" + old))
                .build());
        assertThat(x.bearerToken()).isNotEqualTo(old);
        consumer.usage();
        assertThat(x.requests().stream().filter(request -> request.path().equals("/oauth2/token")))
                .hasSize(2);
    }

    @Test
    void aTokenIsNeverSentInTheClear() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterApi.open(credentials, URI.create("http://api.x.com"), Duration.ZERO))
                .withMessageContaining("use https");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> TwitterApi.open(credentials, URI.create("http://127.0.0.1.example.org"), Duration.ZERO))
                .withMessageContaining("use https");
    }
}
