/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.ErasableSink;
import dev.nightjar.FatalException;
import dev.nightjar.Lease;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.delivery.Incoming.Deleted;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deletions in a batch of records, and what becomes of them. The records of an id come in order, so the last of
 * them decides what the stores should hold: a tweet that comes after its deletion is not erased, but from a sink that
 * refuses all that came after.
 *
 * <p>Confined to one thread.
 */
final class Erasures {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);

    private final Map<String, Long> pending = new LinkedHashMap<>();
    /** The records that came after the deletion of their id. */
    private final Map<String, Set<Integer>> again = new LinkedHashMap<>();
    /** The records that each sink refuses. */
    private final Map<String, BitSet> refused = new HashMap<>();

    private long erased;
    private long other;

    /** Notes a deletion; null if it names no tweet. */
    void deleted(@Nullable String id) {
        if (id == null) {
            other++;
        } else {
            pending.merge(id, 1L, Long::sum);
            again.remove(id);
        }
    }

    /** Notes a tweet that is written, and which record it is. */
    void written(String id, int index) {
        Long deletions = pending.remove(id);
        if (deletions != null) {
            other += deletions;
            again.put(id, new HashSet<>());
        }
        again.computeIfPresent(id, (same, records) -> records.add(index) ? records : null);
    }

    /** Notes which records a sink refuses. */
    void refused(String sink, BitSet records) {
        refused.put(sink, records);
    }

    /**
     * Carries the deletions out, after all that is written has been written.
     *
     * @param sinks the sinks by name; a sink that is not an {@link ErasableSink} keeps its records
     * @param retry how long what may work later is repeated, for the sink of a name
     * @throws RetriableException as {@link ErasableSink#erase}; nothing is counted then
     * @throws FatalException as {@link ErasableSink#erase}
     */
    <T> void carryOut(Map<String, Lease<Sink<T>>> sinks, Function<String, Retry> retry) {
        Map<String, Long> everywhere = new LinkedHashMap<>(pending);
        sinks.forEach((name, lease) -> {
            List<String> ids = new ArrayList<>(pending.keySet());
            BitSet refusedHere = refused.getOrDefault(name, new BitSet());
            again.forEach((id, records) -> {
                if (records.stream().allMatch(refusedHere::get)) {
                    ids.add(id);
                }
            });
            if (ids.isEmpty()) {
                return;
            }
            if (!(retry.apply(name).call("open the sink '" + name + "'", lease::get)
                    instanceof ErasableSink<?> erasable)) {
                everywhere.clear();
                return;
            }
            Map<String, String> kept = new LinkedHashMap<>();
            Isolation<String> isolation = new Isolation<>(
                    (from, part) -> erase(name, erasable, part, retry.apply(name), kept), ids, Retry.DEFAULT_LIMIT);
            isolation.culpritsAmongOthers().forEach(culprit -> kept.put(ids.get(culprit.index()), culprit.fault()));
            if (!kept.isEmpty()) {
                everywhere.keySet().removeAll(kept.keySet());
                Map.Entry<String, String> first = kept.entrySet().iterator().next();
                LOG.warn(
                        "The sink '{}' has not erased {} deleted tweets; the first is {}: {}",
                        name,
                        kept.size(),
                        first.getKey(),
                        first.getValue());
            }
        });
        erased += sum(everywhere);
        other += sum(pending) - sum(everywhere);
        pending.clear();
    }

    private static void erase(
            String name, ErasableSink<?> sink, List<String> ids, Retry retry, Map<String, String> kept) {
        try {
            retry.run("erase " + ids.size() + " tweets from the sink '" + name + "'", () -> sink.erase(ids));
        } catch (RejectedRecordsException e) {
            e.rejections().forEach(rejection -> kept.put(rejection.key(), rejection.message()));
        }
    }

    /** How many deletions there were, by what became of them. */
    SortedMap<String, Long> counts() {
        SortedMap<String, Long> counts = new TreeMap<>();
        if (erased > 0) {
            counts.put(Deleted.ERASED, erased);
        }
        if (other > 0) {
            counts.put(Deleted.TOMBSTONE, other);
        }
        return counts;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
