/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Embedder;
import java.util.ArrayList;
import java.util.List;

/** Classifies with an {@link EmbeddingLrModel}, a batch of vectors at a time. */
final class EmbeddingLrClassifier extends LinearClassifier {
    private final EmbeddingLrModel model;
    private final Embedder embedder;
    private final Runnable onClose;

    /**
     * @param embedder the one of the model
     * @param onClose called at the first close
     */
    EmbeddingLrClassifier(EmbeddingLrModel model, Embedder embedder, Runnable onClose, double abstainBelow) {
        super(model, abstainBelow);
        this.model = model;
        this.embedder = embedder;
        this.onClose = onClose;
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        return gate.call(what(), () -> classify(copy));
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
    void release() {
        onClose.run();
    }

    private Classification answer(float[] vector) {
        boolean blank = true;
        for (float number : vector) {
            blank &= number == 0;
        }
        return blank ? answers.rejected(Reason.UNREADABLE) : answers.of(model.logits(vector));
    }
}
