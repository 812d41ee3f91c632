/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.cascade;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How to open a {@link CascadeClassifier}: a fast classifier, a better and slower one, and how sure the first must be
 * for its answer to stand.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class CascadeConfig extends Configuration implements ClassifierFactory {
    static final Options OPTIONS = Options.of("cascade");
    static final Option<ClassifierFactory> FIRST = OPTIONS.add(Option.given("first"));
    static final Option<ClassifierFactory> SECOND = OPTIONS.add(Option.given("second"));
    static final Option<Double> MARGIN = OPTIONS.add(Option.number("margin", 0, 1)
            .defaultTo(0.5)
            .means("by how much the best score of the first must exceed its second best for its answer to stand"));

    private static final long serialVersionUID = 1L;

    private CascadeConfig(Builder builder) {
        super(builder);
    }

    /**
     * Begins a configuration.
     *
     * @param first asked for every text
     * @param second asked for the texts on which the first is not sure; its labels are the same, in any order
     */
    public static Builder builder(ClassifierFactory first, ClassifierFactory second) {
        return new Builder().set(FIRST, first).set(SECOND, second);
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
        return builder(first, second).read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Opens both classifiers.
     *
     * @throws ConfigException if one cannot be opened, their labels are not the same, or a text may have several labels
     * @throws dev.nightjar.RetriableException if one of them says so
     */
    @Override
    public CascadeClassifier open() {
        Classifier opened = get(FIRST).open();
        try {
            return new CascadeClassifier(opened, openSecond(opened.labels()), get(MARGIN));
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** Those that both read. */
    @Override
    public Set<String> languages() {
        Set<String> first = get(FIRST).languages();
        Set<String> second = get(SECOND).languages();
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        return first.stream().filter(second::contains).collect(Collectors.toUnmodifiableSet());
    }

    /** Those of the one that takes more; they are asked one after the other. */
    @Override
    public int threads() {
        return Math.max(get(FIRST).threads(), get(SECOND).threads());
    }

    private Classifier openSecond(LabelSet labels) {
        Classifier opened = get(SECOND).open();
        try {
            CascadeClassifier.check(labels, opened.labels());
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Collects a {@link CascadeConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<CascadeConfig, Builder> {
        private Builder() {
            super(OPTIONS, CascadeConfig::new);
        }

        /**
         * By how much the first classifier's best score must exceed its second best for its answer to stand, from 0
         * (always) to 1 (only for an answer without any doubt); 0.5 unless set. It is a trade of accuracy for speed:
         * read it from a cost curve on texts of your own.
         */
        public Builder margin(double value) {
            return set(MARGIN, value);
        }
    }
}
