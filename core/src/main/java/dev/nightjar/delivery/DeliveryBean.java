/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.WireName;
import dev.nightjar.delivery.DeliveryMetrics.ModelMetrics;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What JMX sees of {@link DeliveryMetrics}. */
record DeliveryBean(DeliveryMetrics metrics) implements DeliveryMXBean {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryBean.class);

    /** Nobody is stopped by a JMX that does not want it. */
    static Runnable register(DeliveryMetrics metrics) {
        String name = "dev.nightjar:type=Delivery,name=" + ObjectName.quote(metrics.name());
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            for (int number = 1; ; number++) {
                ObjectName place = new ObjectName(number == 1 ? name : name + ",number=" + number);
                try {
                    server.registerMBean(new DeliveryBean(metrics), place);
                    return () -> remove(server, place);
                } catch (InstanceAlreadyExistsException e) {
                    LOG.debug("{} is another's", place, e);
                }
            }
        } catch (JMException | SecurityException e) {
            LOG.warn("JMX does not show {}", name, e);
            return () -> {};
        }
    }

    private static void remove(MBeanServer server, ObjectName place) {
        try {
            server.unregisterMBean(place);
        } catch (JMException | SecurityException e) {
            LOG.debug("JMX had forgotten {}", place, e);
        }
    }

    @Override
    public String getState() {
        return WireName.of(metrics.health().state());
    }

    @Override
    public String getTrouble() {
        RuntimeException trouble = metrics.health().trouble();
        return trouble == null ? "" : String.valueOf(trouble.getMessage());
    }

    @Override
    public String getLastBatch() {
        Instant last = metrics.health().lastBatch();
        return last == null ? "" : last.toString();
    }

    @Override
    public long getIn() {
        return metrics.counts().in();
    }

    @Override
    public long getOut() {
        return metrics.counts().out();
    }

    @Override
    public Map<String, Long> getDeadLetters() {
        return metrics.counts().deadLetters();
    }

    @Override
    public Map<String, Long> getSkipped() {
        return metrics.counts().skipped();
    }

    @Override
    public long getBatches() {
        return metrics.batches();
    }

    @Override
    public long getInFlight() {
        return metrics.inFlight().orElse(-1);
    }

    @Override
    public long getLag() {
        return metrics.lag().orElse(-1);
    }

    @Override
    public Map<String, Long> getStoredBySink() {
        return each(metrics.sinks(), SinkMetrics::stored);
    }

    @Override
    public Map<String, Long> getRefusedBySink() {
        return each(metrics.sinks(), SinkMetrics::refused);
    }

    @Override
    public Map<String, Long> getRetriedBySink() {
        return each(metrics.sinks(), SinkMetrics::retried);
    }

    @Override
    public Map<String, Long> getLatencyMillisP50BySink() {
        return latencies(0.5);
    }

    @Override
    public Map<String, Long> getLatencyMillisP95BySink() {
        return latencies(0.95);
    }

    @Override
    public Map<String, Long> getPassesByClassifier() {
        return each(metrics.models(), ModelMetrics::passes);
    }

    @Override
    public Map<String, Long> getTextsByClassifier() {
        return each(metrics.models(), ModelMetrics::texts);
    }

    @Override
    public Map<String, Long> getMillisByClassifier() {
        return each(metrics.models(), model -> model.nanos() / 1_000_000);
    }

    private Map<String, Long> latencies(double share) {
        Map<String, Long> known = new TreeMap<>();
        metrics.sinks().forEach((name, sink) -> {
            OptionalLong millis = sink.latencyMillis(share);
            if (millis.isPresent()) {
                known.put(name, millis.getAsLong());
            }
        });
        return known;
    }

    private static <T> Map<String, Long> each(SortedMap<String, T> all, Function<T, Long> count) {
        Map<String, Long> counts = new TreeMap<>();
        all.forEach((name, one) -> counts.put(name, count.apply(one)));
        return counts;
    }
}
