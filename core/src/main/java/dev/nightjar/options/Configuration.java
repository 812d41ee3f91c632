/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import dev.nightjar.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@link Options}: equal by them, and without a secret in its text. Each adapter's configuration is one,
 * with a builder that has a method for each option.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public abstract class Configuration implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The options that were set and differ from the default, so that configurations that mean the same are equal. */
    private final TreeMap<String, Serializable> values;

    /** The configuration that a builder has collected. */
    protected Configuration(Builder<?, ?> builder) {
        TreeMap<String, Serializable> changed = new TreeMap<>();
        for (Option<?> option : builder.options.all(builder.values.keySet())) {
            Serializable value = builder.values.get(option.key());
            if (value != null && !option.isFallback(value)) {
                changed.put(option.key(), value);
            }
        }
        this.values = changed;
    }

    /** The declared options. */
    protected abstract Options options();

    /** The value of an option that has a default or is required. */
    public final <T> T get(Option<T> option) {
        T value = find(option);
        if (value == null) {
            throw new IllegalStateException("The option '" + option + "' has no value");
        }
        return value;
    }

    /** The value of an option, or its default; null if it has neither. */
    public final <T> @Nullable T find(Option<T> option) {
        Serializable value = values.get(option.key());
        return value == null ? option.fallback() : option.load(value);
    }

    /** The values of a type that were set under keys with a prefix, by the rest of the key. */
    public final <T extends Serializable> SortedMap<String, T> under(String prefix, Class<T> type) {
        SortedMap<String, T> found = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix) && type.isInstance(value)) {
                found.put(key.substring(prefix.length()), type.cast(value));
            }
        });
        return found;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Configuration that && getClass() == that.getClass() && values.equals(that.values);
    }

    @Override
    public final int hashCode() {
        return values.hashCode();
    }

    /** The options that were set, without their secrets. */
    @Override
    public final String toString() {
        StringJoiner text = new StringJoiner(", ", getClass().getSimpleName() + '[', "]");
        for (Option<?> option : options().all(values.keySet())) {
            Serializable value = values.get(option.key());
            if (value != null) {
                text.add(option + "=" + option.show(value));
            }
        }
        return text.toString();
    }

    /**
     * Collects a {@link Configuration}.
     *
     * <p>Confined to one thread.
     *
     * @param <C> the configuration
     * @param <B> its builder
     * @since 0.1.0
     */
    public abstract static class Builder<C extends Configuration, B extends Builder<C, B>> {
        private final Options options;
        private final Function<? super B, ? extends C> create;
        private final SortedMap<String, Serializable> values = new TreeMap<>();
        private final List<String> faults = new ArrayList<>();
        private final Set<String> malformed = new HashSet<>();

        /**
         * A builder of a configuration with all its options at their defaults.
         *
         * @param create the configuration's constructor
         */
        protected Builder(Options options, Function<? super B, ? extends C> create) {
            this.options = options;
            this.create = create;
        }

        /** This builder. */
        @SuppressWarnings("unchecked") // B is its type
        protected final B self() {
            return (B) this;
        }

        /** Adds contradictions between options that are each valid, one sentence each. */
        protected void check(C configuration, List<String> found) {}

        /** Sets an option. */
        public final <T> B set(Option<T> option, T value) {
            values.put(option.key(), option.store(value));
            return self();
        }

        /** Takes over another configuration's values, or defaults, for the options that both share. */
        public final B setAll(Configuration other) {
            values.keySet().removeIf(key -> options.shares(key, other.options()));
            other.values.forEach((key, value) -> {
                if (options.shares(key, other.options())) {
                    values.put(key, value);
                }
            });
            return self();
        }

        /** What an option was set to, were it its default; null if it was not set. */
        protected final <T> @Nullable T find(Option<T> option) {
            Serializable value = values.get(option.key());
            return value == null ? null : option.load(value);
        }

        /** Sets options from texts, by their keys; {@link #build()} reports unknown or malformed ones as faults. */
        public final B read(Map<String, String> texts) {
            new TreeMap<>(texts).forEach((key, text) -> {
                Option<?> option = options.find(key);
                if (option == null || option.isGiven()) {
                    faults.add(options.unknown(key));
                } else if (!option.isRequired() || !text.isBlank()) {
                    read(option, text);
                }
            });
            return self();
        }

        private boolean isMissing(Option<?> option) {
            return option.isRequired() && option.fallback() == null && !malformed.contains(option.key());
        }

        private <T> void read(Option<T> option, String text) {
            T value = option.read(text, options.owner(), faults);
            if (value == null) {
                malformed.add(option.key());
            } else {
                set(option, value);
            }
        }

        /**
         * The configuration. Nothing is connected to or looked up yet.
         *
         * @throws ConfigException if an option is missing, unknown, malformed or refused; it names every fault
         */
        public final C build() {
            List<String> found = new ArrayList<>(faults);
            for (Option<?> option : options.all(values.keySet())) {
                Serializable value = values.get(option.key());
                if (value == null
                        ? isMissing(option)
                        : option.isRequired() && value.toString().isBlank()) {
                    found.add(options.owner() + " needs the option '" + option + "'");
                } else if (value != null) {
                    option.check(value, found);
                }
            }
            C configuration = create.apply(self());
            if (found.isEmpty()) {
                check(configuration, found);
            }
            if (!found.isEmpty()) {
                throw new ConfigException(found);
            }
            return configuration;
        }
    }
}
