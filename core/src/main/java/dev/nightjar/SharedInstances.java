/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live objects of this JVM, one per equal factory. Each is closed with its last lease or by a shutdown hook, in
 * reverse order of opening.
 */
final class SharedInstances {
    private static final Logger LOG = LoggerFactory.getLogger(SharedInstances.class);
    private static final Map<Factory<?>, Slot> SLOTS = new ConcurrentHashMap<>();
    private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();
    private static final Set<Runnable> DRAINS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedInstances::closeAll, "nightjar-shared-close"));
    }

    private SharedInstances() {}

    @SuppressWarnings("unchecked") // a slot is only ever filled by the factory that is its key
    static <T extends AutoCloseable> T take(Factory<T> factory) {
        return (T) SLOTS.computeIfAbsent(factory, key -> new Slot()).take(factory);
    }

    static void giveBack(Factory<?> factory) {
        Slot slot = SLOTS.get(factory);
        if (slot != null) {
            slot.giveBack();
        }
    }

    /** Runs an action at the JVM's shutdown, before anything is closed; what it returns takes that back. */
    static Runnable beforeClosing(Runnable drain) {
        DRAINS.add(drain);
        return () -> DRAINS.remove(drain);
    }

    /** An object that forwards all calls on the live object's public interfaces, except closing it. */
    @SuppressWarnings("unchecked") // T is one of the interfaces
    static <T extends AutoCloseable> T view(T live) {
        Class<?>[] interfaces = Stream.<Class<?>>iterate(live.getClass(), Objects::nonNull, Class::getSuperclass)
                .flatMap(type -> Stream.of(type.getInterfaces()))
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .distinct()
                .toArray(Class<?>[]::new);
        return (T) Proxy.newProxyInstance(live.getClass().getClassLoader(), interfaces, (view, method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            try {
                return method.invoke(live, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private static void closeAll() {
        List<Thread> drains = DRAINS.stream().map(Thread::new).toList();
        drains.forEach(Thread::start);
        try {
            for (Thread drain : drains) {
                drain.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Deque<AutoCloseable> opened;
        synchronized (OPENED) {
            opened = new ArrayDeque<>(OPENED);
            OPENED.clear();
        }
        opened.forEach(SharedInstances::close);
    }

    private static void close(AutoCloseable instance) {
        try {
            instance.close();
        } catch (Exception e) {
            LOG.warn("Could not close a shared {}", instance.getClass().getName(), e);
        }
    }

    /** Holds the lock of one factory only, so that a slow opening blocks no caller of another. */
    private static final class Slot {
        private @Nullable AutoCloseable instance;
        private long users;

        synchronized AutoCloseable take(Factory<?> factory) {
            AutoCloseable opened = instance;
            if (opened == null) {
                opened = factory.open();
                instance = opened;
                synchronized (OPENED) {
                    OPENED.push(opened);
                }
            }
            users++;
            return opened;
        }

        synchronized void giveBack() {
            users--;
            AutoCloseable unused = instance;
            if (users > 0 || unused == null) {
                return;
            }
            instance = null;
            synchronized (OPENED) {
                if (!OPENED.remove(unused)) {
                    return; // the JVM shuts down and closes it
                }
            }
            close(unused);
        }
    }
}
