/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's first piece of code, run; the others are those of the samples. */
class SnippetsIT {
    @Test
    void aModelAnswersInJava() {
        try (Classifier emotion = OnnxModels.emotion().open()) {
            for (Classification answer : emotion.classifyAll(List.of("What a game!", "I miss you", ""))) {
                System.out.println(answer.top().map(ScoredLabel::label).orElse("no label"));
            }
        }
        assertThat(OnnxModels.emotion().shared().classify("").top()).isEmpty();
        assertThat(OnnxModels.emotion()
                        .shared()
                        .classify("I am so happy today!")
                        .top())
                .hasValueSatisfying(top -> assertThat(top.label()).isEqualTo("joy"));
    }
}
