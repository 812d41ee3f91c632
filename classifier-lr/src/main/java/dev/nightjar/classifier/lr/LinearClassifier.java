/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classifier;
import dev.nightjar.LabelSet;

/** Classifies with a {@link LinearModel}, until it is closed. */
abstract class LinearClassifier implements Classifier {
    final Answers answers;
    private final double temperature;
    private volatile boolean closed;

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

    /** By what the logits are divided before they become scores; 1 if the model was not calibrated. */
    public double temperature() {
        return temperature;
    }

    /** Refuses further calls; running ones end as they would have. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    /** Lets go of what the first close frees. */
    abstract void release();

    /** @throws IllegalStateException if the classifier is closed */
    final void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The classifier " + model() + " is closed");
        }
    }
}
