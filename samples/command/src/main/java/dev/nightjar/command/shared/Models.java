/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.EmbedderFactory;
import dev.nightjar.cascade.CascadeConfig;
import dev.nightjar.classifier.lr.EmbeddingLrClassifierConfig;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.lr.wordlist.WordListClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxEmbedderConfig;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The models that the commands know by name, and those at a path, with options as in {@code emotion?name=mood}. */
public final class Models {
    /** What the commands say about naming a model. */
    public static final String HELP =
            "A bundled model (emotion, sentiment-lr, sentiment-onnx), a directory with a Hugging Face export, hf://owner/name@commit, or the file of a logistic regression. Options"
                    + " of its configuration follow a question mark, as in 'sentiment-lr?abstain-below=0.5'; 'A?second=B&margin=0.2' is a"
                    + " cascade of A and B, and '?normalizer=strip-all' has any model read words in Latin letters alone:"
                    + " no links, handles, hashtags, emoji.";

    /** What parts models; a comma within labels or languages does not. */
    public static final String SEPARATOR = "(?<![?&](?:labels|languages)=[^&]{0,999}),";

    /** Reads nothing of a text but words in Latin letters: {@link ClassifierFactory#ofStrippedText()}. */
    private static final String STRIP = "strip-all";

    private final String place;
    private final Map<String, String> options;

    private Models(String model) {
        Place parsed = Place.parse(model, '?', "sentiment-lr?abstain-below=0.5");
        this.place = parsed.place();
        this.options = parsed.options();
        if (options.containsKey("model")) {
            throw new ConfigException("The model is '" + place + "' and has no option 'model'");
        }
    }

    /**
     * The classifier of a place, and options. The option {@code second} makes a cascade with another model, and
     * {@code margin} is its margin; {@code embedder} is the embedding model for a logistic regression on embeddings,
     * {@code words} the word list for one over a word list; all others are those of the classifier's {@code fromMap}.
     *
     * @throws ConfigException if there is no such model, or the model does not have the option
     */
    public static ClassifierFactory of(String model) {
        return new Models(model).classifier();
    }

    /** The classifier of a place, opened once, so that a file that is no model is refused before anything is started. */
    public static ClassifierFactory tried(String model) {
        ClassifierFactory classifier = of(model);
        classifier.open().close();
        return classifier;
    }

    /**
     * The embedder of a directory or a repository of the Hub, and options.
     *
     * @throws ConfigException if it has no such option
     */
    public static EmbedderFactory embedder(String model) {
        Models parsed = new Models(model);
        return OnnxEmbedderConfig.fromMap(parsed.with("model", parsed.place));
    }

    /**
     * What the answers of a model are called that is given as {@code MODEL} or {@code NAME=MODEL}: the last word of its
     * place, unless it is said.
     *
     * @throws ConfigException if that is no name
     */
    public static String nameOf(String model) {
        int end = nameEnd(model);
        String name = end > 0
                ? model.substring(0, end)
                : model.replaceAll("[?@].*", "")
                        .replaceAll("[.][a-z]+$", "")
                        .replaceAll(".*[:/\\\\]", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9_]", "_");
        try {
            return ClassifiedTweet.checkName(name);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage() + "; give a name as in --classify mood=" + model, e);
        }
    }

    /** Where such a model is. */
    public static String placeOf(String model) {
        return model.substring(nameEnd(model) + 1);
    }

    /** Where the name before a model ends; -1 if there is none, since what follows a question mark are options. */
    private static int nameEnd(String model) {
        int equals = model.indexOf('=');
        int mark = model.indexOf('?');
        return mark >= 0 && mark < equals ? -1 : equals;
    }

    private ClassifierFactory classifier() {
        if (STRIP.equals(options.get("normalizer"))) {
            options.remove("normalizer");
            return classifier().ofStrippedText();
        }
        String second = options.remove("second");
        String margin = options.remove("margin");
        if (second != null) {
            return CascadeConfig.fromMap(single(), of(second), margin == null ? Map.of() : Map.of("margin", margin));
        }
        if (margin != null) {
            options.put("margin", margin);
        }
        return single();
    }

    private ClassifierFactory single() {
        if (LrModels.names().contains(place)) {
            return LrClassifierConfig.fromMap(with("model", "bundled:" + place));
        }
        boolean elsewhere = place.startsWith("hf://") || place.startsWith("classpath:");
        if (elsewhere || OnnxModels.names().contains(place) || Files.isDirectory(Path.of(place))) {
            return OnnxClassifierConfig.fromMap(with("model", place));
        }
        if (!Files.isRegularFile(Path.of(place))) {
            throw new ConfigException("There is no model '" + place
                    + "': it is neither bundled (emotion, sentiment-lr, sentiment-onnx) nor of the Hub (hf://owner/name@commit) nor a directory"
                    + " nor a file");
        }
        String embedder = options.remove("embedder");
        Map<String, String> all = with("model", place);
        if (embedder != null) {
            return EmbeddingLrClassifierConfig.fromMap(all, embedder(embedder));
        }
        return all.containsKey("words") ? WordListClassifierConfig.fromMap(all) : LrClassifierConfig.fromMap(all);
    }

    private Map<String, String> with(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put(name, value);
        return all;
    }
}
