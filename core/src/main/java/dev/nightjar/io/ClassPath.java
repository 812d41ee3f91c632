/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files on the class path: those of the thread's context class loader, or else of the loader of the class that asks.
 * The first has what an application adds later, such as Spark's {@code --jars} on an executor.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class ClassPath {
    private ClassPath() {}

    /**
     * Whether there is such a file.
     *
     * @param file its path, with {@code /} between folders and none before
     * @param asking the class that asks
     */
    public static boolean has(String file, Class<?> asking) {
        return holder(file, asking).isPresent();
    }

    /**
     * The bytes of a file; empty if there is none.
     *
     * @param file its path, with {@code /} between folders and none before
     * @param asking the class that asks
     * @throws IOException if it cannot be read
     */
    public static Optional<byte[]> read(String file, Class<?> asking) throws IOException {
        Optional<ClassLoader> holder = holder(file, asking);
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = holder.get().getResourceAsStream(file)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    private static Optional<ClassLoader> holder(String file, Class<?> asking) {
        return Stream.of(Thread.currentThread().getContextClassLoader(), asking.getClassLoader())
                .filter(loader -> loader != null && loader.getResource(file) != null)
                .findFirst();
    }
}
