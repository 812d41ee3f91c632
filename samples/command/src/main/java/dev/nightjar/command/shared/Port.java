/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import picocli.CommandLine;

/** Reads the number of a port to listen on. */
public final class Port implements CommandLine.ITypeConverter<Integer> {
    private static final int LAST = 65_535;

    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > LAST) {
            throw new CommandLine.TypeConversionException(
                    "'" + text + "' is not a port: give a number from 1 to " + LAST + ", or 0 for any that is free");
        }
        return Integer.valueOf(text);
    }
}
