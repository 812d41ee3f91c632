/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Tweet;
import dev.nightjar.testkit.SerdeContract;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class TweetSerdeTest implements SerdeContract<Tweet> {
    @Override
    public Serde<Tweet> serde() {
        return new TweetSerde();
    }

    @Override
    public List<Tweet> records() {
        return List.of(Tweets.rich(), Tweets.tweet(1), Tweets.tweet(2, ""));
    }

    @Test
    void theHeadersSayWhatTheValueIs() {
        RecordHeaders headers = new RecordHeaders();
        headers.add(KafkaHeaders.CONTENT_TYPE, "something else".getBytes(UTF_8)).add("mine", new byte[] {1});

        new TweetSerde().serialize("t", headers, Tweets.tweet(1));

        assertThat(headers.headers(KafkaHeaders.CONTENT_TYPE))
                .extracting(header -> new String(header.value(), UTF_8))
                .containsExactly("application/vnd.nightjar.tweet+json");
        assertThat(headers.lastHeader(KafkaHeaders.SCHEMA_VERSION).value()).isEqualTo("1".getBytes(UTF_8));
        assertThat(headers.lastHeader("mine").value()).containsExactly(1);
    }

    @Test
    void aTombstoneHasNoHeaders() {
        RecordHeaders headers = new RecordHeaders();
        new TweetSerde().serialize("t", headers, null);
        assertThat(headers).isEmpty();
    }

    @Test
    void aVersionThatIsNotKnownIsRefused() {
        byte[] bytes = new TweetSerde().serialize("t", Tweets.tweet(1));
        RecordHeaders headers = new RecordHeaders();
        headers.add(KafkaHeaders.SCHEMA_VERSION, "2".getBytes(UTF_8));
        assertThatThrownBy(() -> new TweetSerde().deserialize("t", headers, bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessage("Cannot read a record of the topic 't': The header 'nightjar.schema-version' is not '1', as"
                        + " this version of Nightjar reads");
    }

    @Test
    void anotherContentIsRefusedHoweverMuchItLooksLikeATweet() {
        byte[] bytes = new TweetSerde().serialize("t", Tweets.tweet(1));
        RecordHeaders headers = new RecordHeaders();
        headers.add(KafkaHeaders.CONTENT_TYPE, "application/vnd.nightjar.classified-tweet+json".getBytes(UTF_8));
        assertThatThrownBy(() -> new TweetSerde().deserialize("t", headers, bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("'nightjar.content-type' is not 'application/vnd.nightjar.tweet+json'");
    }

    @Test
    void aTweetWithoutAJsonFormIsRefusedWithTheTopicsName() {
        Tweet late = Tweet.builder("1", "canary", Instant.parse("+12000-01-01T00:00:00Z"))
                .build();
        assertThatThrownBy(() -> new TweetSerde().serialize("tweets", late))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("Cannot write a record for the topic 'tweets': ")
                .hasMessageNotContaining("canary");
    }
}
