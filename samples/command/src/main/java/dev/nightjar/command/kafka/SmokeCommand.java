/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TopicReader;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.replay.ReplayConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar smoke}. */
@Command(
        name = "smoke",
        description =
                "Shows that a Kafka cluster does what nightjar needs, by doing it: makes a topic, publishes made-up"
                        + " tweets to it, reads them back, compares, and deletes the topic.",
        footer = {
            "%nExamples:%n",
            "  nightjar smoke",
            "  nightjar smoke --bootstrap-servers broker:9093 --kafka-config client.properties --count 20000"
        })
public final class SmokeCommand extends Subcommand {
    private static final int UNSET = -1;

    /** They are kept in memory, as they were sent and as they came back. */
    private static final int MOST_TWEETS = 100_000;

    private static final int MOST_PARTITIONS = 1_000;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many tweets. Default: ${DEFAULT-VALUE}.")
    private long count;

    @Option(names = "--partitions", defaultValue = "3", description = "Of the topic. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    private int exit;

    @Override
    public Integer call() {
        if (count < 1 || count > MOST_TWEETS) {
            throw wrong(format("--count is from 1 to %,d; 'nightjar replay' publishes more", MOST_TWEETS));
        }
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw wrong(format("--partitions is from 1 to %,d", MOST_PARTITIONS));
        }
        KafkaConfig cluster = kafka.config();
        String topic = "nightjar-smoke-" + UUID.randomUUID();
        // The process waits for the end when it is told to stop, so that the topic goes.
        try (Stop stop = Stop.by(() -> {})) {
            assert stop != null;
            long start = System.nanoTime();
            report("ok", "reach", start, reach(cluster)); // or it is said as by every other command
            if (step("make the topic", "the account needs the right to create topics", () -> make(cluster, topic))) {
                roundTrip(cluster, topic);
                step(
                        "delete the topic",
                        "the account needs the right to; then nightjar topics delete " + topic,
                        () -> delete(cluster, topic));
            }
        }
        say(exit == 0 ? "The cluster does what nightjar needs." : "Mend that, and run it again.");
        return exit;
    }

    private void roundTrip(KafkaConfig cluster, String topic) {
        Map<String, byte[]> sent = new HashMap<>();
        Map<String, byte[]> read = new HashMap<>();
        long[] records = new long[1];
        if (step(
                        "publish",
                        "the account needs the right to write, and as many replicas in sync as the cluster asks for",
                        () -> publish(cluster, topic, sent))
                && step("read back", "the account needs the right to read, and each partition a leader", () -> {
                    TopicReader.readAll(cluster, topic, record -> {
                        records[0]++;
                        read.put(new String(record.key(), UTF_8), record.value());
                    });
                    return format("%,d records", records[0]);
                })) {
            step(
                    "compare",
                    "something between here and the broker loses, repeats or changes records",
                    () -> compare(sent, read, records[0]));
        }
    }

    private static String reach(KafkaConfig cluster) {
        try (KafkaTopics topics = KafkaTopics.open(cluster)) {
            return cluster.bootstrapServers() + ", "
                    + format("%,d topics", topics.list().size());
        }
    }

    private String make(KafkaConfig cluster, String topic) {
        try (KafkaTopics topics = KafkaTopics.open(cluster)) {
            topics.ensure(topic, partitions, UNSET, Map.of());
            KafkaTopics.Description made = topics.describe(topic);
            return topic + format(", %d partitions, %d replicas", made.partitions(), made.replication());
        }
    }

    private String publish(KafkaConfig cluster, String topic, Map<String, byte[]> sent) throws InterruptedException {
        TweetSourceFactory tweets = ReplayConfig.synthetic().count(count).build();
        try (TweetSource source = tweets.open()) {
            while (!source.isExhausted()) {
                for (Tweet tweet : source.poll(Duration.ofSeconds(1)).tweets()) {
                    sent.put(tweet.id(), TweetJson.toBytes(tweet));
                }
            }
        }
        try (TweetPublisher publisher =
                TweetPublisher.builder(tweets, cluster, topic).build()) {
            publisher.run();
            Ledger counts = publisher.counts();
            return format("%,d tweets, acknowledged by all replicas in sync", counts.out());
        }
    }

    private static String compare(Map<String, byte[]> sent, Map<String, byte[]> read, long records) {
        long equal = sent.entrySet().stream()
                .filter(tweet -> Arrays.equals(tweet.getValue(), read.get(tweet.getKey())))
                .count();
        if (equal != sent.size() || records != equal) {
            throw new FatalException(
                    format("of %,d tweets %,d came back as they were, in %,d records", sent.size(), equal, records));
        }
        return format("%,d of %,d tweets, each once, byte by byte", equal, sent.size());
    }

    private static String delete(KafkaConfig cluster, String topic) {
        try (KafkaTopics topics = KafkaTopics.open(cluster)) {
            topics.delete(topic);
            return topic;
        }
    }

    /** Does a step and says how it went and how long it took; returns whether it went well. */
    private boolean step(String what, String advice, Callable<String> work) {
        long start = System.nanoTime();
        String text;
        boolean good = false;
        try {
            text = work.call();
            good = true;
        } catch (Exception e) {
            text = (e instanceof NightjarException ? e.getMessage() : e.toString())
                    + "%n     What to do: ".formatted()
                    + advice;
            exit = what.equals("compare") ? Exit.UNBALANCED : Exit.of(e);
        }
        report(good ? "ok" : "BAD", what, start, text);
        return good;
    }

    private void report(String how, String what, long start, String text) {
        say(format("%-4s %-16s %6.2f s  ", how, what, (System.nanoTime() - start) / 1e9) + text);
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
