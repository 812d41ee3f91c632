/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.ClassifierContract;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A user's own classifier, checked by the contract. */
class EmoticonClassifierTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return new EmoticonClassifier.Factory();
    }

    @Override
    public List<String> texts() {
        return List.of("Sunny :)", "Rain again :(", "Clouds", "Snow :)", "Hail :(");
    }

    @Override
    public boolean truncates() {
        return false;
    }

    @Test
    void emoticonsDecide() {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classifyAll(List.of("Sunny :)", "Rain again :(")))
                    .extracting(answer -> answer.top().orElseThrow().label())
                    .containsExactly("happy", "sad");
        }
    }
}
