/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The live objects of this JVM, one per equal factory, closed by a shutdown hook in reverse order of opening. */
final class SharedInstances {
    private static final Logger LOG = LoggerFactory.getLogger(SharedInstances.class);
    private static final Map<Factory<?>, Slot> SLOTS = new ConcurrentHashMap<>();
    private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedInstances::closeAll, "nightjar-shared-close"));
    }

    private SharedInstances() {}

    @SuppressWarnings("unchecked") // a slot is only ever filled by the factory that is its key
    static <T extends AutoCloseable> T get(Factory<T> factory) {
        return (T) SLOTS.computeIfAbsent(factory, key -> new Slot()).openedBy(factory);
    }

    private static void closeAll() {
        Deque<AutoCloseable> opened;
        synchronized (OPENED) {
            opened = new ArrayDeque<>(OPENED);
            OPENED.clear();
        }
        for (AutoCloseable instance : opened) {
            try {
                instance.close();
            } catch (Exception e) {
                LOG.warn(
                        "Could not close a shared {} at shutdown",
                        instance.getClass().getName(),
                        e);
            }
        }
    }

    /** Holds the lock of one factory, so that a slow opening blocks nobody who asks for another. */
    private static final class Slot {
        private @Nullable AutoCloseable instance;

        synchronized AutoCloseable openedBy(Factory<?> factory) {
            AutoCloseable opened = instance;
            if (opened == null) {
                opened = factory.open();
                instance = opened;
                synchronized (OPENED) {
                    OPENED.push(opened);
                }
            }
            return opened;
        }
    }
}
