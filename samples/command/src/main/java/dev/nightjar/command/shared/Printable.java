/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

/** Text that can do nothing to a terminal. */
public final class Printable {
    private Printable() {}

    /** The text without control characters, and without what turns the line around. */
    public static String of(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ").replaceAll("[\\u202A-\\u202E\\u2066-\\u2069]", "");
    }
}
