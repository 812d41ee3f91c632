/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.Sha256;
import dev.nightjar.classifier.lr.SharedTextTrainer.SharedText;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * How the bundled sentiment model is trained: on labelled tweets, on other tweets as the bundled transformer answers them, and
 * a little on comments labelled with emotions. Emoji and names of groups are then given the weights that they should have.
 */
final class SentimentTraining {
    private static final List<String> LABELS = List.of("negative", "neutral", "positive");
    /** Texts with any are left out: their keywords teach emoji better than the few texts that have them. */
    static final Pattern EMOJI = Pattern.compile("[\\x{1F000}-\\x{1FAFF}\u2600-\u27BF\u2B50]\uFE0F?");

    private static final double TAUGHT_WEIGHT = 0.5;
    private static final double COMMENT_WEIGHT = 0.1;

    /** The sentiment of an emotion; surprise has none. */
    private static final Map<String, String> SENTIMENTS = Map.of(
            "anger", "negative",
            "disgust", "negative",
            "fear", "negative",
            "sadness", "negative",
            "neutral", "neutral",
            "joy", "positive");

    private SentimentTraining() {}

    /** Whether a labelled tweet is one of the eighth that is held out to measure how well this training does. */
    static boolean isGuard(LabelledText text) {
        return Sha256.of(text.text().getBytes(StandardCharsets.UTF_8)).charAt(0) < '2';
    }

    /**
     * Trains it; its temperature is 1.
     *
     * @param data the folder of the data sets
     * @param answers what {@code classify} wrote of the tweets without labels
     * @param taken which of the labelled tweets are taken
     */
    static LrModel train(Path data, Path answers, Predicate<LabelledText> taken) throws IOException {
        List<SharedText> texts = new ArrayList<>();
        for (LabelledText text : LabelledText.readTsv(data.resolve("tweeteval-sentiment/train.tsv.gz"))) {
            if (taken.test(text)) {
                texts.add(labelled(text.label(), text.text(), 1));
            }
        }
        for (String line : Files.readAllLines(answers)) {
            SharedText taught = taught(line);
            if (Arrays.stream(taught.shares()).sum() > 0
                    && !EMOJI.matcher(taught.text()).find()) {
                texts.add(taught);
            }
        }
        for (LabelledText comment : LabelledText.readTsv(data.resolve("goemotions-ekman/train.tsv.gz"))) {
            String sentiment = SENTIMENTS.get(comment.label());
            if (sentiment != null && !EMOJI.matcher(comment.text()).find()) {
                texts.add(labelled(sentiment, comment.text(), COMMENT_WEIGHT));
            }
        }
        return GroupTerms.level(EmojiKeywords.teach(SharedTextTrainer.train("sentiment", LABELS, texts)));
    }

    private static SharedText labelled(String label, String text, double weight) {
        double[] shares = new double[LABELS.size()];
        shares[LABELS.indexOf(label)] = 1;
        return new SharedText(GroupTerms.without(text), shares, weight);
    }

    private static SharedText taught(String line) throws IOException {
        String text = "";
        double[] shares = new double[LABELS.size()];
        try (JsonParser json = JsonReader.parser(line.getBytes(StandardCharsets.UTF_8))) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                int label = token.isNumeric() ? LABELS.indexOf(json.currentName()) : -1;
                if (label >= 0) {
                    shares[label] = json.getDoubleValue();
                } else if (token == JsonToken.VALUE_STRING && "text".equals(json.currentName())) {
                    text = json.getText();
                }
            }
        }
        return new SharedText(GroupTerms.without(text), shares, TAUGHT_WEIGHT);
    }
}
