/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.Lease;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.Delivery;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.delivery.NamedClassifier;
import dev.nightjar.delivery.Retry;
import dev.nightjar.filter.TweetFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic of tweets as a member of a consumer group, classifies them and stores them, without Spark. Offsets are
 * committed only when every sink has acknowledged the batch and its dead letters are kept. However a pipeline ends, the
 * next member of the group continues with the first unfinished batch; since sinks write by id, they hold each tweet
 * once.
 *
 * <p>A record that is not a tweet, that a model fails on or that a store can never take becomes a dead letter with its
 * original bytes, and the rest of the batch goes on. A store or a cluster that does not answer never makes a dead
 * letter: the write is repeated up to the retry limit, then the run ends with the offsets held. Records that the topic
 * dropped before they were read are skipped and counted.
 *
 * <p>A tombstone, a record without a value, erases the tweet of its key from each {@link dev.nightjar.ErasableSink},
 * after the batch's tweets are stored. It counts as skipped: {@code erased} if every sink has erased it;
 * {@code tombstone} if a sink cannot, the key is not a tweet id, or the tweet came again after it.
 *
 * <p>{@link #run()} does the work in the calling thread until another thread calls {@link #close()}; a pipeline runs
 * once. Any number of pipelines in one group share the topic's partitions. Classifiers and sinks are {@linkplain
 * dev.nightjar.Lease leased}: users of equal factories share one, and the last run that ends closes it.
 *
 * <p>Confined to one thread; only {@link #close()}, {@link #counts()} and {@link #lag()} may be called from another.
 *
 * @since 0.1.0
 */
public final class KafkaPipeline implements AutoCloseable {
    private final KafkaConfig kafka;
    private final String topic;
    private final String group;
    private final SortedMap<String, ClassifierFactory> classifiers;
    private final DeliverySettings<ClassifiedTweet> settings;
    private final Duration closeLimit;
    private final long limit;
    private final @Nullable TweetFilter filter;
    private final SingleRun run = new SingleRun();
    private volatile Ledger counts = Ledger.EMPTY;
    private volatile OptionalLong lag = OptionalLong.empty();

    private KafkaPipeline(Builder builder, DeliverySettings<ClassifiedTweet> settings) {
        this.kafka = builder.kafka;
        this.topic = builder.topic;
        this.group = builder.group;
        this.classifiers = new TreeMap<>(builder.classifiers);
        this.settings = settings;
        this.closeLimit = builder.closeLimit;
        this.limit = builder.limit;
        this.filter = builder.filter;
    }

    /**
     * Begins a pipeline.
     *
     * @param kafka the cluster
     * @param topic the topic, which must be there
     * @param group the consumer group, whose committed offsets say where to continue
     */
    public static Builder builder(KafkaConfig kafka, String topic, String group) {
        return new Builder(kafka, topic, group);
    }

    /**
     * Classifies and stores until {@link #close()} is called or the limit is reached; returns at once if it was called before. After an error
     * nothing is lost: a pipeline that is built in the same way continues where this one stopped.
     *
     * @throws RetriableException if the cluster or a store does not answer: at the start at once, later when the retry
     *     limit is reached; also when the thread is interrupted
     * @throws FatalException if running again does not help: too many records become dead letters, or the group keeps
     *     excluding this member. It is a {@link ConfigException} if the set-up must be changed first: the topic is
     *     missing, credentials are refused, or a record became a dead letter and there is no place for it
     * @throws IllegalStateException if it has run already
     */
    public void run() {
        run.run(this::consume);
    }

    /**
     * What became of the records whose offsets this pipeline has committed: stored ones are {@code out}. Records that
     * the topic dropped before they were read count as skipped, {@code expired}.
     */
    public Ledger counts() {
        return counts;
    }

    /**
     * How many records wait in the partitions of this pipeline, as the cluster last said; empty until it has said so,
     * and while the pipeline has no partition. {@link KafkaTopics#lag} asks the cluster for the whole group.
     */
    public OptionalLong lag() {
        return lag;
    }

    /**
     * Ends the run once the current batch is stored and committed, and waits for that. After the close limit it
     * interrupts the run, which then fails without committing that batch's offsets. Closing again does nothing.
     */
    @Override
    public void close() {
        run.close(closeLimit);
    }

    private void consume() {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.require(topic);
        }
        Map<String, Lease<Classifier>> models = new TreeMap<>();
        classifiers.forEach((name, factory) -> models.put(name, factory.lease()));
        try (Delivery<ClassifiedTweet> delivery =
                new Delivery<>(settings, "records of the topic '" + topic + "'", settings.retryLimit())) {
            RecordClassifier classifier = new RecordClassifier(
                    models.entrySet().stream()
                            .map(model -> new NamedClassifier(
                                    model.getKey(), model.getValue().get()))
                            .toList(),
                    filter);
            delivery.open();
            consume(classifier, delivery);
        } finally {
            models.values().forEach(Lease::close);
        }
    }

    private void consume(RecordClassifier classifier, Delivery<ClassifiedTweet> delivery) {
        Retry retry = Retry.upTo(settings.retryLimit());
        try (TopicReader reader = TopicReader.open(kafka, topic, group, settings.batchSize())) {
            long left = limit;
            while (left > 0 && !run.isClosing()) {
                List<ConsumerRecord<byte[], byte[]>> records = reader.poll(left);
                countExpired(reader.takeExpired());
                if (!records.isEmpty()) {
                    Ledger batch = delivery.deliver(classifier.read(records));
                    if (reader.commit(records, retry)) {
                        counts = counts.plus(batch);
                        left -= records.size();
                    }
                }
                lag = reader.lag();
            }
        }
    }

    private void countExpired(long expired) {
        if (expired > 0) {
            counts = counts.plus(new Ledger(expired, 0, new TreeMap<>(), new TreeMap<>(Map.of("expired", expired))));
        }
    }

    /**
     * Collects a {@link KafkaPipeline}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends DeliveryBuilder<ClassifiedTweet, Builder> {
        private final KafkaConfig kafka;
        private final String topic;
        private final String group;
        private final SortedMap<String, ClassifierFactory> classifiers = new TreeMap<>();
        private Duration closeLimit = SingleRun.DEFAULT_CLOSE_LIMIT;
        private long limit = Long.MAX_VALUE;
        private @Nullable TweetFilter filter;

        private Builder(KafkaConfig kafka, String topic, String group) {
            this.kafka = Objects.requireNonNull(kafka, "kafka");
            this.topic = Objects.requireNonNull(topic, "topic");
            this.group = Objects.requireNonNull(group, "group");
        }

        /**
         * Adds a classifier.
         *
         * @param name the name of its answers, as {@link ClassifiedTweet#checkName} allows
         */
        public Builder classifier(String name, ClassifierFactory factory) {
            classifiers.put(ClassifiedTweet.checkName(name), Objects.requireNonNull(factory, "factory"));
            return this;
        }

        /**
         * {@inheritDoc} It must be done within Kafka's {@code max.poll.interval.ms}, by default 5 minutes.
         */
        @Override
        public Builder batchSize(int records) {
            return super.batchSize(records);
        }

        /** Ends the run when so many records of the topic are done. Without it the run goes on until it is closed. */
        public Builder limit(long records) {
            limit = records;
            return this;
        }

        /** Passes over the tweets that a filter does not keep: they are skipped, by its reason. */
        public Builder filter(TweetFilter value) {
            filter = value;
            return this;
        }

        /** How long {@link KafkaPipeline#close()} waits for the batch in hand. Default 10 seconds. */
        public Builder closeLimit(Duration value) {
            closeLimit = value;
            return this;
        }

        @Override
        protected void check(List<String> found) {
            SingleRun.CLOSE_LIMIT.check(closeLimit, found);
        }

        /**
         * The pipeline, which does nothing before {@link KafkaPipeline#run()}.
         *
         * @throws ConfigException if there is no sink, two sinks have the same name, or a number is out of range; it
         *     names every fault
         */
        public KafkaPipeline build() {
            return new KafkaPipeline(this, settings());
        }
    }
}
