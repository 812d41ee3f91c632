/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration from a map of texts: typed, every fault collected, an unknown option refused with the nearest
 * known one. Each adapter's {@code fromMap} is a few lines over it:
 *
 * <pre>{@code
 * ConfigReader reader = ConfigReader.of("sink-mongo", options);
 * Builder builder = builder(reader.required("uri"));
 * reader.integer("batch-size", builder::batchSize);
 * reader.finish();
 * return builder.build();
 * }</pre>
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class ConfigReader {
    private final String owner;
    private final Map<String, String> values;
    private final Set<String> known = new TreeSet<>();
    private final List<String> faults = new ArrayList<>();

    private ConfigReader(String owner, Map<String, String> values) {
        this.owner = owner;
        this.values = values;
    }

    /**
     * Begins to read.
     *
     * @param owner whose configuration it is, for messages: {@code sink-mongo}
     * @param values the options, named in kebab-case
     */
    public static ConfigReader of(String owner, Map<String, String> values) {
        return new ConfigReader(owner, Map.copyOf(values));
    }

    /** An option that must be there; the empty text if it is not, which {@link #finish()} then reports. */
    public String required(String name) {
        String value = value(name);
        if (value == null || value.isBlank()) {
            faults.add(owner + " needs the option '" + name + "'");
            return "";
        }
        return value;
    }

    /** Passes on a text option if it is there. */
    public void string(String name, Consumer<String> setter) {
        read(name, "a text", Function.identity(), setter);
    }

    /** Passes on a whole number if it is there. */
    public void integer(String name, Consumer<Integer> setter) {
        read(name, "a whole number", text -> Integer.valueOf(text.strip()), setter);
    }

    /** Passes on a whole number of 64 bits if it is there. */
    public void longInteger(String name, Consumer<Long> setter) {
        read(name, "a whole number", text -> Long.valueOf(text.strip()), setter);
    }

    /** Passes on a number if it is there; infinity and not-a-number are none. */
    public void number(String name, Consumer<Double> setter) {
        read(name, "a number", ConfigReader::parseNumber, setter);
    }

    /** Passes on {@code true} or {@code false} if it is there. */
    public void bool(String name, Consumer<Boolean> setter) {
        read(name, "true or false", ConfigReader::parseBoolean, setter);
    }

    /** Passes on a duration if it is there: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h} or ISO-8601. */
    public void duration(String name, Consumer<Duration> setter) {
        read(name, "a duration such as 500ms, 10s, 5m or PT10S", ConfigReader::parseDuration, setter);
    }

    /** Passes on a path if it is there. */
    public void path(String name, Consumer<Path> setter) {
        read(name, "a path", Path::of, setter);
    }

    /** Passes on a credential if it is there: {@code env:NAME}, {@code file:PATH} or the secret itself. */
    public void credential(String name, Consumer<Credential> setter) {
        read(name, "a credential", Credential::parse, setter);
    }

    /** Passes on one of an enum's constants if it is there, written in kebab-case or as declared. */
    public <E extends Enum<E>> void choice(String name, Class<E> type, Consumer<E> setter) {
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(kebab(constant));
        }
        read(
                name,
                "one of " + String.join(", ", names),
                text -> Enum.valueOf(
                        type, text.strip().toUpperCase(java.util.Locale.ROOT).replace('-', '_')),
                setter);
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigException if an option was missing, malformed or unknown; it names them all
     */
    public void finish() {
        for (String name : new TreeSet<>(values.keySet())) {
            if (!known.contains(name)) {
                faults.add(owner + " has no option '" + name + "'; did you mean '" + nearest(name, known) + "'? It has "
                        + String.join(", ", known));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
    }

    /** The known name that a misspelt one is most like; the empty text if none is known. */
    public static String nearest(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    private <T> void read(String name, String form, Function<String, T> parser, Consumer<T> setter) {
        String value = value(name);
        if (value == null) {
            return;
        }
        T parsed;
        try {
            parsed = parser.apply(value);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            // The value is not quoted: it may be a secret that was given under the wrong name.
            faults.add("The option '" + name + "' of " + owner + " is not " + form);
            return;
        }
        try {
            setter.accept(parsed);
        } catch (ConfigException | IllegalArgumentException e) {
            faults.add("The option '" + name + "' of " + owner + " is refused: " + e.getMessage());
        }
    }

    private @Nullable String value(String name) {
        known.add(name);
        return values.get(name);
    }

    private static double parseNumber(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite");
        }
        return number;
    }

    private static boolean parseBoolean(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Duration parseDuration(String text) {
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

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The Levenshtein distance, by rows of its matrix. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
