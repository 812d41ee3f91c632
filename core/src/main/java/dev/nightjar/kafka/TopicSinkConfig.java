/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ErasableSink;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.store.ErasableStore;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.store.ReadableStore;
import dev.nightjar.store.StoredTweets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Where a sink publishes {@linkplain ClassifiedTweet classified tweets}: a Kafka topic, each tweet under its id, as
 * {@link ClassifiedTweetSerde} writes it. A batch is written when all replicas have it; a tweet that is erased leaves a
 * tombstone (a null value).
 *
 * <p>A topic cannot replace a record: of a tweet written twice, by a repeated batch say, the last record of its id
 * counts. With {@code cleanup.policy=compact} the topic itself forgets the ones before, and what was erased.
 *
 * <p>Immutable. Equal when all options are; {@code toString} shows no secret.
 *
 * @since 0.1.0
 */
public final class TopicSinkConfig extends Configuration implements SinkFactory<ClassifiedTweet>, ReadableStore {
    static final Options OPTIONS = Options.of("kafka-topic-sink").addAll(KafkaConfig.OPTIONS);
    static final Option<String> TOPIC =
            OPTIONS.add(KafkaConfig.topic("the topic that takes the tweets, which must be there"));

    private static final long serialVersionUID = 1L;
    private static final int REQUEST_ENTRIES = 1_000;
    private static final long REQUEST_BYTES = 16L * 1024 * 1024;

    private TopicSinkConfig(Builder builder) {
        super(builder);
    }

    /** A topic of a cluster. */
    public static TopicSinkConfig of(KafkaConfig kafka, String topic) {
        return new Builder().setAll(kafka).set(TOPIC, topic).build();
    }

    /**
     * Reads a configuration: {@code topic} and the options of {@link KafkaConfig#fromMap}.
     *
     * @throws ConfigException if an option is missing, malformed, unknown or refused
     */
    public static TopicSinkConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Connects to the cluster.
     *
     * @throws ConfigException if it has no such topic, or refuses the credentials
     * @throws RetriableException if it does not answer
     */
    @Override
    public ErasableSink<ClassifiedTweet> open() {
        KafkaConfig kafka = KafkaConfig.of(this);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.require(get(TOPIC));
        }
        return KeyedSink.erasable(
                new TopicStore(AckedProducer.open(kafka, Map.of()), get(TOPIC)), REQUEST_ENTRIES, REQUEST_BYTES);
    }

    /**
     * What the topic holds for a reader who keeps the last record of each id; every question reads it from its
     * beginning to its end.
     */
    @Override
    public StoredTweets read() {
        return new TopicTweets(KafkaConfig.of(this), get(TOPIC));
    }

    private record TopicStore(AckedProducer producer, String topic)
            implements ErasableStore<ClassifiedTweet, ProducerRecord<byte[], byte[]>> {
        private static final ClassifiedTweetSerde SERDE = new ClassifiedTweetSerde();

        @Override
        public String key(ClassifiedTweet tweet) {
            return tweet.tweet().id();
        }

        @Override
        public ProducerRecord<byte[], byte[]> encode(ClassifiedTweet tweet) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic, key(tweet).getBytes(UTF_8), ClassifiedTweetJson.toBytes(tweet));
            SERDE.describe(record.headers());
            return record;
        }

        @Override
        public long bytes(ProducerRecord<byte[], byte[]> record) {
            return record.value().length;
        }

        @Override
        public List<Rejection> write(List<Entry<ProducerRecord<byte[], byte[]>>> request) {
            return producer.send(request.stream().map(Entry::value).toList()).stream()
                    .map(request::get)
                    .map(entry -> entry.rejected(AckedProducer.TOO_LARGE, AckedProducer.tooLarge(entry.value())))
                    .toList();
        }

        @Override
        public List<Rejection> erase(List<String> keys) {
            producer.send(keys.stream()
                    .map(key -> new ProducerRecord<byte[], byte[]>(topic, key.getBytes(UTF_8), null))
                    .toList());
            return List.of();
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    /** Collects the options. */
    private static final class Builder extends Configuration.Builder<TopicSinkConfig, Builder> {
        private Builder() {
            super(OPTIONS, TopicSinkConfig::new);
        }

        @Override
        protected void check(TopicSinkConfig config, List<String> faults) {
            KafkaConfig.check(config, faults);
        }
    }
}
