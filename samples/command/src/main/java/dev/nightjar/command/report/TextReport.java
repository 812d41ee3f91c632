/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.evaluation.Reliability;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link Report} for a terminal. */
public final class TextReport {
    private static final double[] SHARES = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1};
    private static final int CASCADE_STEP = 10;

    private final Report report;
    private final PrintWriter out;

    private TextReport(Report report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    /** Writes it for a terminal. */
    public static void write(Report report, PrintWriter out) {
        new TextReport(report, out).write();
        out.flush();
    }

    private void write() {
        line("Data          %s, SHA-256 %s", report.file(), report.sha256());
        if (!report.note().isEmpty()) {
            line("Note          %s", report.note());
        }
        if (report.models().size() > 1) {
            compare();
        }
        if (report.cascade() != null) {
            cascade(report.cascade());
        }
        report.models().forEach(this::describe);
    }

    private void compare() {
        int width = report.models().stream()
                .mapToInt(model -> model.model().length())
                .max()
                .orElse(0);
        line("");
        line("%-" + width + "s  %20s  %20s  %20s  %9s", "Model", "accuracy", "macro-F1", "macro-recall", "texts/s");
        for (Measurement model : report.models()) {
            line(
                    "%-" + width + "s  %20s  %20s  %20s  %,9.0f",
                    model.model(),
                    withInterval(model, Measure.ACCURACY),
                    withInterval(model, Measure.MACRO_F1),
                    withInterval(model, Measure.MACRO_RECALL),
                    model.textsPerSecond());
        }
    }

    private void cascade(CascadeCurve curve) {
        CascadeCurve.Point suggested = curve.suggested();
        line("");
        line(
                "Cascade       %s answers where its margin is wide enough, else %s",
                curve.first().model(), curve.second().model());
        line("");
        line("%8s  %8s  %9s  %9s  %13s  %9s", "margin", "asked of", "accuracy", "macro-F1", "macro-recall", "texts/s");
        line("%8s  %8s", "", "second");
        List<CascadeCurve.Point> points = curve.points();
        for (int i = 0; i < points.size(); i++) {
            CascadeCurve.Point point = points.get(i);
            if (i % CASCADE_STEP == 0 || point.equals(suggested)) {
                line(
                        "%8.2f  %6.1f %%  %9.1f  %9.1f  %13.1f  %,9.0f%s",
                        point.margin(),
                        100 * point.share(),
                        100 * point.evaluation().accuracy(),
                        100 * point.evaluation().macroF1(),
                        100 * point.evaluation().macroRecall(),
                        point.textsPerSecond(),
                        point.equals(suggested) ? "  <- suggested" : "");
            }
        }
        line("");
        line("Suggested     %s", suggestion(curve));
    }

    /** The smallest margin that loses next to nothing, in a sentence; of use on other texts of the same kind alone. */
    static String suggestion(CascadeCurve curve) {
        CascadeCurve.Point suggested = curve.suggested();
        return String.format(
                Locale.ROOT,
                "margin %.2f: %.1f %% of the texts asked of %s, %s %.1f (%s alone %.1f, %s alone %.1f), %,.0f texts/s"
                        + " against %,.0f",
                suggested.margin(),
                100 * suggested.share(),
                curve.second().model(),
                curve.measure(),
                100 * curve.measure().of(suggested.evaluation()),
                curve.second().model(),
                100 * curve.measure().of(curve.second().all()),
                curve.first().model(),
                100 * curve.measure().of(curve.first().all()),
                suggested.textsPerSecond(),
                curve.second().textsPerSecond());
    }

    private void describe(Measurement model) {
        Evaluation all = model.all();
        line("");
        line("Model         %s", model.model());
        line("Texts         %,d, of them %,d rejected", all.total(), all.rejected());
        for (Measure measure : Measure.values()) {
            Evaluation.Interval interval = model.interval(measure);
            line(
                    "%-13s %.2f %%  (95 %%: %.1f to %.1f)",
                    measure.title(), 100 * measure.of(all), 100 * interval.low(), 100 * interval.high());
        }
        line("Calibration   error %.2f %%, %s", 100 * model.reliability().calibrationError(), temperature(model));
        line("Speed         %,.0f texts/s in batches of %d, here and now", model.textsPerSecond(), Measurement.BATCH);
        if (!model.strangeLabels().isEmpty()) {
            line("Not a label   of this model: %s", String.join(", ", model.strangeLabels()));
        }
        labels(all);
        confusion(all);
        thresholds(model);
        emoji(model);
    }

    /** What a report says of a model's temperature. */
    static String temperature(Measurement model) {
        if (model.temperature().isEmpty()) {
            return "temperature not known";
        }
        double temperature = model.temperature().getAsDouble();
        return temperature == 1 ? "no temperature" : String.format(Locale.ROOT, "temperature %.2f", temperature);
    }

    private void labels(Evaluation all) {
        line("");
        int width = width(all);
        String name = "%-" + width + "s";
        String cell = "%" + (width + 1) + "s";
        line(name + cell + cell + cell, "label", "precision", "recall", "F1");
        for (String label : all.labels()) {
            line(
                    name + cell + cell + cell,
                    label,
                    percent(all.precision(label)),
                    percent(all.recall(label)),
                    percent(all.f1(label)));
        }
    }

    private void confusion(Evaluation all) {
        int width = width(all);
        line("");
        line("Confusion matrix: rows are the expected labels, columns the answers");
        String cell = "%" + (width + 1) + "s";
        line(
                "%-" + width + "s%s",
                "",
                all.labels().stream().map(cell::formatted).collect(Collectors.joining()));
        long[][] counts = all.confusion();
        for (int row = 0; row < counts.length; row++) {
            line(
                    "%-" + width + "s%s",
                    all.labels().get(row),
                    Arrays.stream(counts[row]).mapToObj(cell::formatted).collect(Collectors.joining()));
        }
    }

    private void thresholds(Measurement model) {
        line("");
        line("Left out what scores less than a threshold:");
        line("%9s  %9s  %9s", "threshold", "answered", "accuracy");
        for (Reliability.Threshold threshold : model.thresholds(SHARES)) {
            line(
                    "%9.2f  %7.1f %%  %7.1f %%",
                    threshold.score(), 100 * threshold.coverage(), 100 * threshold.accuracy());
        }
    }

    private void emoji(Measurement model) {
        line("");
        line("%-14s  %7s  %9s  %9s  %13s", "Texts", "number", "accuracy", "macro-F1", "macro-recall");
        line("with emoji", model.withEmoji());
        line("without emoji", model.withoutEmoji());
    }

    private void line(String name, Evaluation some) {
        line(
                "%-14s  %,7d  %9s  %9s  %13s",
                name,
                some.total(),
                percent(Measure.ACCURACY, some),
                percent(Measure.MACRO_F1, some),
                percent(Measure.MACRO_RECALL, some));
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    private static String withInterval(Measurement model, Measure measure) {
        Evaluation.Interval interval = model.interval(measure);
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f to %.1f)",
                100 * measure.of(model.all()),
                100 * interval.low(),
                100 * interval.high());
    }

    private static String percent(Measure measure, Evaluation some) {
        return some.total() == 0 ? "-" : percent(measure.of(some));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    private static int width(Evaluation all) {
        return Math.max(9, all.labels().stream().mapToInt(String::length).max().orElse(0));
    }
}
