/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.FatalException;
import dev.nightjar.Lease;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.delivery.Health.State;
import dev.nightjar.delivery.Incoming.Arrived;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.delivery.Incoming.Deleted;
import dev.nightjar.delivery.Incoming.Skipped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Delivers batches of records: writes them to every sink, keeps those that can never be stored as dead letters, erases
 * deleted tweets, and counts. The reader of the records calls a delivered batch done, by committing its offsets. A
 * batch that was not delivered is delivered again as a whole; sinks write by key, so this gives the same rows.
 *
 * <p>A record that a sink can never take, or fails on while it takes others, is one dead letter, whatever the other
 * sinks do; the first refusal gives the code. A store that does not answer never makes one: the write is repeated up to the retry limit, which holds for a
 * batch in all.
 *
 * <p>Confined to one thread.
 *
 * @param <T> the type of the records
 * @since 0.1.0
 */
public final class Delivery<T> implements AutoCloseable {
    private final Map<String, Lease<Sink<T>>> sinks = new LinkedHashMap<>();
    private final DeadLetterOutlet deadLetters;
    private final Tolerance tolerance;
    private final Duration retryLimit;
    private final DeliveryMetrics metrics;

    /** A delivery that nobody watches. */
    public Delivery(DeliverySettings<T> settings, String records, Duration retryLimit) {
        this(settings, records, retryLimit, settings.metrics(""));
    }

    /**
     * A delivery; opens nothing before the first record is there to be written.
     *
     * @param records what the records are, for messages: {@code records of the topic 'tweets'}
     * @param retryLimit how long what fails in a batch is repeated, in all
     * @param metrics of the same settings; told what the sinks do, and what is waited for
     */
    public Delivery(DeliverySettings<T> settings, String records, Duration retryLimit, DeliveryMetrics metrics) {
        settings.sinks().forEach((name, factory) -> sinks.put(name, factory.lease()));
        this.deadLetters = new DeadLetterOutlet(settings.deadLetters);
        this.tolerance = new Tolerance(settings.deadLetterLimit, records);
        this.retryLimit = retryLimit;
        this.metrics = metrics;
    }

    /**
     * Opens every sink now rather than with the first record.
     *
     * @throws FatalException as {@link dev.nightjar.Factory#open()}
     * @throws RetriableException as {@link dev.nightjar.Factory#open()}
     */
    public void open() {
        sinks.values().forEach(Lease::get);
        deadLetters.open();
    }

    /**
     * Delivers a batch. When this returns, every sink has the records that it can take, the rest is kept as dead
     * letters, and deleted tweets are erased where possible.
     *
     * @return what became of the records
     * @throws RetriableException if a store does not answer within the retry limit, or the thread is interrupted
     * @throws FatalException if delivering again does not help: too many records are dead letters (which are then not
     *     written), there is a dead letter and no place for it, or credentials are refused
     */
    public Ledger deliver(List<? extends Incoming<T>> batch) {
        return new Pass(batch).deliver();
    }

    /**
     * Looks at the sum over deliveries side by side as at batches of this one.
     *
     * @throws FatalException if too many records are dead letters
     */
    public void check(Ledger sum) {
        tolerance.check(sum);
    }

    /** Gives the sinks back. */
    @Override
    public void close() {
        sinks.values().forEach(Lease::close);
        deadLetters.close();
    }

    /** A batch on its way. */
    private final class Pass {
        private final long start = System.nanoTime();
        private final int in;
        private final List<Arrived<T>> arrived = new ArrayList<>();
        private final List<Integer> places = new ArrayList<>();
        private final SortedMap<String, Long> skipped = new TreeMap<>();
        private final Erasures erasures = new Erasures();
        /** The dead letter at each place of the batch, null where the record is none. */
        private final @Nullable DeadLetter[] dead;

        Pass(List<? extends Incoming<T>> batch) {
            in = batch.size();
            dead = new DeadLetter[in];
            for (int place = 0; place < in; place++) {
                add(place, batch.get(place));
            }
        }

