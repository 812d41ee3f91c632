/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Erasures;
import dev.nightjar.Ledger;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.Retry;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/** Decodes, classifies and stores batches of a topic's records. Confined to one thread. */
final class BatchProcessor {
    private static final TweetSerde SERDE = new TweetSerde();

    private final SortedMap<String, Classifier> classifiers;
    private final SortedMap<String, Sink<ClassifiedTweet>> sinks;
    private final @Nullable Sink<DeadLetter> deadLetters;
    private final DeadLetterLimit limit;
    private final Duration retryLimit;

    BatchProcessor(
            SortedMap<String, Classifier> classifiers,
            SortedMap<String, Sink<ClassifiedTweet>> sinks,
            @Nullable Sink<DeadLetter> deadLetters,
            DeadLetterLimit limit,
            Duration retryLimit) {
        this.classifiers = classifiers;
        this.sinks = sinks;
        this.deadLetters = deadLetters;
        this.limit = limit;
        this.retryLimit = retryLimit;
    }

    /**
     * Processes a batch; returns when every sink has what it can take of it, the rest is kept as dead letters, and what was
     * deleted is erased where that can be.
     *
     * @return what became of the records
     */
    Ledger process(ConsumerRecords<byte[], byte[]> records) {
        Patience patience = new Patience(retryLimit);
        List<Item> items = new ArrayList<>(records.count());
        Erasures erasures = new Erasures();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() == null) {
                erasures.deleted(record.key());
            } else {
                Item item = new Item(record);
                items.add(item);
                item.decode(erasures);
            }
        }
        classify(alive(items));
        List<Item> stored = alive(items);
        sinks.forEach((name, sink) -> store(name, sink, stored, patience));
        limit.check(items.stream().map(Item::outcome).toList());
        keep(items, patience);
        erasures.carryOut(sinks, patience.retry());
        return ledger(records.count(), items, erasures);
    }

    private static List<Item> alive(List<Item> items) {
        return items.stream().filter(item -> item.fault == null).toList();
    }

    private void classify(List<Item> items) {
        List<String> texts = items.stream().map(item -> item.tweet().text()).toList();
        classifiers.forEach((name, classifier) -> {
            List<Classification> answers = classifier.classifyAll(texts);
            if (answers.size() != items.size()) {
                throw new IllegalStateException("The classifier '" + name + "' gave " + answers.size() + " answers for "
                        + items.size() + " texts");
            }
            for (int i = 0; i < items.size(); i++) {
                items.get(i).answer(name, answers.get(i));
            }
        });
    }

    private static void store(String name, Sink<ClassifiedTweet> sink, List<Item> items, Patience patience) {
        if (items.isEmpty()) {
            return;
        }
        List<ClassifiedTweet> batch = items.stream().map(Item::classified).toList();
        try {
            patience.retry()
                    .run("write " + batch.size() + " tweets to the sink '" + name + "'", () -> sink.write(batch));
        } catch (RejectedRecordsException e) {
            for (Rejection rejection : e.rejections()) {
                items.get(rejection.index()).reject(name, rejection);
            }
        }
    }

    private void keep(List<Item> items, Patience patience) {
        List<DeadLetter> dead = new ArrayList<>();
        for (Item item : items) {
            DeadLetter fault = item.fault;
            if (fault != null) {
                dead.add(fault);
            }
        }
        if (dead.isEmpty()) {
            return;
        }
        Sink<DeadLetter> sink = deadLetters;
        if (sink == null) {
            throw new ConfigException("The record " + dead.get(0).origin() + " is a dead letter ("
                    + dead.get(0).code() + ") and the pipeline has no place for it; give it one with deadLetters");
        }
        patience.retry().run("write " + dead.size() + " dead letters", () -> sink.write(dead));
    }

    private static Ledger ledger(int in, List<Item> items, Erasures erasures) {
        SortedMap<String, Long> dead = new TreeMap<>();
        long out = 0;
        for (Item item : items) {
            if (item.fault == null) {
                out++;
            } else {
                dead.merge(item.outcome(), 1L, Long::sum);
            }
        }
        return new Ledger(in, out, dead, erasures.counts());
    }

    /** One time limit for all the retries of a batch, so that the consumer group does not take it for lost. */
    private record Patience(Duration limit, long start) {
        Patience(Duration limit) {
            this(limit, System.nanoTime());
        }

        Retry retry() {
            Duration left = limit.minusNanos(System.nanoTime() - start);
            return Retry.upTo(left.isNegative() ? Duration.ZERO : left);
        }
    }

    /** A record on its way. */
    private static final class Item {
        private final ConsumerRecord<byte[], byte[]> record;
        private final SortedMap<String, Classification> classifications = new TreeMap<>();
        private @Nullable Tweet tweet;
        private @Nullable DeadLetter fault;

        Item(ConsumerRecord<byte[], byte[]> record) {
            this.record = record;
        }

        void decode(Erasures erasures) {
            try {
                Tweet decoded = SERDE.decode(record.headers(), record.value());
                tweet = decoded;
                erasures.written(decoded.id());
            } catch (DataException e) {
                fault = DeadLetter.of(Stage.DECODE, e, KafkaDeadLetters.origin(record), record.value());
            }
        }

        void answer(String classifier, Classification answer) {
            classifications.put(classifier, answer);
            if (answer instanceof Classification.Rejected rejected
                    && rejected.reason() == Classification.Reason.MODEL_FAULT) {
                fail(
                        Stage.CLASSIFY,
                        "model-fault",
                        "The classifier '" + classifier + "' (" + answer.model() + ") has no answer");
            }
        }

        void reject(String sink, Rejection rejection) {
            fail(Stage.SINK, rejection.code(), "The sink '" + sink + "' refuses it: " + rejection.message());
        }

        /** The first fault gives the stage and the code; what others say is added. */
        private void fail(Stage stage, String code, String message) {
            DeadLetter first = fault;
            fault = first == null
                    ? new DeadLetter(stage, code, message, KafkaDeadLetters.origin(record), record.value())
                    : new DeadLetter(
                            first.stage(),
                            first.code(),
                            first.message() + "; " + message,
                            first.origin(),
                            first.original());
        }

        Tweet tweet() {
            return java.util.Objects.requireNonNull(tweet, "tweet");
        }

        ClassifiedTweet classified() {
            return new ClassifiedTweet(tweet(), classifications);
        }

        String outcome() {
            DeadLetter dead = fault;
            return dead == null ? DeadLetterLimit.GOOD : Ledger.reason(dead);
        }
    }
}
