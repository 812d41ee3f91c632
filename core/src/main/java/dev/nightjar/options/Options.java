/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of a configuration, in the order of their declaration.
 *
 * <p>Not changed once the configuration's class is initialized, and then safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class Options {
    private final String owner;
    private final Map<String, Option<?>> byKey = new LinkedHashMap<>();

    private Options(String owner) {
        this.owner = owner;
    }

    /**
     * The options of a configuration, of which none is declared yet.
     *
     * @param owner whose configuration it is, for messages: {@code sink-mongo}
     */
    public static Options of(String owner) {
        return new Options(owner);
    }

    /** Declares an option and returns it. */
    public <T> Option<T> add(Option<T> option) {
        if (byKey.put(option.key(), option) != null) {
            throw new IllegalArgumentException("The option '" + option.key() + "' is declared twice");
        }
        return option;
    }

    /** Declares options that several configurations have. */
    public Options addAll(Collection<? extends Option<?>> options) {
        options.forEach(this::add);
        return this;
    }

    /** The options, in the order of their declaration. */
    public List<Option<?>> all() {
        return List.copyOf(byKey.values());
    }

    /** The table for a README: a row for each option with its key, its values, its default and its meaning. */
    public String table() {
        return "| key | value | default | what for |\n|---|---|---|---|\n"
                + all().stream().map(option -> option.row() + '\n').collect(Collectors.joining());
    }

    /** Whose configuration it is. */
    public String owner() {
        return owner;
    }

    @Nullable
    Option<?> find(String key) {
        return byKey.get(key);
    }

    /** What is wrong with a key that no option has. */
    String unknown(String key) {
        TreeSet<String> known = new TreeSet<>(byKey.keySet());
        return owner + " has no option '" + key + "'; did you mean '" + nearest(key, known) + "'? It has "
                + String.join(", ", known);
    }

    /** The known name that a misspelt one is most like; the empty text if none is known. */
    public static String nearest(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
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
