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
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Health.State;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.delivery.NamedClassifier;
import dev.nightjar.delivery.Retry;
import dev.nightjar.filter.TweetFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic of tweets as a member of a consumer group, classifies them and stores them, without Spark. Offsets are
 * committed only when every sink has acknowledged the batch and its dead letters are kept. However a pipeline ends, the
 * next member of the group continues with the first unfinished batch; since sinks write by id, they hold each tweet
 * once. A tweet that is classified already, as {@link TopicSinkConfig} publishes it, keeps its classifications.
 *
 * <p>A record that is not a tweet, that a model fails on or that a store can never take becomes a dead letter with its
 * original bytes, and the rest of the batch goes on. A store or a cluster that does not answer never makes a dead
 * letter: the write is repeated up to the retry limit, then the run ends with the offsets held, unless it {@linkplain
 * Builder#waitForStores waits}. Records that the topic
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
 * <p>Confined to one thread; only {@link #close()} and what tells how it is may be called from another.
 *
 * @since 0.1.0
 */
public final class KafkaPipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaPipeline.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Executor THREADS = task -> new Thread(task, "nightjar-sink").start();

    private final KafkaConfig kafka;
    private final String topic;
    private final String group;
    private final SortedMap<String, ClassifierFactory> classifiers;
    private final DeliverySettings<ClassifiedTweet> settings;
    private final long limit;
    private final @Nullable TweetFilter filter;
    private final @Nullable Duration pause;
    private final SingleRun run;
    private final DeliveryMetrics metrics;
    private volatile OptionalLong lag = OptionalLong.empty();
    private boolean brokerFailed;
    /** The pipelines of sinks that each go at their own pace. */
    private final Map<String, KafkaPipeline> sinks = new LinkedHashMap<>();

    private KafkaPipeline(Builder builder, DeliverySettings<ClassifiedTweet> settings) {
        this.kafka = builder.kafka;
        this.topic = builder.topic;
        this.group = builder.group;
        this.classifiers = new TreeMap<>(builder.classifiers);
        this.settings = settings;
        this.run = new SingleRun(builder.closeLimit);
        this.pause = builder.pause;
        this.limit = builder.limit;
        this.filter = builder.filter;
        this.metrics = settings.metrics(group);
        metrics.lag(() -> lag);
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
        run.run(() -> {
            Runnable unregister = metrics.register();
            try {
                if (sinks.isEmpty()) {
                    consume();
                } else {
                    consumeApart();
                }
                metrics.become(State.ENDED, null);
            } catch (RuntimeException e) {
                metrics.interrupted();
                metrics.become(State.FAILED, e);
                throw e;
            } finally {
                unregister.run();
            }
        });
    }

    /**
     * What became of the records whose offsets this pipeline has committed: stored ones are {@code out}. Records that
     * the topic dropped before they were read count as skipped, {@code expired}.
     */
    public Ledger counts() {
        return metrics.counts();
    }

    /**
     * What the pipeline does, under the name of its group; with {@linkplain Builder#sinksApart sinks apart}, those of each
     * sink are its parts. While the pipeline runs, JMX shows them too.
     */
    public DeliveryMetrics metrics() {
        return metrics;
    }

    /**
     * How many records wait in the partitions of this pipeline, as the cluster last said; empty until it has said so,
     * and while the pipeline has no partition. {@link KafkaTopics#lag} asks the cluster for the whole group.
     */
    public OptionalLong lag() {
        return lag;
    }

    /**
     * What keeps the pipeline from going on: the store or the broker that it waits for just now, or the error that its run
     * has ended with.
     */
    public Optional<RuntimeException> trouble() {
        return Optional.ofNullable(metrics.health().trouble());
    }

    /**
     * The sinks that {@linkplain Builder#sinksApart go at their own pace}, by name, each as the pipeline that this one
     * runs for it: its counts, its lag, its trouble. Empty without that option.
     */
    public Map<String, KafkaPipeline> sinks() {
        return Collections.unmodifiableMap(sinks);
    }

    /**
     * Ends the run once the current batch is stored and committed, and waits for that. After the close limit it
     * interrupts the run, which then fails without committing that batch's offsets. Closing again does nothing.
     */
    @Override
    public void close() {
        run.close();
    }

    private void consume() {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.require(topic);
        }
        consume(() -> TopicReader.open(kafka, topic, group, settings.batchSize()));
    }

    void consume(Supplier<TopicReader> topicReader) {
        Map<String, Lease<Classifier>> models = new TreeMap<>();
        classifiers.forEach((name, factory) -> models.put(name, factory.lease()));
        try (Delivery<ClassifiedTweet> delivery =
                new Delivery<>(settings, "records of the topic '" + topic + "'", settings.retryLimit(), metrics)) {
            List<NamedClassifier> named = new ArrayList<>();
            models.forEach((name, model) -> named.add(new NamedClassifier(
                    name,
                    model.get(),
                    Objects.requireNonNull(classifiers.get(name)).languages())));
            RecordClassifier classifier = new RecordClassifier(named, filter, metrics);
            boolean open = false;
            while (!open && !run.isClosing()) {
                try {
                    delivery.open();
                    open = true;
                    metrics.become(State.RUNNING, null);
                } catch (RetriableException e) {
                    waitFor(e);
                }
            }
            consume(topicReader, classifier, delivery);
        } finally {
            models.values().forEach(Lease::close);
        }
    }

    /** Classifies into a topic, of which each sink is a consumer group. */
    private void consumeApart() {
        String classified = sinks.values().iterator().next().topic;
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            int partitions = topics.describe(topic).partitions();
            if (!topics.exists(classified)) {
                topics.ensure(classified, partitions, -1, Map.of());
            }
        }
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        sinks.forEach((name, sink) ->
                ends.add(CompletableFuture.runAsync(sink::run, THREADS).whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.error(
                                "The sink '{}' has ended, the others go on; run the pipeline again when it is mended",
                                name,
                                failure);
                    }
                })));
        List<RuntimeException> failures = new ArrayList<>();
        try {
            consume();
            awaitSinks();
        } catch (RuntimeException e) {
            failures.add(e);
        }
        sinks.values().forEach(sink -> ends.add(CompletableFuture.runAsync(sink::close, THREADS)));
        for (CompletableFuture<Void> end : ends) {
            try {
                end.join();
            } catch (CompletionException e) {
                failures.add(KafkaErrors.typed("run a sink", e));
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Waits until each sink has stored what was classified, or has ended. */
    private void awaitSinks() {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            while (!run.isClosing() && !sinks.values().stream().allMatch(sink -> sink.hasCaughtUp(topics))) {
                run.pause(LOOK);
            }
        }
    }

    private boolean hasCaughtUp(KafkaTopics topics) {
        return run.isOver() || topics.lag(topic, group).values().stream().allMatch(behind -> behind == 0);
    }

    /** Whether nobody takes what is classified. */
    private boolean isDeserted() {
        return !sinks.isEmpty() && sinks.values().stream().allMatch(sink -> sink.run.isOver());
    }

    /** Waits a moment in place of ending the run, if that is wished. */
    private void waitFor(RetriableException outage) {
        if (pause == null || run.isClosing() || Thread.currentThread().isInterrupted()) {
            throw outage;
        }
        LOG.warn("The group {} of the topic '{}' waits: {}", group, topic, outage.getMessage());
        metrics.become(State.WAITING, outage);
        run.pause(pause);
    }

    private void consume(
            Supplier<TopicReader> topicReader, RecordClassifier classifier, Delivery<ClassifiedTweet> delivery) {
        Retry retry = Retry.upTo(settings.retryLimit()).telling(this::brokerFails);
        try (TopicReader reader = topicReader.get()) {
            long left = limit;
            while (left > 0 && !run.isClosing() && !isDeserted()) {
                long most = left;
                List<ConsumerRecord<byte[], byte[]>> records =
                        retry.call("read the topic '" + topic + "'", () -> reader.poll(most));
                if (brokerFailed) {
                    brokerFailed = false;
                    metrics.become(State.RUNNING, null);
                }
                countExpired(reader.takeExpired());
                lag = reader.lag(records.size());
                long done = records.isEmpty() ? 0 : deliver(records, classifier, delivery, reader, retry);
                if (done > 0) {
                    lag = reader.lag(0);
                    left -= done;
                }
            }
        }
    }

    private void brokerFails(RetriableException outage) {
        brokerFailed = true;
        metrics.become(State.WAITING, outage);
    }

    /** Returns how many of the records are done: all or none. */
    private int deliver(
            List<ConsumerRecord<byte[], byte[]>> records,
            RecordClassifier classifier,
            Delivery<ClassifiedTweet> delivery,
            TopicReader reader,
            Retry retry) {
        metrics.begin(records.size());
        Ledger batch;
        try {
            batch = delivery.deliver(classifier.read(records));
        } catch (RetriableException e) {
            metrics.interrupted();
            waitFor(e);
            reader.readAgain(records);
            return 0;
        }
        if (!commit(records, reader, retry)) {
            metrics.interrupted();
            return 0;
        }
        metrics.finish(batch);
        return records.size();
    }

    /**
     * Repeats a commit alone. It may be done though the answer is lost; whoever then stores the batch again and dies over
     * it leaves old versions and deleted tweets that nobody mends.
     */
    private boolean commit(List<ConsumerRecord<byte[], byte[]>> records, TopicReader reader, Retry retry) {
        while (true) {
            try {
                return reader.commit(records, retry);
            } catch (RetriableException e) {
                waitFor(e);
            }
        }
    }

    private void countExpired(long expired) {
        if (expired > 0) {
            metrics.count(new Ledger(expired, 0, new TreeMap<>(), new TreeMap<>(Map.of("expired", expired))));
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
        private @Nullable Duration pause;
        private @Nullable String classified;

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

        /**
         * Waits for a store that does not answer as long as it takes, in place of ending the run after {@link
         * #retryLimit}: then, and each time again, it logs a line, keeps its place in the group, and repeats the batch.
         * {@link KafkaPipeline#trouble()} says what it waits for.
         */
        public Builder waitForStores() {
            return waitForStores(PAUSE);
        }

        Builder waitForStores(Duration each) {
            pause = each;
            return this;
        }

        /**
         * Lets each sink go at its own pace, so that one that is slow or down costs the others nothing. The pipeline
         * classifies each tweet once, into a topic of its own, and every sink is a consumer group of that: {@code
         * GROUP.SINK}. A sink that was down goes on where it was, as long as the topic keeps the tweets. One that ends
         * with an error is logged as such while the others go on; {@link KafkaPipeline#run()} throws its error at its own
         * end, and {@link KafkaPipeline#sinks()} says how each one is. {@link KafkaPipeline#counts()} are then those of
         * the classifying: what is in the topic is {@code out}.
         *
         * @param topic made with as many partitions as the one that is read, if it is missing
         */
        public Builder sinksApart(String topic) {
            classified = Objects.requireNonNull(topic, "topic");
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
            if (topic.equals(classified)) {
                found.add("The topic '" + topic + "' of the classified tweets is the one that is read; give another");
            }
        }

        /**
         * The pipeline, which does nothing before {@link KafkaPipeline#run()}.
         *
         * @throws ConfigException if there is no sink, two sinks have the same name, or a number is out of range; it
         *     names every fault
         */
        public KafkaPipeline build() {
            DeliverySettings<ClassifiedTweet> settings = settings();
            if (classified == null) {
                return new KafkaPipeline(this, settings);
            }
            KafkaPipeline first =
                    new KafkaPipeline(this, settings.with("classified", TopicSinkConfig.of(kafka, classified)));
            settings.sinks().forEach((name, sink) -> {
                Builder part = new Builder(kafka, classified, group + '.' + name).closeLimit(closeLimit);
                part.pause = pause;
                KafkaPipeline apart = new KafkaPipeline(part, settings.with(name, sink));
                first.sinks.put(name, apart);
                first.metrics.part(apart.metrics);
            });
            return first;
        }
    }
}
