/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.ClassifierContract;

/** The bundled emotion model, from the class path. */
class OnnxEmotionTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return OnnxModels.emotion();
    }
}
