/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description = "Reads texts, a line each, from standard input and writes a JSON line for each.",
        footer = {"%nExample:%n", "  printf 'What a game!\\nI miss you\\n' | nightjar classify --model emotion"})
final class ClassifyCommand implements Callable<Integer> {
    private static final JsonFactory JSON = new JsonFactory();

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = "emotion,sentiment",
            split = ",",
            description = {Models.HELP, "Several, separated by commas, answer side by side. Default: ${DEFAULT-VALUE}."
            })
    private List<String> models = List.of();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many lines are classified together. Default: ${DEFAULT-VALUE}.")
    private int batchSize;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Map<String, Classifier> classifiers = new LinkedHashMap<>();
        try {
            for (String model : models) {
                classifiers.put(model, Models.of(model).open());
            }
            classify(classifiers);
            return 0;
        } finally {
            classifiers.values().forEach(Classifier::close);
        }
    }

    private void classify(Map<String, Classifier> classifiers) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<String> batch = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            batch.add(line);
            // A person who types, or a program that waits for its answer, gets it at once.
            if (batch.size() >= batchSize || !in.ready()) {
                write(batch, classifiers, out);
                batch.clear();
            }
        }
        write(batch, classifiers, out);
    }

    private static void write(List<String> texts, Map<String, Classifier> classifiers, PrintWriter out)
            throws IOException {
        Map<String, List<Classification>> answers = new LinkedHashMap<>();
        classifiers.forEach((name, classifier) -> answers.put(name, classifier.classifyAll(texts)));
        for (int i = 0; i < texts.size(); i++) {
            JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("text", texts.get(i));
            for (Map.Entry<String, List<Classification>> answer : answers.entrySet()) {
                json.writeObjectFieldStart(answer.getKey());
                write(answer.getValue().get(i), json);
                json.writeEndObject();
            }
            json.writeEndObject();
            json.close();
            out.println();
        }
        out.flush();
    }

    private static void write(Classification answer, JsonGenerator json) throws IOException {
        if (answer instanceof Classification.Scored scored) {
            json.writeStringField("label", scored.best().label());
            json.writeNumberField("score", scored.best().score());
            json.writeObjectFieldStart("scores");
            for (ScoredLabel label : scored.scores()) {
                json.writeNumberField(label.label(), label.score());
            }
            json.writeEndObject();
            json.writeBooleanField("truncated", scored.truncated());
        } else if (answer instanceof Classification.Rejected rejected) {
            json.writeStringField(
                    "rejected",
                    rejected.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        json.writeStringField("model", answer.model());
    }
}
