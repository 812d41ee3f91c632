/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.classifier.lr.LabelledText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {
    @Test
    void aShareOfEachLabelIsHeldOutTheSameEachTime() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add(new LabelledText(i < 90 ? "often" : "seldom", "text " + i));
        }
        Split split = Split.of(texts, 0.2, 42);
        assertThat(split.held())
                .filteredOn(text -> text.label().equals("often"))
                .hasSize(18);
        assertThat(split.held())
                .filteredOn(text -> text.label().equals("seldom"))
                .hasSize(2);
        assertThat(split.trained()).hasSize(80).doesNotContainAnyElementsOf(split.held());
        Collections.reverse(texts);
        assertThat(Split.of(texts, 0.2, 42).held()).containsExactlyInAnyOrderElementsOf(split.held());
    }

    @Test
    void anotherSeedHoldsOutOthers() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add(new LabelledText("often", "text " + i));
        }
        assertThat(Split.of(texts, 0.2, 7).held())
                .hasSize(20)
                .isNotEqualTo(Split.of(texts, 0.2, 42).held());
    }

    @Test
    void noTextIsOnBothSidesAndALabelOfFewLosesNone() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add(new LabelledText("often", "text " + i % 10));
        }
        texts.add(new LabelledText("once", "alone"));
        Split split = Split.of(texts, 0.2, 42);
        assertThat(split.held()).hasSize(20);
        assertThat(split.trained()).doesNotContainAnyElementsOf(split.held()).contains(texts.get(100));
        assertThat(Split.of(texts, 0, 42).held()).isEmpty();
    }
}
