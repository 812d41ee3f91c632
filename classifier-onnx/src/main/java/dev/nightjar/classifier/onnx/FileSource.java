/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.io.IOException;
import java.util.Optional;

/** The files of a model at some place, by their paths there with {@code /} between folders. */
interface FileSource {
    /** The most bytes that Java holds in one array. */
    int LARGEST = Integer.MAX_VALUE - 8;

    /** What to say when the place itself is not there; empty if it is. */
    Optional<String> missing();

    /** Whether there is such a file. */
    boolean has(String file);

    /**
     * The bytes of a file; empty if there is none.
     *
     * @throws IOException if it cannot be read
     */
    Optional<byte[]> read(String file) throws IOException;

    /**
     * Refuses a file that cannot be held.
     *
     * @throws IOException if it has more bytes than an array
     */
    static void requireReadable(long size) throws IOException {
        if (size > LARGEST) {
            throw new IOException("it has more than " + LARGEST + " bytes");
        }
    }
}
