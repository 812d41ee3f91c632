/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import dev.nightjar.testkit.ClassifierContract;
import dev.nightjar.testkit.KeywordClassifier;

class KeywordClassifierTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return KeywordClassifier.emotion();
    }
}
