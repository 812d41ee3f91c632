/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.Embedder;
import dev.nightjar.LabelSet;
import dev.nightjar.io.Gate;
import java.util.ArrayList;
import java.util.List;

/** Classifies with an {@link EmbeddingLrModel}, a batch of vectors at a time. */
final class EmbeddingLrClassifier implements Classifier {
    private final EmbeddingLrModel model;
    private final Embedder embedder;
    private final Runnable onClose;
    private final Answers answers;
    private final Gate gate = new Gate();

    /**
     * @param embedder the one of the model
     * @param onClose called at the first close
     */
    EmbeddingLrClassifier(EmbeddingLrModel model, Embedder embedder, Runnable onClose, double abstainBelow) {
        this.model = model;
        this.embedder = embedder;
        this.onClose = onClose;
        this.answers = new Answers(model.model(), model.labels(), model.temperature(), abstainBelow);
    }

    @Override
    public LabelSet labels() {
        return answers.labels();
    }

    @Override
    public String model() {
        return answers.model();
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        return gate.call("classifier " + model(), () -> classify(copy));
    }

    private List<Classification> classify(List<String> copy) {
        List<String> readable = copy.stream()
                .filter(text -> !text.isBlank() && !Answers.isTooLarge(text))
                .toList();
        float[][] vectors = readable.isEmpty() ? new float[0][] : embedder.embedAll(readable);
        List<Classification> all = new ArrayList<>(copy.size());
        int next = 0;
        for (String text : copy) {
            if (text.isBlank()) {
                all.add(answers.rejected(Reason.BLANK));
            } else if (Answers.isTooLarge(text)) {
                all.add(answers.rejected(Reason.TOO_LARGE));
            } else {
                all.add(answer(vectors[next++]));
            }
        }
        return all;
    }

    @Override
    public void close() {
        gate.close(onClose);
    }

    private Classification answer(float[] vector) {
        boolean blank = true;
        for (float number : vector) {
            blank &= number == 0;
        }
        return blank ? answers.rejected(Reason.BLANK) : answers.of(model.logits(vector));
    }
}
