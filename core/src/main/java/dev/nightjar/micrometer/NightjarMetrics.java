/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.micrometer;

import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.Ledger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds what a delivery and its parts do to a registry, from then on:
 *
 * <pre>{@code
 * new NightjarMetrics(pipeline.metrics()).bindTo(registry);
 * }</pre>
 *
 * <p>Every meter has the tag {@code pipeline}, the delivery's name. Those of the ledger keep its law: {@code
 * nightjar.records.in} is {@code .out} and {@code .dead} and {@code .skipped} over all reasons. Core's README has a table of
 * all meters. A sink of your own may make up reasons: the first {@value #MOST_REASONS} are told apart.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class NightjarMetrics implements MeterBinder {
    /** How many reasons have a counter of their own; all others are the reason {@code other}. */
    static final int MOST_REASONS = 100;

    /** The latencies that a histogram counts by. */
    private static final Duration[] BOUNDS = Stream.of(
                    5L,
                    10L,
                    25L,
                    50L,
                    100L,
                    250L,
                    500L,
                    1_000L,
                    2_500L,
                    5_000L,
                    10_000L,
                    30_000L,
                    60_000L,
                    300_000L,
                    900_000L,
                    3_600_000L)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final DeliveryMetrics delivery;
    private final Tags tags;

    /** Binds a delivery and its parts. */
    public NightjarMetrics(DeliveryMetrics delivery) {
        this(delivery, Tags.empty());
    }

    /**
     * Binds a delivery and its parts with more tags: two of one name, as members of a group in one program are, need one
     * that tells them apart.
     */
    public NightjarMetrics(DeliveryMetrics delivery, Iterable<Tag> tags) {
        this.delivery = Objects.requireNonNull(delivery, "delivery");
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bind(delivery, registry);
    }

    private void bind(DeliveryMetrics of, MeterRegistry registry) {
        Tags own = tags.and("pipeline", of.name());
        gauge(
                registry,
                own,
                "nightjar.ready",
                "1 if it stores what comes",
                null,
                of,
                metrics -> metrics.health().isReady() ? 1 : 0);
        gauge(
                registry,
                own,
                "nightjar.records.in.flight",
                "Records in hand",
                null,
                of,
                metrics -> number(metrics.inFlight()));
        gauge(
                registry,
                own,
                "nightjar.lag",
                "Records that wait in the topic",
                "records",
                of,
                metrics -> number(metrics.lag()));
        gauge(registry, own, "nightjar.last.batch", "When the last batch was finished", "seconds", of, metrics -> {
            Instant last = metrics.health().lastBatch();
            return last == null ? Double.NaN : last.getEpochSecond();
        });
        of.listen(new Meters(of, registry, own));
        of.parts().forEach(part -> bind(part, registry));
    }

    private static double number(OptionalLong known) {
        return known.isPresent() ? known.getAsLong() : Double.NaN;
    }

    /** In place of the gauge of an earlier delivery of that name, of which it would be forgotten. */
    private static void gauge(
            MeterRegistry registry,
            Tags tags,
            String name,
            String means,
            @Nullable String unit,
            DeliveryMetrics of,
            ToDoubleFunction<DeliveryMetrics> value) {
        registry.remove(new Meter.Id(name, tags, null, null, Meter.Type.GAUGE));
        Gauge.builder(name, of, value)
                .description(means)
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }

    /** Counts what a delivery tells. */
    private static final class Meters implements DeliveryMetrics.Listener {
        private final MeterRegistry registry;
        private final Tags tags;
        private final Counter in;
        private final Counter out;
        private final DistributionSummary batches;
        private final Map<String, OfSink> sinks = new HashMap<>();
        private final Set<String> reasons = new HashSet<>();

        Meters(DeliveryMetrics of, MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            in = counter("nightjar.records.in", "Records whose batch is finished", tags);
            out = counter("nightjar.records.out", "Records that every sink has stored", tags);
            batches = DistributionSummary.builder("nightjar.batch.size")
                    .description("Records of a batch")
                    .baseUnit("records")
                    .tags(tags)
                    .register(registry);
            of.sinks().keySet().forEach(sink -> sinks.put(sink, ofSink(sink)));
        }

        private OfSink ofSink(String sink) {
            Tags named = tags.and("sink", sink);
            return new OfSink(
                    counter("nightjar.sink.stored", "Records that the sink has acknowledged", named),
                    counter("nightjar.sink.refused", "Records that the sink has refused or failed on", named),
                    counter("nightjar.sink.retries", "Attempts that failed in a way that may pass", named),
                    Timer.builder("nightjar.sink.latency")
                            .description("From a record's time in its topic to the sink's acknowledgement")
                            .serviceLevelObjectives(BOUNDS)
                            .tags(named)
                            .register(registry));
        }

        @Override
        public void counted(Ledger ledger) {
            in.increment((double) ledger.in());
            out.increment((double) ledger.out());
            ledger.deadLetters()
                    .forEach((reason, records) -> count("nightjar.records.dead", "Dead letters", reason, records));
            ledger.skipped()
                    .forEach((reason, records) ->
                            count("nightjar.records.skipped", "Records passed over on purpose", reason, records));
        }

        private void count(String name, String means, String reason, long records) {
            boolean apart;
            synchronized (reasons) {
                apart = reasons.contains(reason) || (reasons.size() < MOST_REASONS && reasons.add(reason));
            }
            counter(name, means, tags.and("reason", apart ? reason : "other")).increment((double) records);
        }

        @Override
        public void finished(long records) {
            batches.record((double) records);
        }

        @Override
        public void stored(String sink, long millis, long records) {
            OfSink of = of(sink);
            of.stored.increment((double) records);
            for (long i = 0; i < records && millis >= 0; i++) {
                of.latency.record(millis, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void refused(String sink, long records) {
            of(sink).refused.increment((double) records);
        }

        @Override
        public void retried(String sink, long attempts) {
            of(sink).retries.increment((double) attempts);
        }

        @Override
        public void asked(String classifier, long texts, long nanos) {
            Tags named = tags.and("classifier", classifier);
            Timer.builder("nightjar.classifier")
                    .description("Calls of a classifier, each about a batch of texts")
                    .tags(named)
                    .register(registry)
                    .record(nanos, TimeUnit.NANOSECONDS);
            counter("nightjar.classifier.texts", "Texts that a classifier was asked about", named)
                    .increment((double) texts);
        }

        private OfSink of(String sink) {
            return Objects.requireNonNull(sinks.get(sink), sink);
        }

        private Counter counter(String name, String means, Tags with) {
            return Counter.builder(name).description(means).tags(with).register(registry);
        }

        private record OfSink(Counter stored, Counter refused, Counter retries, Timer latency) {}
    }
}
