/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AuditIT {
    @TempDir
    private Path folder;

    @Test
    void theLedgerCountsRepeatedAndDeletedTweetsAndNamesWhatIsMissing() {
        List<Tweet> tweets =
                new ArrayList<>(IntStream.range(0, 5).mapToObj(Tweets::tweet).toList());
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                SqliteTweets stored = SqliteTweets.open(folder.resolve("tweets.db"))) {
            KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
            try (KafkaTopics topics = KafkaTopics.open(kafka)) {
                topics.ensure("t", 1, 1, Map.of());
                topics.ensure("t.dead-letters", 1, 1, Map.of());
            }
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                tweets.forEach(tweet -> producer.send(record(tweet, TweetJson.toBytes(tweet))));
                producer.send(record(tweets.get(0), TweetJson.toBytes(tweets.get(0))));
                producer.send(record(tweets.get(1), null));
            }
            store(List.of(tweets.get(0), tweets.get(2), tweets.get(3)));
            Audit lacking = Audit.of(kafka, "t", "t.dead-letters", "the store", stored, true);
            assertThat(lacking.balances()).isFalse();
            assertThat(lacking.missing()).containsExactly(tweets.get(4).id());

            store(List.of(tweets.get(4)));
            Audit whole = Audit.of(kafka, "t", "t.dead-letters", "the store", stored, true);
            assertThat(whole.balances()).as("%s", whole).isTrue();
            assertThat(List.of(whole.published(), whole.stored(), whole.repeated(), whole.skipped(), whole.erased()))
                    .containsExactly(7L, 4L, 1L, 1L, 1L);

            store(List.of(Tweets.tweet(99)));
            assertThat(Audit.of(kafka, "t", "t.dead-letters", "the store", stored, true)
                            .balances())
                    .as("of a store that holds nothing else")
                    .isFalse();
            assertThat(Audit.of(kafka, "t", "t.dead-letters", "sqlite", stored, false)
                            .balances())
                    .as("of a store that may hold older tweets")
                    .isTrue();
        }
    }

    private void store(List<Tweet> tweets) {
        try (Sink<ClassifiedTweet> sink =
                SqliteSinkConfig.builder(folder.resolve("tweets.db")).build().open()) {
            sink.write(tweets.stream()
                    .map(tweet -> ClassifiedTweet.of(tweet, Map.of()))
                    .toList());
        }
    }

    private static ProducerRecord<byte[], byte[]> record(Tweet tweet, byte[] value) {
        return new ProducerRecord<>("t", tweet.id().getBytes(UTF_8), value);
    }
}
