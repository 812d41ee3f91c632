/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.Classification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scored answers to the texts used last, up to a number of them. Safe for use by multiple threads. */
final class AnswerCache {
    private final int size;
    private final Map<String, Classification> answers;

    AnswerCache(int size) {
        this.size = size;
        this.answers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Classification> eldest) {
                return size() > AnswerCache.this.size;
            }
        };
    }

    /** Adds the answers it has for some texts. */
    void find(List<String> texts, Map<String, Classification> found) {
        if (size > 0) {
            synchronized (answers) {
                for (String text : texts) {
                    Classification answer = answers.get(text);
                    if (answer != null) {
                        found.put(text, answer);
                    }
                }
            }
        }
    }

    /** Caches the answers to some texts, except those that cost nothing or may differ next time. */
    void keep(List<String> texts, Map<String, Classification> given) {
        if (size > 0) {
            synchronized (answers) {
                for (String text : texts) {
                    Classification answer = given.get(text);
                    if (answer != null && isLasting(answer)) {
                        answers.put(text, answer);
                    }
                }
            }
        }
    }

    private static boolean isLasting(Classification answer) {
        return !(answer instanceof Classification.Rejected rejected)
                || rejected.reason() == Classification.Reason.UNCERTAIN;
    }
}
