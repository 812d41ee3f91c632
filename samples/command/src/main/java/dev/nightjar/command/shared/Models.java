/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

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
import java.util.Map;

/** The models that the commands know by name, and those that a place leads to, with options as in {@code emotion?name=mood}. */
public final class Models {
    /** What the commands say of a model that is to be named. */
    public static final String HELP =
            "A bundled model (emotion, sentiment; lr:NAME and onnx:NAME tell two of one name apart),"
                    + " a directory with a Hugging Face export, hf://owner/name@commit, or the file of a logistic regression. Options"
                    + " of its configuration follow a question mark, as in 'sentiment?abstain-below=0.5'; 'A?second=B&margin=0.2' is a"
                    + " cascade of A and B.";

    /** Before the name of a bundled logistic regression. */
    public static final String LR = "lr:";
    /** Before the name of a bundled transformer. */
    public static final String ONNX = "onnx:";

    private final String place;
    private final Map<String, String> options;

    private Models(String model) {
        Place parsed = Place.parse(model, '?', "sentiment?abstain-below=0.5");
        this.place = parsed.place();
        this.options = parsed.options();
        if (options.containsKey("model")) {
            throw new ConfigException("The model is '" + place + "' and has no option 'model'");
        }
    }

    /**
     * The classifier of a place, and options. The option {@code second} makes a cascade with another model, {@code margin} is
     * the cascade's; {@code embedder} is the model under a logistic regression on embeddings, {@code words} the word list of
     * one over it; the others are those of the classifier's {@code fromMap}. Where both kinds of classifiers bring a model of
     * one name, {@code lr:} and {@code onnx:} before it tell them apart.
     *
     * @throws ConfigException if there is no such model, or it has no such option
     */
    public static ClassifierFactory of(String model) {
        return new Models(model).classifier();
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

    private ClassifierFactory classifier() {
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
        if (place.startsWith(LR) || LrModels.names().contains(place)) {
            return LrClassifierConfig.fromMap(with("model", "bundled:" + without(LR)));
        }
        boolean elsewhere = place.startsWith(ONNX) || place.startsWith("hf://") || place.startsWith("classpath:");
        if (elsewhere || OnnxModels.names().contains(place) || Files.isDirectory(Path.of(place))) {
            return OnnxClassifierConfig.fromMap(with("model", without(ONNX)));
        }
        if (!Files.isRegularFile(Path.of(place))) {
            throw new ConfigException("There is no model '" + place
                    + "': it is neither bundled (emotion, sentiment) nor of the Hub (hf://owner/name@commit) nor a directory"
                    + " nor a file");
        }
        String embedder = options.remove("embedder");
        Map<String, String> all = with("model", place);
        if (embedder != null) {
            return EmbeddingLrClassifierConfig.fromMap(all, embedder(embedder));
        }
        return all.containsKey("words") ? WordListClassifierConfig.fromMap(all) : LrClassifierConfig.fromMap(all);
    }

    private String without(String kind) {
        return place.startsWith(kind) ? place.substring(kind.length()) : place;
    }

    private Map<String, String> with(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put(name, value);
        return all;
    }
}
