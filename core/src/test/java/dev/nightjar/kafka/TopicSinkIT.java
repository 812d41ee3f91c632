/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.ErasableTweetSinkContract;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A topic as a sink: what a reader has who keeps the last record of each key. */
@Timeout(180) // a defect ends as a failure
class TopicSinkIT extends WithBroker implements ErasableTweetSinkContract {
    private static final ClassifiedTweetSerde SERDE = new ClassifiedTweetSerde();

    private static int topics;
    private TopicProbe topic;

    @BeforeEach
    void makeTopic() {
        topic = TopicProbe.create(kafka, "clean" + topics++, 3);
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return TopicSinkConfig.of(kafka, topic.name());
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        Map<String, ClassifiedTweet> last = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topic.records()) {
            String key = new String(record.key(), UTF_8);
            ClassifiedTweet tweet = SERDE.deserialize(topic.name(), record.headers(), record.value());
            if (tweet == null) {
                last.remove(key);
            } else {
                assertThat(tweet.tweet().id()).isEqualTo(key);
                last.put(key, tweet);
            }
        }
        return List.copyOf(last.values());
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.of(TopicSinkConfig.of(KafkaConfig.of("127.0.0.1:1"), "clean"));
    }

    /** JSON has no year after 9999. */
    @Override
    public Optional<ClassifiedTweet> unstorable(int number) {
        return Optional.of(Tweets.classified(
                Tweet.builder(Integer.toString(1 + number), "late", Instant.parse("+10000-01-01T00:00:00Z"))
                        .build()));
    }

    @Test
    void aRecordThatIsTooLargeForTheTopicIsRejectedAndTheOthersAreThere() {
        topic = TopicProbe.create(kafka, "small" + topics++, 1, Map.of("max.message.bytes", "60000"));
        ClassifiedTweet huge = Tweets.classified(
                Tweet.builder("77", "\u591c".repeat(Tweet.MAX_TEXT_LENGTH), Instant.parse("2026-11-20T12:00:00Z"))
                        .build());
        try (var sink = factory().open()) {
            assertThatThrownBy(() -> sink.write(List.of(record(0), huge, record(1))))
                    .isInstanceOfSatisfying(
                            RejectedRecordsException.class,
                            rejected -> assertThat(rejected.rejections())
                                    .singleElement()
                                    .satisfies(rejection -> {
                                        assertThat(rejection.index()).isEqualTo(1);
                                        assertThat(rejection.code()).isEqualTo("record-too-large");
                                        assertThat(rejection.message())
                                                .matches("Tweet 77 is a record of \\d{5} bytes, more than the topic '"
                                                        + topic.name() + "' or the property 'max.request.size' allows");
                                    }));
        }
        assertStored(List.of(record(0), record(1)));
    }

    @Test
    void aReaderIsToldWhatTheRecordsAreAndWhichTweetIsGone() {
        try (var sink = TopicSinkConfig.of(kafka, topic.name()).open()) {
            sink.write(List.of(record(0)));
            sink.erase(List.of(record(0).tweet().id()));
        }
        List<ConsumerRecord<byte[], byte[]>> records = topic.records();
        assertThat(records).hasSize(2);
        assertThat(records.get(0).headers().lastHeader(KafkaHeaders.CONTENT_TYPE))
                .isNotNull();
        assertThat(records.get(1).key()).isEqualTo(records.get(0).key());
        assertThat(records.get(1).value()).isNull();
    }

    @Test
    void whatTheTopicHoldsIsReadBack() {
        TopicSinkConfig config = TopicSinkConfig.of(kafka, topic.name());
        try (var sink = config.open();
                var stored = config.read()) {
            assertThat(stored.count()).isZero();
            sink.write(List.of(record(0), record(1), record(2), revised(record(1))));
            sink.erase(List.of(record(0).tweet().id()));
            assertThat(stored.count()).isEqualTo(2);
            assertThat(stored.newest(1)).containsExactly(record(2));
            assertThat(stored.ids(
                            Set.of(record(0).tweet().id(), record(1).tweet().id())))
                    .containsExactly(record(1).tweet().id());
            String label = record(2)
                    .classifications()
                    .get("emotion")
                    .top()
                    .orElseThrow()
                    .label();
            assertThat(stored.labelCounts().get("emotion")).isEqualTo(Map.of("revised", 1L, label, 1L));
        }
    }

    @Test
    void aTopicThatIsMissingIsToBeMade() {
        assertThatThrownBy(() -> TopicSinkConfig.of(kafka, "no-such").open())
                .isInstanceOf(ConfigException.class)
                .hasMessage("Kafka has no topic 'no-such'; create it first");
    }
}
