/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.cascade.CascadeConfig;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.command.report.CascadeCurve;
import dev.nightjar.command.report.HtmlReport;
import dev.nightjar.command.report.JsonReport;
import dev.nightjar.command.report.Measure;
import dev.nightjar.command.report.Measurement;
import dev.nightjar.command.report.Report;
import dev.nightjar.command.report.TextReport;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Subcommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Measures models on labelled texts: accuracy, macro-F1, macro-recall with intervals, each label, calibration,"
                    + " thresholds, speed."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar evaluate --model sentiment-lr --data samples/data/sentiment.tsv --html report.html",
            "  nightjar evaluate --cascade mood.json,models/mood --data validation.tsv.gz",
            "  nightjar evaluate --model emotion --data validation.tsv.gz --json"
        })
public final class EvaluateCommand extends Subcommand {
    @Option(
            names = "--model",
            paramLabel = "M",
            split = Models.SEPARATOR,
            splitSynopsisLabel = ",",
            description = {Models.HELP, "Several, separated by commas, are compared."})
    private List<String> models = List.of();

    @Option(
            names = "--cascade",
            paramLabel = "FIRST,SECOND",
            split = ",",
            description =
                    "Two models with the same labels, a fast one and a better one: shows what letting the first answer"
                            + " where it is sure costs and saves, and suggests a margin.")
    private List<String> cascade = List.of();

    @Option(
            names = "--measure",
            paramLabel = "MEASURE",
            defaultValue = "macro-f1",
            description = "What the cascade's curve and margin are about: accuracy, macro-f1 or macro-recall. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Measure measure = Measure.MACRO_F1;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = LabelledFiles.HELP)
    private Path data = Path.of("");

    @Mixin
    private LabelledFiles files = new LabelledFiles();

    @Option(
            names = "--json",
            description =
                    "Print JSON in place of the report: an object on a line for each model, then one for the cascade.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page to look at, too; it needs nothing but itself. It shows texts of the data.")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException {
        Set<String> names = new LinkedHashSet<>(models);
        names.addAll(cascade);
        if (names.isEmpty()) {
            throw wrong("Which model? Give --model or --cascade");
        }
        if (!cascade.isEmpty() && cascade.size() != 2) {
            throw wrong("--cascade takes two models, FIRST,SECOND");
        }
        List<LabelledText> lines = files.read(data);
        if (lines.isEmpty()) {
            throw new ConfigException("'" + data + "' holds no line of label, tab and text");
        }
        Report report = measure(names, lines);
        if (json) {
            JsonReport.write(report, out());
        } else {
            TextReport.write(report, out());
        }
        if (html != null) {
            HtmlReport.write(report, html);
            err().println("The page is " + html.toAbsolutePath().toUri());
        }
        return 0;
    }

    private Report measure(Set<String> names, List<LabelledText> lines) {
        if (!cascade.isEmpty()) {
            // Two models that make no cascade are better told before they are measured than after.
            CascadeConfig.builder(Models.of(cascade.get(0)), Models.of(cascade.get(1)))
                    .build()
                    .open()
                    .close();
        }
        Map<String, Classifier> classifiers = new LinkedHashMap<>();
        try {
            for (String name : names) {
                classifiers.put(name, Models.of(name).open());
            }
            Map<String, Measurement> measured = new LinkedHashMap<>();
            classifiers.forEach((name, classifier) -> measured.put(name, Measurement.of(name, classifier, lines)));
            List<Measurement> all = new ArrayList<>(measured.values());
            return Report.of("Evaluation", data, all, curve(measured), "");
        } finally {
            classifiers.values().forEach(Classifier::close);
        }
    }

    private @Nullable CascadeCurve curve(Map<String, Measurement> measured) {
        Measurement first = cascade.isEmpty() ? null : measured.get(cascade.get(0));
        Measurement second = cascade.isEmpty() ? null : measured.get(cascade.get(1));
        return first == null || second == null ? null : new CascadeCurve(first, second, measure);
    }
}
