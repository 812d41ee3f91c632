/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to open a {@link CascadeClassifier}: a fast classifier, a better and slower one, and by how much the first must be sure
 * for its answer to stand.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class CascadeConfig implements ClassifierFactory {
    /** By how much the best score must exceed the second best, unless set: {@value}. */
    public static final double DEFAULT_MARGIN = 0.5;

    private static final long serialVersionUID = 1L;

    private final ClassifierFactory first;
    private final ClassifierFactory second;
    private final double margin;

    private CascadeConfig(Builder builder) {
        this.first = builder.first;
        this.second = builder.second;
        this.margin = builder.margin;
    }

    /**
     * Begins a configuration.
     *
     * @param first asked for every text
     * @param second asked for the texts on which the first is not sure; its labels are the same, in any order
     */
    public static Builder builder(ClassifierFactory first, ClassifierFactory second) {
        return new Builder(first, second);
    }

    /**
     * Reads a configuration from texts. The only option is {@code margin}.
     *
     * @param first asked for every text
     * @param second asked for the texts on which the first is not sure
     * @throws ConfigException if an option is unknown or refused; it names all faults
     */
    public static CascadeConfig fromMap(
            ClassifierFactory first, ClassifierFactory second, Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("cascade", options);
        Builder builder = builder(first, second);
        reader.number("margin", builder::margin);
        reader.finish();
        return builder.build();
    }

    /**
     * Opens both classifiers.
     *
     * @throws ConfigException if one cannot be opened, their labels are not the same, or a text may have several labels
     * @throws RetriableException if one of them says so
     */
    @Override
    public CascadeClassifier open() {
        Classifier opened = first.open();
        try {
            return new CascadeClassifier(opened, openSecond(opened.labels()), margin);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private Classifier openSecond(LabelSet labels) {
        Classifier opened = second.open();
        try {
            CascadeClassifier.check(labels, opened.labels());
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CascadeConfig that
                && first.equals(that.first)
                && second.equals(that.second)
                && margin == that.margin;
    }

    @Override
    public int hashCode() {
        return Objects.hash(first, second, margin);
    }

    @Override
    public String toString() {
        return "CascadeConfig[first=" + first + ", second=" + second + ", margin=" + margin + ']';
    }

    /**
     * Collects a configuration. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final ClassifierFactory first;
        private final ClassifierFactory second;
        private double margin = DEFAULT_MARGIN;

        private Builder(ClassifierFactory first, ClassifierFactory second) {
            this.first = Objects.requireNonNull(first, "first");
            this.second = Objects.requireNonNull(second, "second");
        }

        /**
         * By how much the best score of the first classifier must exceed its second best for its answer to stand, from 0
         * (always) to 1 (never, but for an answer without any doubt); {@value #DEFAULT_MARGIN} unless set. It is a trade of accuracy for speed:
         * read it from a cost curve on texts of your own.
         */
        public Builder margin(double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new ConfigException("The margin is " + value + ", not from 0 to 1");
            }
            margin = value;
            return this;
        }

        /** The configuration. */
        public CascadeConfig build() {
            return new CascadeConfig(this);
        }
    }
}
