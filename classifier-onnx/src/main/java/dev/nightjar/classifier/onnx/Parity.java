/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.ConfigException;
import dev.nightjar.classifier.onnx.ModelConfig.Head;
import dev.nightjar.classifier.onnx.TextEncoder.EncodedText;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The examples in a bundle's {@code parity.jsonl}: texts with the results of the original model. A line is an object of
 * {@code text}, {@code ids} and {@code logits}: an array, or an object of arrays by head. A model of vectors has
 * {@code embedding} in place of {@code logits}, not scaled to any length.
 *
 * <p>The ids of the longest text are assumed to be truncated, so the file need not say to which length its maker read
 * texts.
 */
final class Parity {
    /** How far a number may be from the expected one, or that many times the expected one if it is over 1. */
    static final double TOLERANCE = 1e-3;

    /** The same for answers in 16 bits with sums in 32: 1.5e-3 measured, 1e-2 without an optimised graph. */
    static final double HALF_PRECISION_TOLERANCE = 1e-2;

    /** The same where the sums have 16 bits too: 0.046 measured, where weights a tenth too large make 0.16 and more. */
    private static final double HALF_SUMS_TOLERANCE = 1e-1;

    /** The same for a model whose activations have 8 bits: rounded in another order, one may fall on another step. */
    private static final double QUANTISED_TOLERANCE = 0.25;

    private Parity() {}

    /** Verifies a model that has been opened, if its options say so. */
    static void verifyIfWanted(BundleFiles files, ModelConfig config, RunOptions options, TextModel model) {
        if (options.get(RunOptions.VERIFY_ON_OPEN)) {
            Optional<ModelBundle.Verification> verification = verify(files, config, options, model);
            if (verification.isEmpty()) {
                throw new ConfigException("'" + options.model() + "' has no " + ModelBundle.PARITY
                        + ", so it cannot be verified when it is opened");
            }
        }
    }

    /** Opens a model as it is and verifies it. */
    static ModelBundle.Verification verify(RunOptions options) {
        BundleFiles files = BundleFiles.read(options.model(), options.modelFile());
        ModelConfig config = files.parseConfig();
        try (LoadedModels.Use use = config.namesLabels()
                ? LoadedModels.logits(files, config, options)
                : LoadedModels.vectors(files, config, options, config.pooling())) {
            String batches = use.model().batching().toString();
            return verify(files, config, options, use.model())
                    .orElseGet(() -> new ModelBundle.Verification(files.sha256(), files.listed(), 0, 0, 0, batches));
        }
    }

    /**
     * Computes the examples.
     *
     * @return empty if the bundle has none
     * @throws ConfigException if an example gives another result, or the file has no valid examples; it names the first
     */
    static Optional<ModelBundle.Verification> verify(
            BundleFiles files, ModelConfig config, RunOptions options, TextModel model) {
        OnnxGraph graph = model.graph();
        Optional<byte[]> bytes = files.extra(ModelBundle.PARITY);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        List<Example> examples = parse(files, bytes.get());
        int length =
                examples.stream().mapToInt(example -> example.ids.length).max().orElse(0);
        if (config.positions().isPresent() && length > config.positions().getAsInt()) {
            throw fault(files, "an example of " + length + " ids, more than the model takes");
        }
        double tolerance = config.parityTolerance().orElseGet(() -> tolerance(files, graph));
        String why = options.overflow(files.model(), Processor.here())
                .map(overflow -> "; " + overflow)
                .orElse("");
        TextNormalizer normalizer = options.normalizer().orElse(config.normalizer());
        double largest = 0;
        try (TextEncoder encoder =
                LoadedModels.openEncoder(files, files.parseTokenizer(config), normalizer, Math.max(length, 3))) {
            for (int i = 0; i < examples.size(); i++) {
                largest = Math.max(largest, compare(files, config, examples.get(i), i, encoder, graph, tolerance, why));
            }
        }
        return Optional.of(new ModelBundle.Verification(
                files.sha256(),
                files.listed(),
                examples.size(),
                largest,
                tolerance,
                model.batching().toString()));
    }

