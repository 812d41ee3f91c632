/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.delivery.Incoming.Original;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A classifier under the name that its answers have in a pipeline.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public record NamedClassifier(String name, Classifier classifier) {
    /**
     * Classifies texts; does not ask for none.
     *
     * @throws IllegalStateException if the classifier gives more or fewer answers than there are texts
     */
    public List<Classification> classifyAll(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<Classification> answers = classifier.classifyAll(texts);
        if (answers.size() != texts.size()) {
            throw new IllegalStateException("The classifier '" + name + "' (" + classifier.model() + ") gave "
                    + answers.size() + " answers for " + texts.size() + " texts");
        }
        return answers;
    }

    /** The dead letter of a record on which the model failed; null if it did not, be it without an answer. */
    public @Nullable DeadLetter fault(Classification answer, Original original) {
        return answer instanceof Classification.Rejected rejected
                        && rejected.reason() == Classification.Reason.MODEL_FAULT
                ? original.deadLetter(
                        Stage.CLASSIFY,
                        "model-fault",
                        "The classifier '" + name + "' (" + answer.model() + ") has no answer")
                : null;
    }
}