        private void add(int place, Incoming<T> one) {
            if (one instanceof Arrived<T> record) {
                if (record.id() != null) {
                    erasures.written(record.id(), arrived.size());
                }
                arrived.add(record);
                places.add(place);
            } else if (one instanceof Dead<T> letter) {
                dead[place] = letter.letter();
            } else if (one instanceof Deleted<T> deletion) {
                erasures.deleted(deletion.id());
            } else if (one instanceof Skipped<T> passed) {
                skipped.merge(passed.reason(), 1L, Long::sum);
            }
        }

        Ledger deliver() {
            if (!arrived.isEmpty()) {
                List<T> records = arrived.stream().map(Arrived::value).toList();
                sinks.forEach((name, sink) -> write(name, sink, records));
            }
            for (DeadLetter letter : dead) {
                tolerance.check(letter == null ? Tolerance.GOOD : deadLetters(Stream.of(letter)));
            }
            // After the records, so that those refused by the sinks are included.
            deadLetters.write(letters().toList(), retry().telling(this::waits));
            // Last, so that tweets that were deleted after they were written are gone.
            erasures.carryOut(sinks, this::retry);
            erasures.counts().forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
            Ledger lost = deadLetters(letters());
            long out = arrived.size()
                    - places.stream().filter(place -> dead[place] != null).count();
            return new Ledger(in, out, lost.deadLetters(), skipped);
        }

        private void write(String name, Lease<Sink<T>> sink, List<T> records) {
            Sink<T> open = retry(name).call("open the sink '" + name + "'", sink::get);
            BitSet refused = new BitSet();
            Isolation<T> isolation =
                    new Isolation<>((from, part) -> write(name, open, from, part, refused), records, left());
            for (Isolation.Culprit culprit : isolation.culpritsAmongOthers()) {
                String code = culprit.failure() instanceof DataException fault ? fault.code() : "sink-fault";
                refused.set(culprit.index());
                refuse(culprit.index(), code, "The sink '" + name + "' fails on it: " + culprit.fault());
            }
            erasures.refused(name, refused);
            long now = System.currentTimeMillis();
            Map<Long, Long> ages = new HashMap<>();
            for (int i = 0; i < records.size(); i++) {
                if (!refused.get(i)) {
                    long time = arrived.get(i).time();
                    ages.merge(time < 0 ? -1 : Math.max(0, now - time), 1L, Long::sum);
                }
            }
            ages.forEach((age, count) -> metrics.stored(name, age, count));
            metrics.refused(name, refused.cardinality());
        }

        private void write(String name, Sink<T> sink, int from, List<T> records, BitSet refused) {
            try {
                retry(name)
                        .run(
                                "write " + records.size() + " records to the sink '" + name + "'",
                                () -> sink.write(records));
            } catch (RejectedRecordsException e) {
                for (Rejection rejection : e.rejections()) {
                    refused.set(from + rejection.index());
                    refuse(
                            from + rejection.index(),
                            rejection.code(),
                            "The sink '" + name + "' refuses it: " + rejection.message());
                }
            }
        }

        private void refuse(int index, String code, String message) {
            int place = places.get(index);
            DeadLetter first = dead[place];
            dead[place] = first == null
                    ? arrived.get(index).original().deadLetter(Stage.SINK, code, message)
                    : arrived.get(index)
                            .original()
                            .deadLetter(Stage.SINK, first.code(), first.message() + "; " + message);
        }

        private Stream<DeadLetter> letters() {
            return Stream.of(dead).filter(Objects::nonNull);
        }

        private Ledger deadLetters(Stream<DeadLetter> letters) {
            SortedMap<String, Long> reasons = new TreeMap<>();
            letters.forEach(letter -> reasons.merge(Ledger.reason(letter), 1L, Long::sum));
            return new Ledger(
                    reasons.values().stream().mapToLong(Long::longValue).sum(), 0, reasons, new TreeMap<>());
        }

        /** The time left for the batch, so that a consumer group does not consider its member lost. */
        private Retry retry() {
            return Retry.upTo(left());
        }

        private Retry retry(String sink) {
            return retry().telling(outage -> {
                metrics.retried(sink, 1);
                waits(outage);
            });
        }

        private void waits(RetriableException outage) {
            metrics.become(State.WAITING, outage);
        }

        private Duration left() {
            Duration left = retryLimit.minusNanos(System.nanoTime() - start);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }
}
