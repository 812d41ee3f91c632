/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The signals that ask a process to end, caught before the JVM acts on them: once it ends, so do Spark, the broker and
 * the databases' clients. By reflection, as Kafka does, since the only Java that knows signals is an internal class,
 * {@code sun.misc.Signal}; on a JVM that lacks it, or does not let go of its signals, they end the process as ever.
 */
final class Signals {
    private Signals() {}

    /**
     * Has an action run at the first of these signals; the next one does what it did before.
     *
     * @return gives the signals back
     */
    static Runnable catchFirst(Runnable action) {
        Map<Object, Object> earlier = new LinkedHashMap<>();
        Runnable release = () -> earlier.forEach(Signals::handle);
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object first = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, given) -> {
                        if (method.getName().equals("handle")) {
                            release.run();
                            action.run();
                            return null;
                        }
                        return method.invoke(action, given); // equals, hashCode, toString
                    });
            for (String name : List.of("INT", "TERM")) {
                Object signal = Class.forName("sun.misc.Signal")
                        .getConstructor(String.class)
                        .newInstance(name);
                earlier.put(signal, handle(signal, first));
            }
        } catch (ReflectiveOperationException e) {
            release.run();
        }
        return release;
    }

    private static Object handle(Object signal, Object handler) {
        try {
            return Objects.requireNonNull(signal.getClass()
                    .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, signal, handler));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
