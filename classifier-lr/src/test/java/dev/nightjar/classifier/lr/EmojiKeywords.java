/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What emoji mean, for a model of tweets that have none: each is read as its keywords of emojilib are. The transformers are
 * taught by the same keywords.
 */
final class EmojiKeywords {
    private static final String LIBRARY = "/META-INF/resources/webjars/emojilib/3.0.7/dist/emoji-en-US.json";

    /** A keyword of more emoji than this says too little: face, animal, food, nature. */
    private static final int COMMON = 40;

    /** The n-grams of one emoji: itself, and it with a space before it, behind it and around it. */
    private static final int NGRAMS = 4;

    private EmojiKeywords() {}

    /**
     * A model with the n-grams of the emoji besides its own, which stay. In a text an emoji moves the logits and the length of
     * the vector as its keywords would.
     */
    static LrModel teach(LrModel model) throws IOException {
        LrFeatures own = model.features();
        LrFeatures all = LrFeatures.all(own.bits(), own.seed());
        SortedMap<Integer, float[]> rows = ModelRows.of(model);
        for (Map.Entry<String, String> emoji : keywords().entrySet()) {
            int[] buckets = all.vector(emoji.getKey()).indices();
            LrFeatures.Vector words = own.vector(emoji.getValue());
            if (buckets.length == NGRAMS && words.indices().length > 0) {
                float[] row = row(model, words);
                for (int bucket : buckets) {
                    rows.putIfAbsent(bucket, row);
                }
            }
        }
        return ModelRows.model(model, rows);
    }

    /** What each of the n-grams weighs, of which {@link #NGRAMS} together weigh what the words do, and its frequency. */
    private static float[] row(LrModel model, LrFeatures.Vector words) {
        int labels = model.labels().size();
        double[] values = words.values();
        float[] row = new float[labels + 1];
        double length = 0;
        for (int i = 0; i < values.length; i++) {
            int feature = words.indices()[i];
            // The most frequent of the words occurs once, if any does.
            length = Math.max(length, model.features().idf(feature) / values[i]);
            for (int label = 0; label < labels; label++) {
                row[label] += (float) (values[i] * model.weight(feature, label) / Math.sqrt(NGRAMS));
            }
        }
        row[labels] = (float) (length / Math.sqrt(NGRAMS));
        return row;
    }

    /** The keywords of each emoji; its name, which comes first, is none. */
    private static Map<String, String> keywords() throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        Map<String, Integer> times = new HashMap<>();
        try (InputStream in = EmojiKeywords.class.getResourceAsStream(LIBRARY);
                JsonParser json = JsonReader.parser(Objects.requireNonNull(in).readAllBytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String emoji = json.currentName().replace("\uFE0F", "");
                json.nextToken();
                List<String> words = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    words.add(json.getText().replace('_', ' '));
                }
                words.remove(0);
                words.removeIf(word -> !word.matches("[a-z ]+"));
                words.forEach(word -> times.merge(word, 1, Integer::sum));
                found.put(emoji, words);
            }
        }
        Map<String, String> keywords = new TreeMap<>();
        found.forEach((emoji, words) -> {
            words.removeIf(word -> times.getOrDefault(word, 0) > COMMON);
            if (!words.isEmpty()) {
                keywords.put(emoji, String.join(" ", words));
            }
        });
        return Collections.unmodifiableMap(keywords);
    }
}
