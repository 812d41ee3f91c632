/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.io.Gate;
import java.util.List;

/** Classifies with a {@link WordListModel}. */
final class WordListClassifier implements Classifier {
    private static final LabelSet LABELS = new LabelSet(WordListModel.LABELS, ProblemType.SINGLE_LABEL);

    private final WordListModel model;
    private final String name;
    private final Gate gate = new Gate();

    WordListClassifier(WordListModel model) {
        this.model = model;
        this.name = model.model();
    }

    @Override
    public LabelSet labels() {
        return LABELS;
    }

    @Override
    public String model() {
        return name;
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        gate.checkOpen("classifier " + name);
        return copy.stream().map(this::answer).toList();
    }

    @Override
    public void close() {
        gate.close();
    }

    private Classification answer(String text) {
        if (text.length() > Tweet.MAX_TEXT_LENGTH && text.codePointCount(0, text.length()) > Tweet.MAX_TEXT_LENGTH) {
            return new Classification.Rejected(name, Reason.TOO_LARGE);
        }
        if (WordListText.words(text).isEmpty()) {
            return new Classification.Rejected(name, text.isBlank() ? Reason.BLANK : Reason.UNREADABLE);
        }
        double logit = model.logit(text);
        if (!Double.isFinite(logit)) {
            return new Classification.Rejected(name, Reason.MODEL_FAULT);
        }
        double positive = 1 / (1 + Math.exp(-logit));
        // In the order of the labels: at exactly one half the answer is negative, as in MLlib.
        return new Classification.Scored(
                name,
                List.of(
                        new ScoredLabel(LABELS.names().get(0), 1 - positive),
                        new ScoredLabel(LABELS.names().get(1), positive)),
                false);
    }
}
