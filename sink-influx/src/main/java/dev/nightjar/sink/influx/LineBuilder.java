/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import org.jspecify.annotations.Nullable;

/**
 * Builds one line of line protocol such that whatever a text holds, the line is one point and the text one value of it.
 *
 * <p>In the value of a string field everything can be written. In a tag or the name of a field it cannot: a line break
 * ends the line, and a backslash at the end takes the separator after it for its own. There, backslashes and control
 * characters are written as {@code %} and two hexadecimal digits, as is {@code %} itself, so that distinct texts stay
 * distinct.
 *
 * <p>Tags first, then fields, then the time. Confined to one thread.
 */
final class LineBuilder {
    private static final String HEX = "0123456789ABCDEF";

    private final StringBuilder line;
    private boolean fields;

    /**
     * Begins a line.
     *
     * @param measurement letters, digits, {@code _}, {@code -} and {@code .} alone, which need no escaping
     */
    LineBuilder(String measurement) {
        line = new StringBuilder(512).append(measurement);
    }

    /** Adds a tag. The value must not be empty. */
    LineBuilder tag(String name, String value) {
        line.append(',').append(name).append('=');
        appendName(value);
        return this;
    }

    LineBuilder text(String name, String value) {
        name(name).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\');
            }
            line.append(c);
        }
        line.append('"');
        return this;
    }

    /** Adds an integer unless it is null: a point cannot say that a value is missing. */
    LineBuilder integer(String name, @Nullable Long value) {
        if (value != null) {
            name(name).append(value.longValue()).append('i');
        }
        return this;
    }

    /** Adds a number, which must be finite. */
    LineBuilder number(String name, double value) {
        name(name).append(value);
        return this;
    }

    LineBuilder flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /** Ends the line with the point's time, in nanoseconds since 1970. */
    String at(long nanoseconds) {
        return line.append(' ').append(nanoseconds).toString();
    }

    private StringBuilder name(String name) {
        line.append(fields ? ',' : ' ');
        fields = true;
        appendName(name);
        return line.append('=');
    }

    private void appendName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7F || c == '\\' || c == '%') {
                line.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
            } else {
                if (c == ',' || c == '=' || c == ' ') {
                    line.append('\\');
                }
                line.append(c);
            }
        }
    }
}
