/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.Classification;
import dev.nightjar.ScoredLabel;
import dev.nightjar.cascade.CascadeClassifier;
import dev.nightjar.cascade.CascadeConfig;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.util.List;

/**
 * Labels its arguments by two models: a fast one answers where it is sure, a better one is asked for the rest. It
 * prints each label with the model that gave it.
 */
final class Cascade {
    private Cascade() {}

    public static void main(String[] args) {
        CascadeConfig cascade = CascadeConfig.builder(LrModels.sentiment(), OnnxModels.sentiment())
                .margin(0.3)
                .build();
        try (CascadeClassifier classifier = cascade.open()) {
            List<String> texts = List.of(args);
            List<Classification> answers = classifier.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                Classification answer = answers.get(i);
                String label = answer.top().map(ScoredLabel::label).orElse("no label");
                System.out.println(label + "  " + texts.get(i) + "  (" + answer.model() + ")");
            }
            System.out.println(classifier.askedOfSecond() + " of " + classifier.asked() + " asked of the better model");
        }
    }
}