    private static double compare(
            BundleFiles files,
            ModelConfig config,
            Example example,
            int index,
            TextEncoder encoder,
            OnnxGraph graph,
            double tolerance,
            String why) {
        EncodedText encoded = encoder.encode(example.text);
        if (!Arrays.equals(encoded.ids(), example.ids)) {
            throw fault(
                    files,
                    "expects for text " + index + " the ids " + Arrays.toString(example.ids) + ", but they are "
                            + Arrays.toString(encoded.ids()));
        }
        float[][] actual;
        try {
            actual = graph.run(List.of(encoded), Batching.ALONE).get(0);
        } catch (OrtException e) {
            throw fault(files, "has text " + index + ", on which the model fails: " + e.getMessage());
        }
        List<String> names = example.numbers.containsKey("")
                ? List.of("")
                : config.heads().stream().map(Head::name).toList();
        double largest = 0;
        for (int output = 0; output < actual.length; output++) {
            double[] expected = output < names.size() ? example.numbers.get(names.get(output)) : null;
            if (expected == null || expected.length != actual[output].length) {
                throw fault(
                        files,
                        "has for text " + index + " not the " + actual[output].length + " numbers of "
                                + (names.size() > output ? "head '" + names.get(output) + "'" : "every head"));
            }
            for (int i = 0; i < expected.length; i++) {
                double difference = Math.abs(expected[i] - actual[output][i]) / Math.max(1, Math.abs(expected[i]));
                if (!(difference <= tolerance)) {
                    throw fault(
                            files,
                            "expects for text " + index + " the numbers " + Arrays.toString(expected)
                                    + ", but they are " + Arrays.toString(actual[output]) + ", which is not within "
                                    + tolerance + why);
                }
                largest = Math.max(largest, difference);
            }
        }
        return largest;
    }

    private static double tolerance(BundleFiles files, OnnxGraph graph) {
        if (OnnxOperators.areDynamicallyQuantised(files.model())) {
            return QUANTISED_TOLERANCE;
        }
        return graph.isHalfPrecision() ? halfPrecisionTolerance(Processor.here()) : TOLERANCE;
    }

    static double halfPrecisionTolerance(Processor processor) {
        return processor.halfSums() ? HALF_SUMS_TOLERANCE : HALF_PRECISION_TOLERANCE;
    }

    private static List<Example> parse(BundleFiles files, byte[] lines) {
        List<Example> examples = new ArrayList<>();
        try (JsonParser parser = JsonReader.parser(lines)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw fault(files, "has an example that is not an object");
                }
                examples.add(parseExample(parser));
            }
        } catch (IOException e) {
            throw fault(files, "is not JSON: " + e.getMessage());
        }
        if (examples.isEmpty()) {
            throw fault(files, "has no examples");
        }
        return examples;
    }

    private static Example parseExample(JsonParser parser) throws IOException {
        String text = "";
        long[] ids = {};
        Map<String, double[]> numbers = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "text" -> text = parser.getText();
                case "ids" ->
                    ids = Arrays.stream(numbers(parser))
                            .mapToLong(id -> (long) id)
                            .toArray();
                case "logits", "embedding" -> {
                    if (parser.currentToken() == JsonToken.START_OBJECT) {
                        while (parser.nextToken() != JsonToken.END_OBJECT) {
                            String head = parser.currentName();
                            parser.nextToken();
                            numbers.put(head, numbers(parser));
                        }
                    } else {
                        numbers.put("", numbers(parser));
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return new Example(text, ids, numbers);
    }

    private static double[] numbers(JsonParser parser) throws IOException {
        List<Double> numbers = new ArrayList<>();
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                numbers.add(parser.getDoubleValue());
            }
        }
        return numbers.stream().mapToDouble(number -> number).toArray();
    }

    private static ConfigException fault(BundleFiles files, String fault) {
        return files.fault(ModelBundle.PARITY, fault, null);
    }

    /**
     * A line of the file.
     *
     * @param numbers by head; under the empty name those of a model without
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Example(String text, long[] ids, Map<String, double[]> numbers) {}
}
