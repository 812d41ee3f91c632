/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.SinkFactory;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.delivery.DeadLetterOutlet;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.delivery.Retry;
import dev.nightjar.json.TweetJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a source to a Kafka topic: each tweet under its id, as {@link TweetSerde} writes it, each deletion as a
 * tombstone (a null value) under the id of the deleted tweet. A tweet is published at least once: the source's position
 * is kept only after all replicas have everything before it, so a publisher, however it was stopped, repeats at most
 * its current batch.
 *
 * <p>{@link #run()} does the work in the calling thread until the source is exhausted or another thread calls
 * {@link #close()}. A publisher runs once.
 *
 * <p>Confined to one thread; only {@link #close()}, {@link #counts()} and {@link #tombstones()} may be called from
 * another.
 *
 * @since 0.1.0
 */
public final class TweetPublisher implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final TweetSerde SERDE = new TweetSerde();

    private final TweetSourceFactory source;
    private final KafkaConfig kafka;
    private final String topic;
    private final @Nullable SinkFactory<DeadLetter> deadLetters;
    private final PositionStore positions;
    private final Retry retry;
    private final SingleRun run;
    private volatile Ledger counts = Ledger.EMPTY;
    private final AtomicLong tombstones = new AtomicLong();

    private TweetPublisher(Builder builder) {
        this.source = builder.source;
        this.kafka = builder.kafka;
        this.topic = builder.topic;
        this.deadLetters = builder.deadLetters;
        this.positions = builder.positions;
        this.retry = Retry.upTo(builder.retryLimit);
        this.run = new SingleRun(builder.closeLimit);
    }

    /**
     * Begins a publisher.
     *
     * @param source what is published
     * @param kafka the cluster
     * @param topic the topic, which must be there
     */
    public static Builder builder(TweetSourceFactory source, KafkaConfig kafka, String topic) {
        return new Builder(source, kafka, topic);
    }

    /**
     * Publishes until the source is exhausted or {@link #close()} is called; returns at once if it was called before.
     * After an error nothing is lost: a publisher that is built in the same way continues where this one stopped.
     *
     * @throws RetriableException if the cluster or the source does not answer: at the start at once, later when the
     *     retry limit is reached; also when the thread is interrupted
     * @throws FatalException if calling again does not help. It is a {@link ConfigException} if the set-up must be
     *     changed: the topic is missing, credentials are refused, or the source gave a dead letter and there is no
     *     place for it
     * @throws IllegalStateException if it has run already
     */
    public void run() {
        run.run(this::publishAll);
    }

    /** What became of the source's records so far: published ones are {@code out}, tombstones among them. */
    public Ledger counts() {
        return counts;
    }

    /** How many of the published records are tombstones. */
    public long tombstones() {
        return tombstones.get();
    }

    /**
     * Ends the run once the current batch is published, and waits for that; after the close limit it interrupts the
     * run, which then fails. Closing again does nothing.
     */
    @Override
    public void close() {
        run.close();
    }

    private void publishAll() {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.require(topic);
        }
        try (DeadLetterOutlet dead = new DeadLetterOutlet(deadLetters);
                TweetSource live = source.open(positions.load());
                AckedProducer producer = AckedProducer.open(kafka, Map.of())) {
            dead.open();
            while (!run.isClosing() && !live.isExhausted()) {
                SourceBatch batch = retry.call("read from the source", () -> poll(live));
                if (!batch.isEmpty()) {
                    publish(batch, producer, dead);
                    SourcePosition position = live.position();
                    retry.run("keep the source's position", () -> positions.save(position));
                }
            }
        }
    }

    private static SourceBatch poll(TweetSource source) {
        try {
            return source.poll(POLL);
        } catch (InterruptedException e) {
            throw KafkaErrors.typed("read from the source", e);
        }
    }

    private void publish(SourceBatch batch, AckedProducer producer, DeadLetterOutlet outlet) {
        List<DeadLetter> dead = new ArrayList<>(batch.deadLetters());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        batch.inOrder(
                tweet -> {
                    try {
                        records.add(record(tweet));
                    } catch (DataException e) {
                        // The whole tweet's bytes do not exist; its text is what a person needs most.
                        dead.add(DeadLetter.of(
                                Stage.SOURCE,
                                e,
                                origin(tweet.id()),
                                tweet.text().getBytes(UTF_8)));
                    }
                },
                id -> records.add(new ProducerRecord<>(topic, id.getBytes(UTF_8), null)));
        outlet.requirePlaceFor(dead);
        // A failed batch is sent again as a whole, because records with the same id must not overtake each other.
        List<Integer> tooLarge = retry.call("publish " + records.size() + " records", () -> producer.send(records));
        for (int index : tooLarge) {
            dead.add(tooLarge(records.get(index)));
        }
        outlet.write(dead, retry);
        tombstones.addAndGet(batch.deletedIds().size());
        counts = counts.plus(ledger(batch, records.size() - tooLarge.size(), dead));
    }

    private ProducerRecord<byte[], byte[]> record(Tweet tweet) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, tweet.id().getBytes(UTF_8), TweetJson.toBytes(tweet));
        SERDE.describe(record.headers());
        return record;
    }

    private static DeadLetter tooLarge(ProducerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                Stage.SOURCE,
                AckedProducer.TOO_LARGE,
                AckedProducer.tooLarge(record),
                origin(new String(record.key(), UTF_8)),
                record.value());
    }

    private static String origin(String id) {
        return "tweet:" + id;
    }

    private static Ledger ledger(SourceBatch batch, int published, List<DeadLetter> dead) {
        SortedMap<String, Long> reasons = new TreeMap<>();
        dead.forEach(letter -> reasons.merge(Ledger.reason(letter), 1L, Long::sum));
        long read = batch.tweets().size()
                + batch.deadLetters().size()
                + batch.deletedIds().size()
                + batch.skippedCount();
        return new Ledger(read, published, reasons, new TreeMap<>(batch.skipped()));
    }

    /**
     * Collects a {@link TweetPublisher}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final TweetSourceFactory source;
        private final KafkaConfig kafka;
        private final String topic;
        private @Nullable SinkFactory<DeadLetter> deadLetters;
        private PositionStore positions = new NoPositions();
        private Duration retryLimit = Retry.DEFAULT_LIMIT;
        private Duration closeLimit = SingleRun.DEFAULT_CLOSE_LIMIT;

        private Builder(TweetSourceFactory source, KafkaConfig kafka, String topic) {
            this.source = Objects.requireNonNull(source, "source");
            this.kafka = Objects.requireNonNull(kafka, "kafka");
            this.topic = Objects.requireNonNull(topic, "topic");
        }

        /**
         * Where the source's dead letters go, such as {@link KafkaDeadLetters}. Without it the first one ends the run
         * with a {@link ConfigException}: none is ever dropped.
         */
        public Builder deadLetters(SinkFactory<DeadLetter> value) {
            deadLetters = value;
            return this;
        }

        /** Where the source's position is kept. Without it every run begins at the source's beginning. */
        public Builder positions(PositionStore value) {
            positions = value;
            return this;
        }

        /**
         * How long a step that fails for the moment is repeated: a poll, sending a batch, keeping a position. Default
         * 45 seconds.
         */
        public Builder retryLimit(Duration value) {
            retryLimit = value;
            return this;
        }

        /** How long {@link TweetPublisher#close()} waits for the batch in hand. Default 10 seconds. */
        public Builder closeLimit(Duration value) {
            closeLimit = value;
            return this;
        }

        /**
         * The publisher, which does nothing before {@link TweetPublisher#run()}.
         *
         * @throws ConfigException if a limit is negative; it names every fault
         */
        public TweetPublisher build() {
            List<String> faults = new ArrayList<>();
            Retry.LIMIT.check(retryLimit, faults);
            SingleRun.CLOSE_LIMIT.check(closeLimit, faults);
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new TweetPublisher(this);
        }
    }

    /** Forgets. */
    private static final class NoPositions implements PositionStore {
        @Override
        public SourcePosition load() {
            return SourcePosition.START;
        }

        @Override
        public void save(SourcePosition position) {}
    }
}
