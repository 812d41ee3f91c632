/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import dev.nightjar.WireName;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.io.TextFile;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nightjar classify}. */
@Command(
        name = "classify",
        description = "Writes a JSON line for each text: those given, or the lines of standard input.",
        footer = {
            "%nExamples:%n",
            "  nightjar classify 'What a game!'",
            "  printf 'What a game!\\nI miss you\\n' | nightjar classify --model emotion",
            "  echo 'I thought I would hate it' | nightjar classify --explain"
        })
public final class ClassifyCommand extends Subcommand {
    private static final JsonFactory JSON = new JsonFactory();

    private static final int WIDEST = 24;

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = "emotion,sentiment-lr",
            split = Models.SEPARATOR,
            splitSynopsisLabel = ",",
            description = {Models.HELP, "Several, separated by commas, answer side by side. Default: ${DEFAULT-VALUE}."
            })
    private List<String> models = List.of();

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "Texts, in place of the lines of standard input.")
    private List<String> texts = List.of();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many lines are classified together. Default: ${DEFAULT-VALUE}.")
    private int batchSize;

    @Option(
            names = "--explain",
            description = "Show which pieces of a text moved the score of its label, in place of JSON: the n-grams of a"
                    + " logistic regression, or the words whose absence changes the answer of a transformer.")
    private boolean explain;

    @Option(names = "--json", description = "With --explain: write JSON all the same, the pieces in it.")
    private boolean json;

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
        PrintWriter out = out();
        if (!texts.isEmpty()) {
            write(texts, classifiers, out);
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(TextFile.utf8(System.in), StandardCharsets.UTF_8));
        List<String> batch = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            batch.add(line);
            // A person who types, or a program that waits for its answer, gets the answer at once.
            if (batch.size() >= batchSize || !in.ready()) {
                write(batch, classifiers, out);
                batch.clear();
            }
        }
        write(batch, classifiers, out);
    }

    private void write(List<String> texts, Map<String, Classifier> classifiers, PrintWriter out) throws IOException {
        Map<String, List<Classification>> answers = new LinkedHashMap<>();
        classifiers.forEach((name, classifier) -> answers.put(name, classifier.classifyAll(texts)));
        for (int i = 0; i < texts.size(); i++) {
            List<ModelAnswer> ofText = new ArrayList<>();
            for (Map.Entry<String, Classifier> classifier : classifiers.entrySet()) {
                Classification answer =
                        answers.getOrDefault(classifier.getKey(), List.of()).get(i);
                ofText.add(new ModelAnswer(
                        classifier.getKey(),
                        answer,
                        explain
                                ? Explanation.of(classifier.getValue(), texts.get(i), answer, Explanation.SHOWN)
                                : null));
            }
            if (explain && !json) {
                show(texts.get(i), ofText, out);
            } else {
                write(texts.get(i), ofText, out);
            }
        }
        out.flush();
    }

    private static void write(String text, List<ModelAnswer> answers, PrintWriter out) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        json.writeStringField("text", text);
        for (ModelAnswer answer : answers) {
            json.writeObjectFieldStart(answer.name());
            write(answer.classification(), json);
            if (answer.explanation() != null) {
                json.writeObjectFieldStart("explanation");
                answer.explanation().write(json);
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.close();
        out.println();
    }

    private void show(String text, List<ModelAnswer> answers, PrintWriter out) {
        out.println(Printable.of(text));
        for (ModelAnswer answer : answers) {
            Explanation explanation = answer.explanation();
            if (explanation == null || explanation.pieces().isEmpty()) {
                out.printf("  %s: %s%n", answer.name(), verdict(answer.classification()));
                continue;
            }
            out.printf(
                    "  %s: %s (%s)%n",
                    answer.name(),
                    verdict(answer.classification()),
                    explanation.method().title());
            double strongest = Math.abs(explanation.pieces().get(0).weight());
            for (Explanation.Piece piece : explanation.pieces()) {
                out.printf(Locale.ROOT, "    %+.3f  %s%n", piece.weight(), bar(piece, strongest));
            }
        }
        out.println();
    }

    /** A piece and how strong it is, in pluses or minuses. */
    private static String bar(Explanation.Piece piece, double strongest) {
        int length = strongest == 0 ? 0 : (int) Math.round(WIDEST * Math.abs(piece.weight()) / strongest);
        boolean raises = piece.weight() >= 0;
        String marks = (raises ? "+" : "-").repeat(length);
        String coloured = CommandLine.Help.Ansi.AUTO.string((raises ? "@|green " : "@|red ") + marks + "|@");
        return (length == 0 ? "" : coloured) + " ".repeat(WIDEST - length) + "  " + piece.kind() + " '"
                + Printable.of(piece.text()) + '\'';
    }

    private static String verdict(Classification answer) {
        return answer.top()
                .map(best -> String.format(Locale.ROOT, "%s %.3f", best.label(), best.score()))
                .orElse("no answer, " + reason(answer));
    }

    private static String reason(Classification answer) {
        return answer instanceof Classification.Rejected rejected ? WireName.kebab(rejected.reason()) : "";
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
        } else {
            json.writeStringField("rejected", reason(answer));
        }
        json.writeStringField("model", answer.model());
    }

    /**
     * What a model answered.
     *
     * @param name what the user calls the model
     */
    private record ModelAnswer(
            String name,
            Classification classification,
            @Nullable Explanation explanation) {}
}
