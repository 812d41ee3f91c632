/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.util.List;

/** Which texts a model is given at once, so that the answer for a text does not depend on the others. */
enum Batching {
    PADDED_RIGHT("texts of similar length, padded on the right"),
    PADDED_LEFT("texts of similar length, padded on the left"),
    EQUAL_LENGTHS("texts of equal length, without padding"),
    ALONE("each text alone");

    private final String meaning;

    Batching(String meaning) {
        this.meaning = meaning;
    }

    /** The ways in which a model can be given some tokens at once, fastest first. */
    static List<Batching> candidates(int tokenBudget, boolean takesMask, boolean padsLeft) {
        if (tokenBudget == 1) {
            return List.of();
        }
        if (!takesMask) {
            return List.of(EQUAL_LENGTHS);
        }
        return padsLeft
                ? List.of(PADDED_LEFT, PADDED_RIGHT, EQUAL_LENGTHS)
                : List.of(PADDED_RIGHT, PADDED_LEFT, EQUAL_LENGTHS);
    }

    boolean pads() {
        return this == PADDED_RIGHT || this == PADDED_LEFT;
    }

    /** What a model is given at once, for messages. */
    @Override
    public String toString() {
        return meaning;
    }
}
