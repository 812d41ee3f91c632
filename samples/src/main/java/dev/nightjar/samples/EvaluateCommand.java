/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Evaluation;
import dev.nightjar.classifier.lr.LabelledText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = "Measures a model on labelled texts: accuracy, macro-F1, macro-recall, confusion matrix.",
        footer = {"%nExample:%n", "  nightjar evaluate --model emotion --data validation.tsv.gz --json"})
final class EvaluateCommand implements Callable<Integer> {
    private static final int BATCH = 256;

    @Option(names = "--model", required = true, paramLabel = "M", description = Models.HELP)
    private String model = "";

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Labelled texts, a line each: label TAB text, UTF-8; gzipped if the name ends in .gz.")
    private Path data = Path.of("");

    @Option(names = "--json", description = "Print one JSON object, on the last line, in place of the report.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<LabelledText> lines = LabelledText.readTsv(data);
        if (lines.isEmpty()) {
            throw new ConfigException("'" + data + "' holds no line of label, tab and text");
        }
        try (Classifier classifier = Models.of(model).open()) {
            Evaluation evaluation = evaluate(classifier, lines);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(toJson(classifier, evaluation));
            } else {
                report(classifier, evaluation, out);
            }
            out.flush();
        }
        return 0;
    }

    private static Evaluation evaluate(Classifier classifier, List<LabelledText> lines) {
        Evaluation evaluation = new Evaluation(classifier.labels().names());
        try (ProgressBar bar = Progress.of("Evaluating", lines.size(), "texts")) {
            for (int from = 0; from < lines.size(); from += BATCH) {
                List<LabelledText> batch = lines.subList(from, Math.min(from + BATCH, lines.size()));
                List<Classification> answers = classifier.classifyAll(
                        batch.stream().map(LabelledText::text).toList());
                for (int i = 0; i < batch.size(); i++) {
                    evaluation.add(batch.get(i).label(), answers.get(i));
                }
                bar.stepBy(batch.size());
            }
        }
        return evaluation;
    }

    private static void report(Classifier classifier, Evaluation evaluation, PrintWriter out) {
        out.printf(Locale.ROOT, "Model         %s%n", classifier.model());
        out.printf(Locale.ROOT, "Texts         %,d, of them %,d rejected%n", evaluation.total(), evaluation.rejected());
        out.printf(Locale.ROOT, "Accuracy      %.2f %%%n", 100 * evaluation.accuracy());
        out.printf(Locale.ROOT, "Macro-F1      %.2f %%%n", 100 * evaluation.macroF1());
        out.printf(Locale.ROOT, "Macro-recall  %.2f %%%n%n", 100 * evaluation.macroRecall());
        int width = Math.max(
                9, evaluation.labels().stream().mapToInt(String::length).max().orElse(0));
        String name = "%-" + width + "s";
        String cell = "%" + (width + 1) + "s";
        out.printf(Locale.ROOT, name + cell + cell + cell + "%n", "label", "precision", "recall", "F1");
        for (String label : evaluation.labels()) {
            out.printf(Locale.ROOT, name, label);
            for (double share :
                    new double[] {evaluation.precision(label), evaluation.recall(label), evaluation.f1(label)}) {
                out.printf(Locale.ROOT, cell, String.format(Locale.ROOT, "%.1f", 100 * share));
            }
            out.println();
        }
        out.printf(Locale.ROOT, "%nConfusion matrix: rows are the expected labels, columns the answers%n");
        out.printf(Locale.ROOT, name, "");
        evaluation.labels().forEach(label -> out.printf(Locale.ROOT, cell, label));
        out.println();
        long[][] confusion = evaluation.confusion();
        for (int row = 0; row < confusion.length; row++) {
            out.printf(Locale.ROOT, name, evaluation.labels().get(row));
            for (long count : confusion[row]) {
                out.printf(Locale.ROOT, cell, count);
            }
            out.println();
        }
    }

    private static String toJson(Classifier classifier, Evaluation evaluation) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("model", classifier.model());
            json.writeNumberField("n", evaluation.total());
            json.writeNumberField("rejected", evaluation.rejected());
            json.writeNumberField("accuracy", evaluation.accuracy());
            json.writeNumberField("macroF1", evaluation.macroF1());
            json.writeNumberField("macroRecall", evaluation.macroRecall());
            json.writeArrayFieldStart("labels");
            for (String label : evaluation.labels()) {
                json.writeString(label);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("confusion");
            for (long[] row : evaluation.confusion()) {
                json.writeArray(row, 0, row.length);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }
}
