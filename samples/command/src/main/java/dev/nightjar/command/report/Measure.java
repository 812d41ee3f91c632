/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.WireName;
import dev.nightjar.evaluation.Evaluation;
import java.util.function.ToDoubleFunction;

/** A measure of a model's quality, from 0 to 1. */
public enum Measure {
    ACCURACY("Accuracy", "accuracy", Evaluation::accuracy),
    MACRO_F1("Macro-F1", "macroF1", Evaluation::macroF1),
    MACRO_RECALL("Macro-recall", "macroRecall", Evaluation::macroRecall);

    private final String title;
    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference, which holds nothing
    private final ToDoubleFunction<Evaluation> definition;

    Measure(String title, String key, ToDoubleFunction<Evaluation> definition) {
        this.title = title;
        this.key = key;
        this.definition = definition;
    }

    String title() {
        return title;
    }

    /** Its name in JSON. */
    String key() {
        return key;
    }

    double of(Evaluation evaluation) {
        return definition.applyAsDouble(evaluation);
    }

    Evaluation.Interval interval(Evaluation evaluation) {
        return evaluation.interval(definition);
    }

    /** As an option's value: {@code macro-f1}. */
    @Override
    public String toString() {
        return WireName.kebab(this);
    }
}
