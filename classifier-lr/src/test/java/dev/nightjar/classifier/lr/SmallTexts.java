/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.ArrayList;
import java.util.List;

/** Texts written for these tests, labelled by what they say of a day, a meal or a match. */
public final class SmallTexts {
    /** The labels of the texts. */
    public static final List<String> LABELS = List.of("negative", "neutral", "positive");

    private static final List<String> SUBJECTS = List.of(
            "The concert last night",
            "This soup",
            "My new bike",
            "Our trip to the lake",
            "The match",
            "That film",
            "@friend your cake",
            "The bus ride",
            "Class today",
            "The weather",
            "This phone",
            "Breakfast at the station");
    private static final List<String> GOOD = List.of(
            "was wonderful, I loved every minute :)",
            "made me so happy!!",
            "is the best ever \u2764\ufe0f",
            "was great, thank you #happy");
    private static final List<String> BAD = List.of(
            "was awful, I hated it :(",
            "made me so angry",
            "is the worst ever \ud83d\ude21",
            "was terrible, never again #sad");
    private static final List<String> PLAIN = List.of(
            "starts at 8 on Monday http://example.org/a1",
            "is listed on page 12",
            "takes about 40 minutes",
            "will be shown in room 3");

    private SmallTexts() {}

    /** 144 texts, 48 of each label. */
    public static List<LabelledText> training() {
        List<LabelledText> texts = new ArrayList<>();
        for (int subject = 0; subject < SUBJECTS.size(); subject++) {
            for (int end = 0; end < GOOD.size(); end++) {
                texts.add(new LabelledText("positive", SUBJECTS.get(subject) + ' ' + GOOD.get(end)));
                texts.add(new LabelledText("negative", SUBJECTS.get(subject) + ' ' + BAD.get(end)));
                texts.add(new LabelledText("neutral", SUBJECTS.get(subject) + ' ' + PLAIN.get(end)));
            }
        }
        return texts;
    }

    /** The training without the neutral texts and but for four of the negative ones, which are rare then. */
    public static List<LabelledText> skewed() {
        List<LabelledText> texts = new ArrayList<>(training());
        texts.removeIf(text -> text.label().equals("neutral"));
        List<LabelledText> rare =
                texts.stream().filter(text -> text.label().equals("negative")).toList();
        texts.removeAll(rare.subList(4, rare.size()));
        return texts;
    }

    /** Texts of other subjects in words of the training. */
    public static List<LabelledText> validation() {
        return List.of(
                new LabelledText("positive", "The picnic was wonderful, thank you!"),
                new LabelledText("positive", "I loved the garden, so happy"),
                new LabelledText("positive", "Best ever evening :)"),
                new LabelledText("negative", "An awful evening, I hated the queue"),
                new LabelledText("negative", "The worst ever haircut \ud83d\ude21"),
                new LabelledText("negative", "terrible service, so angry :("),
                new LabelledText("neutral", "The meeting starts at 9 on Friday"),
                new LabelledText("neutral", "The talk takes about 30 minutes http://example.org/x"),
                new LabelledText("neutral", "It is listed on page 4"));
    }

    public static LrTrainer.Builder trainer() {
        return LrTrainer.builder("small").minimumTexts(2).bits(16);
    }

    public static LrModel model() {
        return trainer().build().train(training(), validation());
    }
}
