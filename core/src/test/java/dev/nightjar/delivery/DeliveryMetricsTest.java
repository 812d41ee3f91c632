/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.Health.State;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;

class DeliveryMetricsTest {
    private static final Ledger BATCH =
            new Ledger(10, 7, new TreeMap<>(Map.of("decode/bad-json", 2L)), new TreeMap<>(Map.of("erased", 1L)));

    private final DeliveryMetrics metrics = new DeliveryMetrics("g", List.of("a", "b"));

    @Test
    void latenciesAreToldToThreeDigitsBySink() {
        for (long millis = 1; millis <= 1_000; millis++) {
            metrics.stored("a", millis * 10, 1);
        }
        metrics.stored("a", -1, 5);
        SinkMetrics a = metrics.sinks().get("a");
        assertThat(a.stored()).isEqualTo(1_005);
        assertThat(a.timed()).isEqualTo(1_000);
        assertThat(a.latencyMillis(0.5)).hasValue(5_000);
        assertThat(a.latencyMillis(0.95)).hasValue(9_500);
        assertThat(a.latencyMillis(1)).hasValue(10_000);
        metrics.stored("b", 123_456, 1);
        assertThat(metrics.sinks().get("b").latencyMillis(0.5)).hasValue(123_000);
        assertThat(new DeliveryMetrics("g", List.of("c")).sinks().get("c").latencyMillis(0.5))
                .isEmpty();
    }

    @Test
    void whatATaskElsewhereDidIsAddedAsIfItWereHere() {
        DeliveryMetrics task = new DeliveryMetrics("", List.of("a", "b"));
        task.stored("a", 20, 3);
        task.stored("a", -1, 2);
        task.refused("b", 4);
        task.retried("b", 1);
        metrics.stored("a", 20, 1);
        metrics.add(task.sinks());
        assertThat(metrics.sinks().get("a")).isEqualTo(new SinkMetrics(6, 0, 0, new TreeMap<>(Map.of(20L, 4L))));
        assertThat(metrics.sinks().get("b")).isEqualTo(new SinkMetrics(0, 4, 1, new TreeMap<>()));
    }

    @Test
    void aDeliveryIsReadyOnlyIfEachOfItsPartsIsAndLiveWhileItGoesOnItself() {
        DeliveryMetrics part = new DeliveryMetrics("g.a", List.of("a"));
        metrics.part(part);
        assertThat(metrics.health().isReady()).isFalse();
        metrics.become(State.RUNNING, null);
        assertThat(metrics.health().state()).isEqualTo(State.STARTING);
        part.become(State.RUNNING, null);
        assertThat(metrics.health().isReady()).isTrue();
        part.become(State.WAITING, new RetriableException("It is down", null));
        assertThat(metrics.health()).hasToString("waiting: It is down");
        part.become(State.FAILED, new FatalException("It is broken"));
        assertThat(metrics.health()).hasToString("waiting: It is broken");
        assertThat(metrics.health().isLive()).isTrue();
        part.become(State.ENDED, null);
        assertThat(metrics.health().isReady()).isTrue();
        metrics.become(State.FAILED, new FatalException("All is broken"));
        assertThat(metrics.health().isLive()).isFalse();
    }

    @Test
    void jmxShowsTwoOfANameBesideEachOther() throws Exception {
        MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
        ObjectName first = new ObjectName("dev.nightjar:type=Delivery,name=\"g\"");
        ObjectName second = new ObjectName("dev.nightjar:type=Delivery,name=\"g\",number=2");
        DeliveryMetrics other = new DeliveryMetrics("g", List.of("a"));
        Runnable unregister = metrics.register();
        Runnable unregisterOther = other.register();
        try {
            metrics.begin(10);
            assertThat(jmx.getAttribute(first, "InFlight")).isEqualTo(10L);
            metrics.stored("a", 30, 7);
            metrics.asked("mood", 8, 5_000_000);
            metrics.lag(() -> OptionalLong.of(4));
            metrics.finish(BATCH);
            assertThat(jmx.getAttribute(first, "State")).isEqualTo("running");
            assertThat(jmx.getAttribute(first, "In")).isEqualTo(10L);
            assertThat(jmx.getAttribute(first, "Out")).isEqualTo(7L);
            assertThat(jmx.getAttribute(first, "InFlight")).isEqualTo(0L);
            assertThat(jmx.getAttribute(first, "Lag")).isEqualTo(4L);
            assertThat(of(jmx, first, "DeadLetters", "decode/bad-json")).isEqualTo(2L);
            assertThat(of(jmx, first, "Skipped", "erased")).isEqualTo(1L);
            assertThat(of(jmx, first, "StoredBySink", "a")).isEqualTo(7L);
            assertThat(of(jmx, first, "LatencyMillisP95BySink", "a")).isEqualTo(30L);
            assertThat(of(jmx, first, "MillisByClassifier", "mood")).isEqualTo(5L);
            assertThat(jmx.getAttribute(second, "In")).isEqualTo(0L);
            assertThat(jmx.getAttribute(second, "Lag")).isEqualTo(-1L);
            for (var attribute : jmx.getMBeanInfo(first).getAttributes()) {
                assertThat(jmx.getAttribute(first, attribute.getName())).isNotNull();
            }
        } finally {
            unregister.run();
            unregisterOther.run();
        }
        assertThat(jmx.isRegistered(first)).isFalse();
        assertThat(jmx.isRegistered(second)).isFalse();
    }

    private static Object of(MBeanServer jmx, ObjectName bean, String attribute, String key) throws Exception {
        CompositeData row = ((TabularData) jmx.getAttribute(bean, attribute)).get(new Object[] {key});
        return row.get("value");
    }
}
