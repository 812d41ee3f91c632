/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.Sha256;
import java.util.Arrays;

/**
 * Tells a file from another one by its beginning, so that a file may grow.
 *
 * <p>Immutable.
 *
 * @param length how many bytes it covers
 * @param digest the first 16 hexadecimal digits of their SHA-256
 */
record Fingerprint(int length, String digest) {
    static Fingerprint of(byte[] beginning) {
        return new Fingerprint(beginning.length, Sha256.of(beginning).substring(0, 16));
    }

    /** Whether a file that begins so may be the one. */
    boolean matches(byte[] beginning) {
        return length <= beginning.length
                && of(Arrays.copyOf(beginning, length)).equals(this);
    }
}
