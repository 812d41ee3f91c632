/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.ClassifierContract;
import java.util.List;

class WordListClassifierTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return WordListClassifierConfig.of(WordListModelTest.MODEL, WordListModelTest.WORDS);
    }

    @Override
    public boolean truncates() {
        return false;
    }

    @Override
    public List<String> texts() {
        return List.of(
                "I love this soup",
                "I hate this rain",
                "@ann a good day #happy",
                "nothing that is listed here",
                "the train, the rain and the soup",
                "rt: love http://example.org/x");
    }
}
