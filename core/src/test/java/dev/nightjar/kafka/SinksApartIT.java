/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.SinkMetrics;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sink that is down for five minutes costs the others, in figures for docs/design/delivery.md: {@code ./mvnw -pl
 * core -Dsinks.apart=true -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SinksApartIT verify}, a quarter of
 * an hour on a machine with nothing else to do.
 */
@Timeout(1_800)
@EnabledIfSystemProperty(named = "sinks.apart", matches = "true")
class SinksApartIT extends WithBroker {
    private static final Logger LOG = LoggerFactory.getLogger(SinksApartIT.class);
    private static final int A_SECOND = 100;
    private static final int SLICES = 10;

    @Test
    void aSinkThatIsDownForFiveMinutesLeavesTheLatencyOfTheOthersAndCatchesUpExactly() throws Exception {
        TopicProbe.create(kafka, "apart", 2);
        RecordingSink.Factory<ClassifiedTweet> first = RecordingSink.tweets("SinksApartIT.first");
        RecordingSink.Factory<ClassifiedTweet> second = RecordingSink.tweets("SinksApartIT.second");
        RecordingSink.Factory<ClassifiedTweet> third = RecordingSink.tweets("SinksApartIT.third");
        AtomicBoolean down = new AtomicBoolean();
        third.beforeWrite(batch -> {
            if (down.get()) {
                throw new RetriableException("It is down", null);
            }
        });
        KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "apart", "apart")
                .classifier("emotion", KeywordClassifier.emotion())
                .sink("first", first)
                .sink("second", second)
                .sink("third", third)
                .sinksApart("apart.classified")
                .waitForStores()
                .build();
        CompletableFuture<Void> run = Background.run(pipeline::run);
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean sending = new AtomicBoolean(true);
        CompletableFuture<Void> publisher = Background.run(() -> publish(sent, sending));

        rest(Duration.ofMinutes(2)); // until all is warm
        rest(Duration.ofMinutes(3));
        report(pipeline, "before");
        List<Long> before = p95(pipeline);
        down.set(true);
        rest(Duration.ofMinutes(5));
        report(pipeline, "after five minutes without the third");
        List<Long> during = p95(pipeline);
        assertThat(pipeline.metrics().health()).hasToString("waiting: It is down");
        assertThat(third.records()).hasSizeLessThan(first.records().size() - 4 * 60 * A_SECOND);
        long begin = System.nanoTime();
        down.set(false);
        KafkaPipeline late = pipeline.sinks().get("third");
        await().atMost(Duration.ofMinutes(5)).until(() -> late.lag().orElse(1) < A_SECOND);
        LOG.warn(
                "The third has caught up after {} s",
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        report(pipeline, "when the third has caught up");
        sending.set(false);
        publisher.get(60, TimeUnit.SECONDS);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> List.of(first, second, third).stream()
                        .allMatch(sink -> sink.records().size() == sent.get()));
        pipeline.close();
        run.get(60, TimeUnit.SECONDS);

        assertThat(new TreeSet<>(ids(third)))
                .isEqualTo(new TreeSet<>(ids(first)))
                .hasSize(sent.get());
        assertThat(pipeline.sinks().values())
                .allSatisfy(sink -> assertThat(sink.counts().isBalanced()).isTrue())
                .allSatisfy(sink -> assertThat(sink.counts().out()).isEqualTo(sent.get()));
        LOG.warn("{} tweets, all in each; p95 of the others before {} ms, meanwhile {} ms", sent, before, during);
        for (int i = 0; i < before.size(); i++) {
            assertThat((double) during.get(i)).isLessThanOrEqualTo(1.1 * before.get(i));
        }
    }

    private static void publish(AtomicInteger sent, AtomicBoolean sending) {
        long begin = System.nanoTime();
        try (var producer = new KafkaProducer<>(
                new HashMap<String, Object>(kafka.clientProperties()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int slice = 1; sending.get(); slice++) {
                for (int i = 0; i < A_SECOND / SLICES; i++) {
                    Tweet tweet = Tweets.tweet(sent.getAndIncrement());
                    producer.send(new ProducerRecord<>("apart", tweet.id().getBytes(UTF_8), TweetJson.toBytes(tweet)));
                }
                rest(Duration.ofNanos(begin + slice * TimeUnit.SECONDS.toNanos(1) / SLICES - System.nanoTime()));
            }
        }
    }

    private static List<Long> p95(KafkaPipeline pipeline) {
        return Stream.of("first", "second")
                .map(name -> sink(pipeline, name).latencyMillis(0.95).orElseThrow())
                .toList();
    }

    private static void report(KafkaPipeline pipeline, String when) {
        pipeline.sinks().keySet().forEach(name -> {
            SinkMetrics sink = sink(pipeline, name);
            LOG.warn(
                    "{}: {}",
                    when,
                    String.format(
                            Locale.ROOT,
                            "%s stored %,d, retried %,d, lag %s; of the last minutes p50 %s, p95 %s, p99 %s ms",
                            name,
                            sink.stored(),
                            sink.retried(),
                            pipeline.sinks().get(name).lag(),
                            sink.latencyMillis(0.5),
                            sink.latencyMillis(0.95),
                            sink.latencyMillis(0.99)));
        });
    }

    private static SinkMetrics sink(KafkaPipeline pipeline, String name) {
        return pipeline.sinks().get(name).metrics().sinks().get(name);
    }

    private static List<String> ids(RecordingSink.Factory<ClassifiedTweet> sink) {
        return sink.records().stream().map(record -> record.tweet().id()).toList();
    }

    private static void rest(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, time.toNanos()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
