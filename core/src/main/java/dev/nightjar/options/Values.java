/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import dev.nightjar.WireName;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Values of options as texts, and back. */
final class Values {
    private Values() {}

    static double number(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite");
        }
        return number;
    }

    static boolean flag(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    static Set<String> words(String text) {
        return Stream.of(text.split(",", -1)).map(String::strip).collect(Collectors.toCollection(TreeSet::new));
    }

    static Duration duration(String text) {
        String stripped = text.strip();
        int digits = 0;
        while (digits < stripped.length() && Character.isDigit(stripped.charAt(digits))) {
            digits++;
        }
        if (digits == 0) {
            return Duration.parse(stripped);
        }
        long amount = Long.parseLong(stripped.substring(0, digits));
        return switch (stripped.substring(digits)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new IllegalArgumentException("no such unit");
        };
    }

    /** A value as it is written in a map of options. */
    static String text(Object value) {
        if (value instanceof Enum<?> constant) {
            return WireName.kebab(constant);
        }
        if (value instanceof Set<?> words) {
            return words.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return value instanceof Duration duration ? text(duration) : String.valueOf(value);
    }

    private static String text(Duration duration) {
        long seconds = duration.getSeconds();
        int nanos = duration.getNano();
        if (seconds < 0 || nanos % 1_000_000 != 0 || (nanos != 0 && seconds >= 3600)) {
            return duration.toString();
        }
        if (nanos != 0) {
            return duration.toMillis() + "ms";
        }
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
    }
}
