/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.CascadeConfig;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.wordlist.WordListClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The models that the commands know by name, and those that a path leads to, with options as in {@code emotion?name=mood}. */
final class Models {
    static final String HELP = "A bundled model (emotion, sentiment), a directory with a Hugging Face export, or the"
            + " file of a logistic regression. Options of its configuration follow a question mark, as in"
            + " 'sentiment?abstain-below=0.5&second=models/mood&margin=0.2'.";

    private Models() {}

    /**
     * The classifier of a name or path, and options. The option {@code second} makes a cascade with another model,
     * {@code margin} is the cascade's; the others are those of the classifier's {@code fromMap}.
     *
     * @throws ConfigException if there is no such model, or it has no such option
     */
    static ClassifierFactory of(String model) {
        int mark = model.indexOf('?');
        Map<String, String> options = new LinkedHashMap<>();
        if (mark >= 0) {
            for (String option : model.substring(mark + 1).split("&", -1)) {
                int equals = option.indexOf('=');
                if (equals < 1 || options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
                    throw new ConfigException("'" + option + "' in '" + model
                            + "' is not an option of its own with its value, as in 'sentiment?abstain-below=0.5'");
                }
            }
        }
        return of(mark < 0 ? model : model.substring(0, mark), options);
    }

    private static ClassifierFactory of(String place, Map<String, String> options) {
        if (options.containsKey("second")) {
            ClassifierFactory second = of(options.remove("second"), new LinkedHashMap<>());
            Map<String, String> cascade = new LinkedHashMap<>();
            if (options.containsKey("margin")) {
                cascade.put("margin", options.remove("margin"));
            }
            return CascadeConfig.fromMap(of(place, options), second, cascade);
        }
        if (options.put("model", place.equals("sentiment") ? "bundled:sentiment" : place) != null) {
            throw new ConfigException("The model is '" + place + "' and has no option 'model'");
        }
        Path path = Path.of(place);
        if (place.equals("sentiment")) {
            return LrClassifierConfig.fromMap(options);
        }
        if (place.equals("emotion") || Files.isDirectory(path)) {
            return OnnxClassifierConfig.fromMap(options);
        }
        if (Files.isRegularFile(path)) {
            return options.containsKey("words")
                    ? WordListClassifierConfig.fromMap(options)
                    : LrClassifierConfig.fromMap(options);
        }
        throw new ConfigException("There is no model '" + place
                + "': it is neither bundled (emotion, sentiment) nor a directory nor a file");
    }
}
