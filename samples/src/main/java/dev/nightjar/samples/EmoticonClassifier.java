/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import java.util.List;

/** A user's own classifier, of emoticons only. Its factory is a record: factories are compared by what they open. */
final class EmoticonClassifier implements Classifier {
    private static final String MODEL = "emoticons@000000000001";
    private boolean closed;

    @Override
    public LabelSet labels() {
        return new LabelSet(List.of("sad", "happy"), ProblemType.SINGLE_LABEL);
    }

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public synchronized List<Classification> classifyAll(List<String> texts) {
        if (closed) {
            throw new IllegalStateException("The classifier is closed");
        }
        return texts.stream().map(EmoticonClassifier::classified).toList();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private static Classification classified(String text) {
        if (text.isBlank() || text.codePointCount(0, text.length()) > Tweet.MAX_TEXT_LENGTH) {
            return new Classification.Rejected(MODEL, text.isBlank() ? Reason.BLANK : Reason.TOO_LARGE);
        }
        double happy = text.contains(":)") ? 0.9 : text.contains(":(") ? 0.1 : 0.5;
        return new Classification.Scored(
                MODEL, List.of(new ScoredLabel("sad", 1 - happy), new ScoredLabel("happy", happy)), false);
    }

    record Factory() implements ClassifierFactory {
        @Override
        public Classifier open() {
            return new EmoticonClassifier();
        }
    }
}
