/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.FatalException;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.FakeX.Words;
import dev.nightjar.source.twitter.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Since version 2.167 X's searches take the words of 2026 alone, and its stream those of 2020. */
@Timeout(60)
class VocabularyTest {
    private static final String RECENT = "/2/tweets/search/recent";

    @ParameterizedTest
    @CsvSource({"POST, TWEET, 1", "POST, POST, 0", "TWEET, POST, 1", "TWEET, TWEET, 0", "BOTH, TWEET, 0"})
    void aSearchIsRepeatedOnceInTheWordsThatXTakesAndGoesOnInThem(Words taken, Vocabulary first, int refused)
            throws Exception {
        try (FakeX x = FakeX.builder().searchWords(taken).start()) {
            publish(x, 25);
            try (TweetSource source = search(x).vocabulary(first).build().open()) {
                List<Tweet> tweets = rest(source).tweets();
                assertThat(tweets).hasSize(25);
                assertThat(tweets).allSatisfy(tweet -> {
                    assertThat(Objects.requireNonNull(tweet.author()).username())
                            .isEqualTo("strix");
                    assertThat(tweet.publicMetrics()).isNotNull();
                });
            }
            assertThat(x.requests()).hasSize(3 + refused);
            assertThat(x.postsRead()).as("a refused request costs nothing").isEqualTo(25);
        }
    }

    @Test
    void aRefusedRequestIsNotOneOfThePagesThatAreAllowed() throws Exception {
        try (FakeX x = FakeX.builder().searchWords(Words.POST).start()) {
            publish(x, 25);
            try (TweetSource source = search(x).maxRequests(1).build().open()) {
                assertThat(rest(source).tweets()).hasSize(10);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>Bad Request</html>",
                "{\"title\":\"Invalid Request\",\"detail\":\"One or more parameters to your request was invalid.\"}",
                "{\"errors\":[{\"message\":\"The `expansions` query parameter value [referenced_tweets.id] is not valid\"}]}",
                "{\"errors\":[{\"message\":\"Unrecognized parameter tweet.fields; query and max_results are known\"}]}"
            })
    void whateverA400SaysOfTheWordsTheOthersAreTried(String body) throws Exception {
        try (FakeX x = FakeX.start()) {
            publish(x, 5);
            x.faults(RECENT, Fault.answer(400, body));
            try (TweetSource source = search(x).build().open()) {
                assertThat(rest(source).tweets()).hasSize(5);
            }
            assertThat(x.requests().get(1).target()).contains("post.fields=").doesNotContain("tweet.fields");
        }
    }

    @Test
    void aQueryThatIsRefusedIsNotRepeated() {
        try (FakeX x = FakeX.start();
                TweetSource source = search(x, "owl -is:owl").build().open()) {
            assertThatExceptionOfType(FatalException.class)
                    .isThrownBy(() -> rest(source))
                    .withMessageContaining("status 400");
            assertThat(x.requests()).hasSize(1);
        }
    }

    @Test
    void wordsThatAreBothRefusedEndTheSearch() {
        try (FakeX x = FakeX.start()) {
            x.faults(RECENT, Fault.answer(400, ""), Fault.answer(400, ""), Fault.answer(400, ""));
            try (TweetSource source = search(x).build().open()) {
                assertThatExceptionOfType(FatalException.class).isThrownBy(() -> rest(source));
            }
            assertThat(x.requests()).hasSize(2);
        }
    }

    @Test
    void theApiSaysWhichWordsASearchTakesAtNoCost() {
        for (Words taken : Words.values()) {
            try (FakeX x = FakeX.builder().searchWords(taken).pastPosts(100).start()) {
                TwitterApi api = TwitterApi.open(
                        TwitterCredentials.bearer(Credential.literal(x.bearerToken())), x.uri(), Duration.ZERO);
                assertThat(api.searchVocabulary()).isEqualTo(taken == Words.POST ? Vocabulary.POST : Vocabulary.TWEET);
                assertThat(x.postsRead()).isZero();
            }
        }
    }

    private static TwitterSearchConfig.Builder search(FakeX x) {
        return search(x, "owl");
    }

    private static TwitterSearchConfig.Builder search(FakeX x, String query) {
        return TwitterSearchConfig.builder(
                        TwitterCredentials.bearer(Credential.literal(x.bearerToken())), TweetQuery.raw(query))
                .pageSize(10)
                .baseUrl(x.uri());
    }

    private static void publish(FakeX x, int count) {
        Instant at = Instant.now().minusSeconds(600);
        for (int i = 0; i < count; i++) {
            x.publish(FakePost.of(Long.toString(FakePost.firstId(at) + i), "owl " + i, at));
        }
    }

    private static SourceBatch rest(TweetSource source) throws InterruptedException {
        SourceBatch.Builder rest = SourceBatch.builder();
        while (!source.isExhausted()) {
            rest.add(source.poll(Duration.ofSeconds(5)));
        }
        return rest.build();
    }
}
