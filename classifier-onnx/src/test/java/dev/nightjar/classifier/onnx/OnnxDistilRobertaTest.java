/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.ClassifierContract;

/** A model of 32-bit numbers, without token types, whose ONNX file lies under {@code onnx/}. */
class OnnxDistilRobertaTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return OnnxClassifierConfig.builder(Fixtures.directory("distilroberta")).build();
    }
}
