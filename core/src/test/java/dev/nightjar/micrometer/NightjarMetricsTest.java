/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Delivery;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Health.State;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Incoming.Arrived;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.delivery.Incoming.Skipped;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.testkit.RecordingSink;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NightjarMetricsTest {
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");
    private static final WindowedCount FIRST = count("a");
    private static final WindowedCount REFUSED = count("b");

    private final RecordingSink.Factory<WindowedCount> sink = RecordingSink.counts("NightjarMetricsTest");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aBatchIsCountedTimedAndBalances() {
        DeliverySettings<WindowedCount> settings = new Builder().of(sink);
        DeliveryMetrics metrics = settings.metrics("g");
        metrics.become(State.RUNNING, null);
        new NightjarMetrics(metrics).bindTo(registry);
        sink.reject(Set.of(RecordingSink.key(REFUSED)));
        sink.failNext(1);
        long minuteAgo = System.currentTimeMillis() - 60_000;
        Incoming.Original original = (stage, code, message) -> letter(stage, code);
        try (Delivery<WindowedCount> delivery = new Delivery<>(settings, "rows", Duration.ofSeconds(10), metrics)) {
            metrics.finish(delivery.deliver(List.of(
                    new Arrived<>(FIRST, null, minuteAgo, original),
                    new Arrived<>(REFUSED, null, minuteAgo, original),
                    new Dead<>(letter(Stage.DECODE, "bad-json")),
                    new Skipped<>("tombstone"))));
        }
        assertThat(counted("nightjar.records.in")).isEqualTo(4);
        assertThat(counted("nightjar.records.out")).isEqualTo(1);
        assertThat(counted("nightjar.records.dead", "reason", "decode/bad-json"))
                .isEqualTo(1);
        assertThat(counted("nightjar.records.dead", "reason", "sink/told-to-reject"))
                .isEqualTo(1);
        assertThat(counted("nightjar.records.skipped", "reason", "tombstone")).isEqualTo(1);
        assertThat(counted("nightjar.sink.stored", "sink", "main")).isEqualTo(1);
        assertThat(counted("nightjar.sink.refused", "sink", "main")).isEqualTo(1);
        assertThat(counted("nightjar.sink.retries", "sink", "main")).isEqualTo(1);
        Timer latency = registry.get("nightjar.sink.latency").timer();
        assertThat(latency.count()).isEqualTo(1);
        assertThat(latency.max(TimeUnit.SECONDS)).isBetween(60.0, 120.0);
        assertThat(registry.get("nightjar.batch.size").summary().totalAmount()).isEqualTo(4);
        assertThat(registry.get("nightjar.ready").gauge().value()).isEqualTo(1);
        assertThat(registry.get("nightjar.lag").gauge().value()).isNaN();
        assertThat(registry.getMeters())
                .allSatisfy(
                        meter -> assertThat(meter.getId().getTag("pipeline")).isEqualTo("g"));
    }

    @Test
    void aPipelineThatIsBuiltAgainGoesOnCountingAndItsGaugesAreOfTheNewOne() {
        for (int run = 1; run <= 2; run++) {
            DeliveryMetrics metrics = new Builder().of(sink).metrics("g");
            new NightjarMetrics(metrics).bindTo(registry);
            metrics.begin(run);
            assertThat(registry.get("nightjar.records.in.flight").gauge().value())
                    .isEqualTo(run);
            metrics.count(new Ledger(5, 5, new TreeMap<>(), new TreeMap<>()));
        }
        assertThat(counted("nightjar.records.in")).isEqualTo(10);
    }

    @Test
    void whoeverMakesUpReasonsMakesNoMeterOfEach() {
        DeliveryMetrics metrics = new Builder().of(sink).metrics("g");
        new NightjarMetrics(metrics).bindTo(registry);
        IntStream.range(0, 1_000)
                .forEach(i ->
                        metrics.count(new Ledger(1, 0, new TreeMap<>(Map.of("sink/id-" + i, 1L)), new TreeMap<>())));
        assertThat(registry.find("nightjar.records.dead").counters()).hasSize(NightjarMetrics.MOST_REASONS + 1);
        assertThat(counted("nightjar.records.dead", "reason", "other")).isEqualTo(1_000 - NightjarMetrics.MOST_REASONS);
    }

    @Test
    void theReadmeHasEachMeterWithItsTags() throws Exception {
        DeliveryMetrics metrics = new Builder().of(sink).metrics("g");
        new NightjarMetrics(metrics).bindTo(registry);
        metrics.asked("mood", 1, 1);
        metrics.count(new Ledger(2, 0, new TreeMap<>(Map.of("a", 1L)), new TreeMap<>(Map.of("b", 1L))));
        String table = Files.readString(Path.of("README.md"))
                .split("<!-- meters -->")[1]
                .split("\n\n")[0];
        assertThat(table.lines()
                        .skip(3)
                        .map(line -> line.replaceAll("`", "").split(" *[|] *"))
                        .map(cells -> cells[1] + ' ' + cells[2]))
                .containsExactlyInAnyOrderElementsOf(registry.getMeters().stream()
                        .map(Meter::getId)
                        .filter(id -> !id.getName().endsWith(".histogram")) // this registry's buckets
                        .map(id -> id.getName()
                                + ' '
                                + id.getTags().stream()
                                        .map(Tag::getKey)
                                        .filter(tag -> !tag.equals("pipeline"))
                                        .collect(Collectors.joining()))
                        .toList());
    }

    private double counted(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private static DeadLetter letter(Stage stage, String code) {
        return new DeadLetter(stage, code, "It is bad", "t-0-1", new byte[0]);
    }

    private static WindowedCount count(String key) {
        return new WindowedCount("hashtag", key, TIME, TIME.plusSeconds(60), 1);
    }

    private static final class Builder extends DeliveryBuilder<WindowedCount, Builder> {
        DeliverySettings<WindowedCount> of(RecordingSink.Factory<WindowedCount> sink) {
            return sink("main", sink)
                    .deadLetters(RecordingSink.deadLetters("NightjarMetricsTest.dead"))
                    .settings();
        }
    }
}
