/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.classifier.lr.LabelledText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Labelled texts in two parts.
 *
 * @param trained those to train on
 * @param held those to measure on
 */
record Split(List<LabelledText> trained, List<LabelledText> held) {
    /**
     * Holds out a share of each label's texts, the same ones for the same seed. A text that is there several times is in one part
     * alone, and a label of few texts loses none.
     *
     * @param share 0 to 1
     */
    static Split of(List<LabelledText> texts, double share, long seed) {
        Map<String, Set<String>> byLabel = new TreeMap<>();
        texts.forEach(text ->
                byLabel.computeIfAbsent(text.label(), label -> new TreeSet<>()).add(text.text()));
        Random random = new Random(seed);
        Set<String> chosen = new HashSet<>();
        for (Set<String> ofLabel : byLabel.values()) {
            List<String> shuffled = new ArrayList<>(ofLabel);
            Collections.shuffle(shuffled, random);
            chosen.addAll(shuffled.subList(0, (int) (share * shuffled.size())));
        }
        List<LabelledText> trained = new ArrayList<>(texts);
        trained.removeIf(text -> chosen.contains(text.text()));
        List<LabelledText> held = new ArrayList<>(texts);
        held.removeIf(text -> !chosen.contains(text.text()));
        return new Split(trained, held);
    }
}
