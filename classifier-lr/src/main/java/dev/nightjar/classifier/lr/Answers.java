/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the logits of a model's labels into its answer.
 *
 * <p>Immutable.
 */
final class Answers {
    /** What {@code abstainBelow} is where every score will do. */
    static final double ANY = 0;

    private final String model;
    private final LabelSet labels;
    private final double temperature;
    private final double abstainBelow;

    Answers(String model, LabelSet labels, double temperature, double abstainBelow) {
        this.model = model;
        this.labels = labels;
        this.temperature = temperature;
        this.abstainBelow = abstainBelow;
    }

    LabelSet labels() {
        return labels;
    }

    String model() {
        return model;
    }

    /** The softmax of the logits over the temperature; the array is overwritten. */
    Classification of(double[] logits) {
        double[] scores = ProblemType.SINGLE_LABEL.scores(logits, temperature);
        if (!Double.isFinite(scores[0])) {
            return rejected(Reason.MODEL_FAULT);
        }
        List<ScoredLabel> scored = new ArrayList<>(scores.length);
        for (int label = 0; label < scores.length; label++) {
            scored.add(new ScoredLabel(labels.names().get(label), scores[label]));
        }
        Classification.Scored answer = new Classification.Scored(model, scored, false);
        return answer.best().score() < abstainBelow ? rejected(Reason.UNCERTAIN) : answer;
    }

    Classification rejected(Reason reason) {
        return new Classification.Rejected(model, reason);
    }

    static boolean isTooLarge(String text) {
        return text.length() > Tweet.MAX_TEXT_LENGTH && text.codePointCount(0, text.length()) > Tweet.MAX_TEXT_LENGTH;
    }
}
