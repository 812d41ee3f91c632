/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.ClassifierContract;

/** The bundled sentiment model, from the class path. */
class OnnxSentimentTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return OnnxModels.sentiment();
    }
}
