/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;

/** Java serialization there and back, as when Spark sends a factory to an executor, and the checks of the copy. */
final class Copies {
    private Copies() {}

    /** Fails unless both are equal, have equal hash codes and differ from an object that is not a factory. */
    static void assertEqual(Object one, Object other) {
        assertThat(one)
                .as("a factory for the same, which must be equal to it: live objects are shared by equality")
                .isEqualTo(other)
                .hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(null).isNotEqualTo("a text");
    }

    @SuppressWarnings("unchecked") // reads only what it has just written
    static <T> T serialized(T original) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(original);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (T) in.readObject();
            }
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError("Not Java-serializable: " + original, e);
        }
    }
}
