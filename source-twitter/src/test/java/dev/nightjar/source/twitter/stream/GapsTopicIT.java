/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTable;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ledger of gaps in a Kafka topic. */
@Timeout(120)
class GapsTopicIT {
    @TempDir
    private Path folder;

    @Test
    void theCompactedTopicIsTheLedgerOfAllRuns() throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                FakeX x = FakeX.builder()
                        .enterprise()
                        .keepAlive(Duration.ofMillis(100))
                        .start()) {
            KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
            x.addRule("owl", null);
            Path file = folder.resolve("ledger");
            TwitterStreamConfig.Builder config = TwitterStreamConfig.builder(Credential.literal(x.bearerToken()))
                    .baseUrl(x.uri())
                    .gapFill(GapFill.NONE)
                    .ledgerFile(file);

            // A gap that nothing fills; the run ends without a word to the topic about its end.
            x.faults(Fault.reset().after(1));
            try (TwitterStreamSource source = config.build().open()) {
                await(x, source, () -> isLive(source, 2));
                publish(kafka, source);
                assertThat(topic(kafka)).extracting(Interval::state).contains(State.MISSING);
            }
            long published = size(kafka);

            // The time between the runs, and a gap in the second, which X backfills.
            x.faults(Fault.reset().after(1));
            TwitterStreamSource source = config.backfillMinutes(5).build().open();
            try (source) {
                await(x, source, () -> isLive(source, 2));
                await(
                        x,
                        source,
                        () -> source.gaps().intervals().stream()
                                .anyMatch(interval ->
                                        interval.state() == State.BACKFILLED && interval.reason() == Reason.DROPPED));
                publish(kafka, source);
            }
            publish(kafka, source);
            List<Interval> topic = topic(kafka);
            assertThat(topic).isEqualTo(GapLedger.read(file));
            assertThat(source.gaps().intervals().subList(0, topic.size()))
                    .as("without the time since it was closed")
                    .isEqualTo(topic);
            assertThat(topic).extracting(Interval::state).contains(State.MISSING, State.BACKFILLED);
            assertThat(size(kafka)).as("records, before compaction").isGreaterThan(published);
        }
    }

    private static void publish(KafkaConfig kafka, TwitterStreamSource source) {
        try (KafkaTable topic = KafkaTable.open(kafka, "x.gaps")) {
            topic.put(source.gaps().records()); // as often as you like: only what has changed is published
        }
    }

    private static List<Interval> topic(KafkaConfig kafka) {
        return KafkaTable.read(kafka, "x.gaps").values().stream()
                .map(Interval::fromJson)
                .sorted(Comparator.comparing(Interval::from))
                .toList();
    }

    private static long size(KafkaConfig kafka) {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            return topics.describe("x.gaps").size();
        }
    }

    private static boolean isLive(TwitterStreamSource source, int connection) {
        StreamStatus status = source.status();
        return status.connections() == connection && status.state() == StreamStatus.State.LIVE;
    }

    /** Publishes and reads posts until the condition is met. */
    private static void await(FakeX x, TwitterStreamSource source, BooleanSupplier condition)
            throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            x.publish("owl");
            source.poll(Duration.ofMillis(50));
        }
    }
}
