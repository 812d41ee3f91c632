/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Sha256;
import dev.nightjar.io.DurableFile;
import dev.nightjar.io.TextFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A binary logistic regression over how often listed words occur in a tweet, in the two files of the Kappa
 * demonstration {@code pauldechorgnat/demo_kafka_architecture}: {@code model.json} and {@code most_used_words.csv}.
 *
 * <p><b>Files.</b> {@code model.json} is one JSON object on one line, as Python's {@code json.dump} writes it: {@code
 * {"weights": [0.5, -1e-05], "intercept": 0.25}}. The word list has one word per line, in UTF-8. Every line break ends
 * a line, so a list that ends in one has the empty word last, which counts. A weight belongs to each word in the order
 * of the list and then to each of {@link #PLACEHOLDERS}. White space and the order of the two fields do not matter. Any
 * other field, a word listed twice, a wrong number of weights, or a value that is not a number is refused.
 *
 * <p><b>Features.</b> In this order, wherever they stand, these become placeholders: {@code rt:}; an {@code @} with the
 * ASCII letters, digits and underscores after it; a {@code #} likewise; and {@code http://} or {@code https://} with
 * the ASCII letters, digits, dots, slashes and hyphens after it. The text is then put into lower case, and each run of
 * letters, digits and underscores of any script is a word. How often each listed word and each placeholder occurs is
 * its feature. Listed words with a capital or an apostrophe therefore never occur; that is kept, as the weights were
 * trained so.
 *
 * <p><b>Answer.</b> The logistic function of weights times features <em>and the intercept</em> is the score of
 * {@code positive}. The demonstration's stream forgets to load the intercept, its training does not.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class WordListModel {
    /** What stands for mentions, links, retweets and hashtags, in the order of their weights. */
    public static final List<String> PLACEHOLDERS =
            List.of("pseudoplaceholder", "linkplaceholder", "retweetplaceholder", "hashtagplaceholder");

    /** The labels of its answers. */
    public static final List<String> LABELS = List.of("negative", "positive");

    private static final String NAME = "word-list";

    private final List<String> words;
    private final double[] weights;
    private final double intercept;
    private final Map<String, Integer> ids;
    private final String sha256;

    private WordListModel(List<String> words, double[] weights, double intercept) {
        this.words = words;
        this.weights = weights;
        this.intercept = intercept;
        this.ids = new HashMap<>();
        for (String word : words) {
            require(ids.put(word, ids.size()) == null, "the word '" + word + "' is listed twice");
        }
        for (String placeholder : PLACEHOLDERS) {
            require(
                    ids.put(placeholder, ids.size()) == null,
                    "the placeholder '" + placeholder + "' is listed as a word");
        }
        require(
                weights.length == ids.size(),
                "it has " + weights.length + " weights, not " + ids.size() + " for " + words.size() + " words and "
                        + PLACEHOLDERS.size() + " placeholders");
        for (double weight : weights) {
            require(Double.isFinite(weight), "a weight is " + weight);
        }
        require(Double.isFinite(intercept), "the intercept is " + intercept);
        this.sha256 = Sha256.of((modelJson() + '\n' + wordLines()).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A model of these numbers.
     *
     * @param words the listed words
     * @param weights one for each word and then for each of {@link #PLACEHOLDERS}
     * @param intercept what is added to them
     * @throws IllegalArgumentException if they do not fit together; it says why
     */
    public static WordListModel of(List<String> words, double[] weights, double intercept) {
        return new WordListModel(List.copyOf(words), weights.clone(), intercept);
    }

    /**
     * Reads a model's two files.
     *
     * @param model the file {@code model.json}
     * @param words the file of the word list
     * @throws ConfigException if a file is missing or is not such a file, or they do not fit together; it says why
     */
    public static WordListModel load(Path model, Path words) {
        try {
            WordListJson.Content content = WordListJson.read(Files.readAllBytes(model));
            return new WordListModel(readWords(words), content.weights(), content.intercept());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "The model '" + model + "' with the words '" + words + "' is refused: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ConfigException(
                    "Could not read the model '" + model + "' and the words '" + words + "': " + e, e);
        }
    }

    /**
     * Writes the two files with the bytes that the demonstration's training would write; each is replaced as a whole or
     * not at all.
     *
     * @throws ConfigException if a file cannot be written
     */
    public void save(Path model, Path wordList) {
        write(model, modelJson());
        write(wordList, wordLines());
    }

    /** The listed words, in the order of their weights. */
    public List<String> words() {
        return words;
    }

    /** The weight of each word and then of each of {@link #PLACEHOLDERS}; a copy. */
    public double[] weights() {
        return weights.clone();
    }

    /** What is added to the weights. */
    public double intercept() {
        return intercept;
    }

    /** The SHA-256 of the two files as {@link #save} writes them, with a line break between; 64 digits. */
    public String sha256() {
        return sha256;
    }

    /** What names the model in its answers: {@code word-list@} and 12 digits of the SHA-256. */
    public String model() {
        return Sha256.model(NAME, sha256);
    }

    /** The words of a text as features are made of it, in its order, {@link #PLACEHOLDERS} among them. */
    public static List<String> wordsOf(String text) {
        return WordListText.words(text);
    }

    /** How often each feature of a text occurs that occurs at all, by the index of its weight. */
    public SortedMap<Integer, Integer> frequencies(String text) {
        SortedMap<Integer, Integer> frequencies = new TreeMap<>();
        for (String word : WordListText.words(text)) {
            Integer id = ids.get(word);
            if (id != null) {
                frequencies.merge(id, 1, Integer::sum);
            }
        }
        return frequencies;
    }

    /**
     * A classifier with this model, of the labels {@code negative} and {@code positive}. A text without any word is
     * rejected as blank; one without a listed word is answered by the intercept alone, as the demonstration does.
     */
    public Classifier classifier() {
        return new WordListClassifier(this);
    }

    @Override
    public String toString() {
        return "WordListModel[" + model() + ", words=" + words.size() + ']';
    }

    /** The logit of {@code positive}, summed in the order of the weights. */
    double logit(String text) {
        double sum = 0;
        for (Map.Entry<Integer, Integer> feature : frequencies(text).entrySet()) {
            sum += weights[feature.getKey()] * feature.getValue();
        }
        return sum + intercept;
    }

    private String modelJson() {
        return WordListJson.write(weights, intercept);
    }

    private String wordLines() {
        return String.join("\n", words);
    }

    private static List<String> readWords(Path file) throws IOException {
        try {
            return List.of(TextFile.read(file).split("\r\n|\r|\n", -1));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the words are not UTF-8", e);
        }
    }

    private static void write(Path file, String content) {
        try {
            new DurableFile(file).write(content);
        } catch (IOException e) {
            throw new ConfigException("Could not write '" + file + "': " + e, e);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
