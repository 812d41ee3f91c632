/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.source.replay.ReplayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Made-up texts, the same for the same seed: words of made-up tweets, put together to texts of given lengths. A length is that
 * in tokens of the bundled emotion model, its two marks included. Links, mentions and HTML are left out, since some models read
 * them otherwise than others.
 */
final class SyntheticTexts {
    static final long SEED = 42;

    /** The profile of tweets' lengths. */
    static final String TWEETS = "tweets";

    static final int SHORTEST = 4;
    static final int LONGEST = 128;

    /**
     * How long tweets are, from the shortest in steps of a 20th: 11,978 tweets of SemEval 2013 to 2016, as all-MiniLM-L6-v2
     * tokenizes them. The longest hundredth, up to 112, is left out.
     */
    private static final int[] LENGTHS = {
        7, 16, 19, 21, 23, 24, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 38, 40, 43, 60
    };

    private static final int WORDS_AT_ONCE = 2_000;

    private final Random random = new Random(SEED);
    private final HuggingFaceTokenizer tokenizer;
    private final TweetSource source;
    private final Map<String, Integer> tokens = new HashMap<>();
    private final List<String> words = new ArrayList<>();
    private int next;

    private SyntheticTexts(HuggingFaceTokenizer tokenizer, TweetSource source) {
        this.tokenizer = tokenizer;
        this.source = source;
    }

    /**
     * Makes up texts.
     *
     * @param lengths {@value #TWEETS}, or the length of all of them
     * @param duplicates how many of a hundred repeat one of those before
     */
    static List<String> of(int count, String lengths, int duplicates) throws InterruptedException {
        try (HuggingFaceTokenizer tokenizer = ModelFiles.tokenizer(ModelFiles.directory("emotion"));
                TweetSource source = ReplayConfig.synthetic()
                        .seed(SEED)
                        .batchSize(WORDS_AT_ONCE)
                        .build()
                        .open()) {
            return new SyntheticTexts(tokenizer, source).texts(count, lengths, duplicates);
        }
    }

    private List<String> texts(int count, String lengths, int duplicates) throws InterruptedException {
        List<String> texts = new ArrayList<>(count);
        Set<String> distinct = new LinkedHashSet<>();
        while (texts.size() < count) {
            boolean repeats = !texts.isEmpty() && random.nextInt(100) < duplicates;
            String text = repeats
                    ? texts.get(random.nextInt(texts.size()))
                    : text(lengths.equals(TWEETS) ? length() : Integer.parseInt(lengths));
            if (repeats || distinct.add(text)) {
                texts.add(text);
            }
        }
        return List.copyOf(texts);
    }

    private int length() {
        double place = random.nextDouble() * (LENGTHS.length - 1);
        int step = (int) place;
        return (int) Math.round(LENGTHS[step] + (place - step) * (LENGTHS[step + 1] - LENGTHS[step]));
    }

    /** A text of so many tokens: a word that is too long for what is left is passed over. */
    private String text(int length) throws InterruptedException {
        List<String> text = new ArrayList<>();
        int left = length - 2;
        while (left > 0) {
            String word = word();
            int size = tokens.computeIfAbsent(word, this::count);
            if (size > 0 && size <= left) {
                text.add(word);
                left -= size;
            }
        }
        return String.join(" ", text);
    }

    private String word() throws InterruptedException {
        while (next == words.size()) {
            next = 0;
            words.clear();
            for (Tweet tweet : source.poll(Duration.ofSeconds(1)).tweets()) {
                for (String word : tweet.text().strip().split("\\s+")) {
                    if (!word.contains("http") && !word.contains("@") && !word.contains("&")) {
                        words.add(word);
                    }
                }
            }
        }
        return words.get(next++);
    }

    private int count(String word) {
        return tokenizer.encode(word, false, false).getIds().length;
    }
}
