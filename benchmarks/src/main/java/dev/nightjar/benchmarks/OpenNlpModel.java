/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import opennlp.dl.InferenceOptions;
import opennlp.dl.doccat.DocumentCategorizerDL;
import opennlp.dl.doccat.scoring.AverageClassificationScoringStrategy;

/** A model in the form that OpenNLP takes: with its vocabulary as lines, for models of BERT's kind alone. */
final class OpenNlpModel {
    private OpenNlpModel() {}

    static DocumentCategorizerDL open(String model) throws IOException, OrtException {
        Path directory = ModelFiles.directory(model);
        ObjectMapper json = new ObjectMapper();
        JsonNode words = json.readTree(directory.resolve("tokenizer.json").toFile())
                .path("model")
                .path("vocab");
        if (!words.isObject()) {
            throw new IllegalArgumentException(
                    "OpenNLP reads the vocabulary of WordPiece alone; leave its benchmark out");
        }
        Path vocabulary = Files.createTempFile("vocab", ".txt");
        vocabulary.toFile().deleteOnExit();
        List<String> lines = words.properties().stream()
                .sorted(Comparator.comparingInt(word -> word.getValue().asInt()))
                .map(Map.Entry::getKey)
                .toList();
        Files.write(vocabulary, lines);
        Map<Integer, String> labels = new TreeMap<>();
        json.readTree(directory.resolve("config.json").toFile())
                .path("id2label")
                .properties()
                .forEach(label -> labels.put(
                        Integer.valueOf(label.getKey()), label.getValue().asText()));
        Path graph = ModelFiles.graph(directory);
        InferenceOptions options = new InferenceOptions();
        options.setIncludeTokenTypeIds(ModelFiles.readsTypeIds(graph));
        return new DocumentCategorizerDL(
                graph.toFile(), vocabulary.toFile(), labels, new AverageClassificationScoringStrategy(), options);
    }
}
