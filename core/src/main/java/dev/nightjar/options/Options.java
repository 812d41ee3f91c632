/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
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
    private final Map<String, Function<String, ? extends Option<?>>> byPrefix = new LinkedHashMap<>();

    private Options(String owner) {
        this.owner = owner;
    }

    /**
     * The options of a configuration, none declared yet.
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

    /** Adds the options of a part, since they are declared there. */
    public Options addAll(Options part) {
        byPrefix.putAll(part.byPrefix);
        return addAll(part.byKey.values());
    }

    /**
     * Declares all options whose keys begin alike and are known to another, such as the properties of a client.
     *
     * @param prefix how the keys begin: {@code kafka.}
     * @param byKey the option of a key, which begins so
     */
    public Options addPrefix(String prefix, Function<String, ? extends Option<?>> byKey) {
        byPrefix.put(prefix, byKey);
        return this;
    }

    /** The options that a text can set, in the order of their declaration, except those of a prefix. */
    public List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(byKey.values());
        all.removeIf(Option::isGiven);
        return List.copyOf(all);
    }

    /** The declared options in the order of their declaration, then those of a prefix that have one of these keys. */
    List<Option<?>> all(Set<String> keys) {
        List<Option<?>> all = new ArrayList<>(byKey.values());
        for (String key : keys) {
            Option<?> option = byKey.containsKey(key) ? null : find(key);
            if (option != null) {
                all.add(option);
            }
        }
        return all;
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
        Option<?> option = byKey.get(key);
        for (var prefixed : byPrefix.entrySet()) {
            if (option == null && key.startsWith(prefixed.getKey())) {
                option = prefixed.getValue().apply(key);
            }
        }
        return option;
    }

    /** Whether a key is one of the same option here and there. */
    boolean shares(String key, Options other) {
        Option<?> declared = byKey.get(key);
        return declared == other.byKey.get(key) && (declared != null || (find(key) != null && other.find(key) != null));
    }

    /** The fault of a key that no option has. */
    String unknown(String key) {
        TreeSet<String> known = new TreeSet<>();
        all().forEach(option -> known.add(option.key()));
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

    /** How many letters must be put in, taken out or replaced to make one name of the other. */
    public static int distance(String a, String b) {
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
