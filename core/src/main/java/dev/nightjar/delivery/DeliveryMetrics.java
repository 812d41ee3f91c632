/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.delivery.Health.State;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery does and how it is, for those who watch it: by these methods, by JMX, or by {@code
 * dev.nightjar.micrometer.NightjarMetrics}. The engine that runs the delivery keeps it up to date. Its names are those of
 * sinks, classifiers and reasons; nothing in it is of a tweet.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class DeliveryMetrics {
    private final String name;
    private final SortedMap<String, SinkCounter> sinks = new TreeMap<>();
    private final Map<String, ModelMetrics> models = new ConcurrentHashMap<>();
    private final List<DeliveryMetrics> parts = new CopyOnWriteArrayList<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile Ledger counts = Ledger.EMPTY;
    private volatile long batches;
    private volatile long inFlight = -1;
    private volatile Supplier<OptionalLong> lag = OptionalLong::empty;
    private volatile Health health = new Health(State.STARTING, null, null);

    DeliveryMetrics(String name, Collection<String> sinks) {
        this.name = Objects.requireNonNull(name, "name");
        sinks.forEach(sink -> this.sinks.put(sink, new SinkCounter()));
    }

    /** What tells the delivery from others. */
    public String name() {
        return name;
    }

    /** What became of all records whose batch is finished. */
    public Ledger counts() {
        return counts;
    }

    /** How many batches are finished. */
    public long batches() {
        return batches;
    }

    /** How many records are in hand; empty if that is not known, as with Spark, whose executors have them. */
    public OptionalLong inFlight() {
        return inFlight < 0 ? OptionalLong.empty() : OptionalLong.of(inFlight);
    }

    /** How many records wait; empty if it is not known. */
    public OptionalLong lag() {
        return lag.get();
    }

    /** The sinks by name. */
    public SortedMap<String, SinkMetrics> sinks() {
        SortedMap<String, SinkMetrics> now = new TreeMap<>();
        sinks.forEach((sink, counter) -> now.put(sink, counter.now()));
        return now;
    }

    /** The classifiers by name, those that were asked in this JVM. */
    public SortedMap<String, ModelMetrics> models() {
        return new TreeMap<>(models);
    }

    /** The deliveries that this one runs for sinks that go at their own pace. */
    public List<DeliveryMetrics> parts() {
        return Collections.unmodifiableList(parts);
    }

    /** How the delivery is. One of several parts that has trouble lets it wait, whatever the trouble: the others go on. */
    public Health health() {
        Health own = health;
        if (own.isReady()) {
            for (DeliveryMetrics part : parts) {
                Health of = part.health();
                if (!of.isReady() && of.state() != State.ENDED) {
                    State state = of.trouble() == null ? of.state() : State.WAITING;
                    return new Health(state, own.lastBatch(), of.trouble());
                }
            }
        }
        return own;
    }

    /**
     * Shows this to JMX, as {@link DeliveryMXBean} under {@code dev.nightjar:type=Delivery,name="NAME"}; a second one of a
     * name gets {@code ,number=2}.
     *
     * @return takes it back
     */
    public Runnable register() {
        return DeliveryBean.register(this);
    }

    /** Tells a listener what happens from now on. */
    public void listen(Listener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** For engines: adds a delivery that is part of this one. */
    public void part(DeliveryMetrics part) {
        parts.add(part);
    }

    /** For engines: says where the lag is to be asked. */
    public void lag(Supplier<OptionalLong> value) {
        lag = Objects.requireNonNull(value, "lag");
    }

    /** For engines: a batch of so many records is in hand. */
    public void begin(long records) {
        inFlight = records;
    }

    /** For engines: nothing is in hand, since the batch begins anew later. */
    public void interrupted() {
        inFlight = 0;
    }

    /** For engines: a batch is finished, and is not delivered again. */
    public void finish(Ledger batch) {
        synchronized (sinks) {
            inFlight = Math.min(inFlight, 0); // not known where no batch was begun
            batches++;
            health = new Health(State.RUNNING, Instant.now(), null);
        }
        count(batch);
        listeners.forEach(listener -> listener.finished(batch.in()));
    }

    /** For engines: counts records that were in no batch. */
    public void count(Ledger ledger) {
        synchronized (sinks) {
            counts = counts.plus(ledger);
        }
        listeners.forEach(listener -> listener.counted(ledger));
    }

    /** For engines: how the delivery is from now on. */
    public void become(State state, @Nullable RuntimeException trouble) {
        synchronized (sinks) {
            health = new Health(state, health.lastBatch(), trouble);
        }
    }

    /** For engines: a classifier has answered. */
    public void asked(String classifier, long texts, long nanos) {
        models.merge(classifier, new ModelMetrics(1, texts, nanos), ModelMetrics::plus);
        listeners.forEach(listener -> listener.asked(classifier, texts, nanos));
    }

    /** For engines: what sinks did in a task of another JVM. */
    public void add(Map<String, SinkMetrics> elsewhere) {
        elsewhere.forEach((sink, did) -> {
            did.millis().forEach((millis, records) -> stored(sink, millis, records));
            stored(sink, -1, did.stored() - did.timed());
            refused(sink, did.refused());
            retried(sink, did.retried());
        });
    }

    /** A sink has acknowledged records of one age, which is negative where it is not known. */
    void stored(String sink, long millis, long records) {
        if (records > 0) {
            of(sink).stored.addAndGet(records);
            if (millis >= 0) {
                of(sink).latencies.add(millis, records);
            }
            listeners.forEach(listener -> listener.stored(sink, millis, records));
        }
    }

    void refused(String sink, long records) {
        if (records > 0) {
            of(sink).refused.addAndGet(records);
            listeners.forEach(listener -> listener.refused(sink, records));
        }
    }

    void retried(String sink, long attempts) {
        if (attempts > 0) {
            of(sink).retried.addAndGet(attempts);
            listeners.forEach(listener -> listener.retried(sink, attempts));
        }
    }

    private SinkCounter of(String sink) {
        return Objects.requireNonNull(sinks.get(sink), sink);
    }

    private static final class SinkCounter {
        private final AtomicLong stored = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicLong retried = new AtomicLong();
        private final Latencies latencies = new Latencies();

        SinkMetrics now() {
            return new SinkMetrics(stored.get(), refused.get(), retried.get(), latencies.counts());
        }
    }

    /**
     * What the classifier of a name has done.
     *
     * @param passes how often it was asked
     * @param texts about how many texts in all
     * @param nanos how long that took
     * @since 0.1.0
     */
    public record ModelMetrics(long passes, long texts, long nanos) {
        private ModelMetrics plus(ModelMetrics other) {
            return new ModelMetrics(passes + other.passes, texts + other.texts, nanos + other.nanos);
        }
    }

    /**
     * Is told what a delivery does, by the thread that does it. It must not throw, and does nothing unless it is overridden.
     *
     * @since 0.1.0
     */
    public interface Listener {
        /** What became of records that are done. */
        default void counted(Ledger ledger) {}

        /** A batch of so many records is done. */
        default void finished(long records) {}

        /** A sink has acknowledged records of one age, which is negative where it is not known. */
        default void stored(String sink, long millis, long records) {}

        /** A sink has refused records, or failed on them. */
        default void refused(String sink, long records) {}

        /** Attempts at a sink have failed in a way that may pass. */
        default void retried(String sink, long attempts) {}

        /** A classifier has answered. */
        default void asked(String classifier, long texts, long nanos) {}
    }
}
