/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.ClassifierFactory;

class KeywordClassifierTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return KeywordClassifier.emotion();
    }
}
