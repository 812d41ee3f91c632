/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classifier;
import dev.nightjar.LabelSet;
import dev.nightjar.io.Gate;

/** Classifies with a {@link LinearModel}, until it is closed. */
abstract class LinearClassifier implements Classifier {
    final Answers answers;
    private final double temperature;
    final Gate gate = new Gate();

    LinearClassifier(LinearModel<?> model, double abstainBelow) {
        this.temperature = model.temperature();
        this.answers = new Answers(model.model(), model.labels(), temperature, abstainBelow);
    }

    @Override
    public LabelSet labels() {
        return answers.labels();
    }

    @Override
    public String model() {
        return answers.model();
    }

    /** The divisor of the logits before they become scores; 1 if the model was not calibrated. */
    public double temperature() {
        return temperature;
    }

    /** Refuses further calls; running ones end as they would have. */
    @Override
    public void close() {
        gate.close(this::release);
    }

    /** Frees what the first close must free. */
    abstract void release();

    /** What the gate calls this classifier. */
    final String what() {
        return "classifier " + model();
    }
}
