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
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.SinkMetrics;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
 * What a sink that is down for five minutes costs the others, in figures for docs/design/delivery.md. A second pipeline
 * reads the same topic meanwhile, all of whose sinks are well: what else the machine does costs both. Ten minutes, by
 * {@code ./mvnw -pl core -Dsinks.apart=true -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SinksApartIT
 * verify}.
 */
@Timeout(1_800)
@EnabledIfSystemProperty(named = "sinks.apart", matches = "true")
class SinksApartIT extends WithBroker {
    private static final Logger LOG = LoggerFactory.getLogger(SinksApartIT.class);
    private static final int A_SECOND = 100;
    private static final int SLICES = 10;
    private static final List<String> SINKS = List.of("first", "second", "third");

    /** How many records took how many milliseconds in this phase, by pipeline and sink. */
    private final Map<String, TreeMap<Long, Long>> latencies = new ConcurrentHashMap<>();

    @Test
    void aSinkThatIsDownForFiveMinutesLeavesTheLatencyOfTheOthersAndCatchesUpExactly() throws Exception {
        TopicProbe.create(kafka, "apart", 2);
        AtomicBoolean down = new AtomicBoolean();
        sink("ill", "third").beforeWrite(batch -> {
            if (down.get()) {
                throw new RetriableException("It is down", null);
            }
        });
        KafkaPipeline ill = pipeline("ill");
        KafkaPipeline well = pipeline("well");
        List<CompletableFuture<Void>> runs = List.of(Background.run(ill::run), Background.run(well::run));
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean sending = new AtomicBoolean(true);
        CompletableFuture<Void> publisher = Background.run(() -> publish(sent, sending));

        rest(Duration.ofSeconds(100)); // until all is warm
        latencies.clear();
        rest(Duration.ofSeconds(150));
        report("before");
        down.set(true);
        rest(Duration.ofMinutes(5));
        report("while the third was down");
        assertThat(ill.metrics().health()).hasToString("waiting: It is down");
        LOG.warn("The third waits with a lag of {}", ill.sinks().get("third").lag());
        long begin = System.nanoTime();
        down.set(false);
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ill.sinks().get("third").lag().orElse(Long.MAX_VALUE) < A_SECOND);
        LOG.warn(
                "The third has caught up after {} ms",
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
        sending.set(false);
        publisher.get(60, TimeUnit.SECONDS);
        List<RecordingSink.Factory<ClassifiedTweet>> all = Stream.of("ill", "well")
                .flatMap(pipeline -> SINKS.stream().map(sink -> sink(pipeline, sink)))
                .toList();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> all.stream().allMatch(sink -> sink.records().size() == sent.get()));
        ill.close();
        well.close();
        for (CompletableFuture<Void> run : runs) {
            run.get(60, TimeUnit.SECONDS);
        }

        Set<ClassifiedTweet> stored = Set.copyOf(all.get(0).records());
        assertThat(stored).hasSize(sent.get());
        assertThat(all)
                .allSatisfy(sink -> assertThat(Set.copyOf(sink.records())).isEqualTo(stored));
        assertThat(ill.sinks().values()).allSatisfy(sink -> {
            assertThat(sink.counts().isBalanced()).isTrue();
            assertThat(sink.counts().out()).isEqualTo(sent.get());
        });
        LOG.warn("{} tweets, all in each sink", sent);
    }

    private KafkaPipeline pipeline(String name) {
        KafkaPipeline.Builder builder =
                KafkaPipeline.builder(kafka, "apart", name).classifier("emotion", KeywordClassifier.emotion());
        SINKS.forEach(sink -> builder.sink(sink, sink(name, sink)));
        KafkaPipeline pipeline =
                builder.sinksApart("apart." + name).waitForStores().build();
        pipeline.sinks()
                .forEach((sink, part) -> part.metrics().listen(new DeliveryMetrics.Listener() {
                    @Override
                    public void stored(String to, long millis, long records) {
                        TreeMap<Long, Long> counts =
                                latencies.computeIfAbsent(name + ' ' + sink, key -> new TreeMap<>());
                        synchronized (counts) {
                            counts.merge(millis, records, Long::sum);
                        }
                    }
                }));
        return pipeline;
    }

    private static RecordingSink.Factory<ClassifiedTweet> sink(String pipeline, String sink) {
        return RecordingSink.tweets("SinksApartIT." + pipeline + "." + sink);
    }

    private void report(String phase) {
        for (String sink : SINKS) {
            StringBuilder line = new StringBuilder();
            for (double share : new double[] {0.5, 0.95, 0.99}) {
                long ill = quantile("ill " + sink, share);
                long well = quantile("well " + sink, share);
                line.append(
                        String.format(Locale.ROOT, " p%.0f %d ms, %d in the other pipeline;", share * 100, ill, well));
            }
            LOG.warn("{}, {}:{}", phase, sink, line);
        }
        latencies.clear();
    }

    private long quantile(String of, double share) {
        SortedMap<Long, Long> counts = latencies.getOrDefault(of, new TreeMap<>());
        synchronized (counts) {
            return new SinkMetrics(0, 0, 0, counts).latencyMillis(share).orElse(-1);
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

    private static void rest(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, time.toNanos()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
