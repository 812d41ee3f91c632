/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.RejectedRecordsException.Rejection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The deletions in a batch of records, and what becomes of them. The records of an id come in their order, so what the last
 * of them says is what the stores are to hold: a tweet that comes after its deletion is not erased.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
@Experimental
public final class Erasures {
    /** How a deletion that every sink has carried out is counted. */
    public static final String ERASED = "erased";

    /**
     * How any other deletion is counted: a sink cannot erase, the key is no tweet's id, or the tweet came again after it.
     */
    public static final String TOMBSTONE = "tombstone";

    private final Map<String, Long> pending = new LinkedHashMap<>();
    private long erased;
    private long other;

    /** Notes a record without a value, with its key. */
    public void deleted(byte @Nullable [] key) {
        String id = id(key);
        if (id == null) {
            other++;
        } else {
            pending.merge(id, 1L, Long::sum);
        }
    }

    /** Notes a tweet that is written. */
    public void written(String id) {
        Long deletions = pending.remove(id);
        other += deletions == null ? 0 : deletions;
    }

    /** How many deletions there are to be carried out. */
    public int size() {
        return pending.size();
    }

    /**
     * Carries the deletions out, after all that is written has been written.
     *
     * @param sinks the sinks by name; one that is no {@link ErasableSink} keeps what it has
     * @param retry how long what may work later is repeated
     * @throws RetriableException as {@link ErasableSink#erase}; nothing is counted then
     * @throws ConfigException as {@link ErasableSink#erase}
     */
    public void carryOut(Map<String, ? extends Sink<?>> sinks, Retry retry) {
        Map<String, Long> everywhere = new LinkedHashMap<>(pending);
        List<String> ids = List.copyOf(pending.keySet());
        sinks.forEach((name, sink) -> {
            if (ids.isEmpty()) {
                return;
            }
            if (!(sink instanceof ErasableSink<?> erasable)) {
                everywhere.clear();
                return;
            }
            try {
                retry.run("erase " + ids.size() + " tweets from the sink '" + name + "'", () -> erasable.erase(ids));
            } catch (RejectedRecordsException e) {
                for (Rejection rejection : e.rejections()) {
                    everywhere.remove(rejection.key());
                }
            }
        });
        long all = sum(pending);
        erased += sum(everywhere);
        other += all - sum(everywhere);
        pending.clear();
    }

    /** How many deletions there were, by what became of them: {@link #ERASED} and {@link #TOMBSTONE}. */
    public SortedMap<String, Long> counts() {
        SortedMap<String, Long> counts = new TreeMap<>();
        if (erased > 0) {
            counts.put(ERASED, erased);
        }
        if (other + sum(pending) > 0) {
            counts.put(TOMBSTONE, other + sum(pending));
        }
        return counts;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static @Nullable String id(byte @Nullable [] key) {
        try {
            return key == null ? null : Tweet.checkId(new String(key, UTF_8));
        } catch (DataException e) {
            return null;
        }
    }
}
