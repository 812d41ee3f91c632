/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.ConfigException;
import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.evaluation.Reliability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** A {@link Report} as one page of HTML that needs nothing else: no script, no other file, no network. */
public final class HtmlReport {
    private static final int WORST = 25;
    private static final double[] SHARES =
            IntStream.rangeClosed(1, 100).mapToDouble(i -> i / 100.0).toArray();
    private static final int DOT_EACH = 10;

    /** The confusion matrix of more labels has the width of the page. */
    private static final int MOST_BESIDE = 4;

    /** A bin with less than one of so many answers of the fullest one is faint. */
    private static final int FEW = 20;

    /** The browser permissions of the page: only to show itself. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Report report;
    private final Markup page = new Markup();

    private HtmlReport(Report report) {
        this.report = report;
    }

    /**
     * Writes it as a page that needs no other file.
     *
     * @throws ConfigException if the file cannot be written
     */
    public static void write(Report report, Path file) {
        try {
            Files.writeString(file, of(report));
        } catch (IOException e) {
            throw new ConfigException("Could not write the report '" + file + "': " + e, e);
        }
    }

    static String of(Report report) {
        HtmlReport html = new HtmlReport(report);
        html.page.in("html", List.of("lang", "en"), () -> {
            html.head();
            html.page.in("body", html::body);
        });
        return html.page.toString();
    }

    private void head() {
        page.in("head", () -> {
            page.empty("meta", "charset", "utf-8");
            page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
            page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
            page.empty("link", "rel", "icon", "href", "data:,");
            page.text("title", report.title() + " on " + report.file());
            page.text("style", style());
        });
    }

    private void body() {
        page.in("header", () -> {
            page.text("h1", report.title());
            page.in("p", () -> {
                page.text(format("%,d texts of ", report.models().get(0).texts().size()));
                page.text("b", report.file());
                page.text(", " + DATE.format(report.date()));
            });
            page.text("p.digest", "SHA-256 " + report.sha256());
            if (!report.note().isEmpty()) {
                page.text("p.note", report.note());
            }
        });
        if (report.models().size() > 1) {
            compare();
        }
        CascadeCurve cascade = report.cascade();
        if (cascade != null) {
            cascade(cascade);
        }
        report.models().forEach(this::describe);
        page.in("footer", this::definitions);
    }

    private void compare() {
        page.in("section", () -> {
            page.text("h2", "Side by side");
            page.in("table", () -> {
                page.in("tr", () -> {
                    page.text("th", "Model");
                    for (Measure measure : Measure.values()) {
                        page.text("th", measure.title());
                    }
                    page.texts("th.number", "Calibration error", "Texts a second");
                });
                for (Measurement model : report.models()) {
                    page.in("tr", () -> {
                        page.text("td", model.model());
                        for (Measure measure : Measure.values()) {
                            page.in("td", () -> range(model, measure));
                        }
                        page.texts(
                                "td.number",
                                percent(model.reliability().calibrationError()),
                                format("%,.0f", model.textsPerSecond()));
                    });
                }
            });
        });
    }

    /** A figure and its interval, drawn to the scale that the models share. */
    private void range(Measurement model, Measure measure) {
        double low = 1;
        double high = 0;
        for (Measurement other : report.models()) {
            low = Math.min(low, other.interval(measure).low());
            high = Math.max(high, other.interval(measure).high());
        }
        Evaluation.Interval interval = model.interval(measure);
        double scale = 120 / Math.max(1e-9, high - low);
        double from = 4 + (interval.low() - low) * scale;
        double to = 4 + (interval.high() - low) * scale;
        double at = 4 + (measure.of(model.all()) - low) * scale;
        page.text("b", percent(measure.of(model.all())));
        page.in("svg.range", List.of("viewBox", "0 0 128 14", "aria-hidden", "true"), () -> {
            page.empty("line.whisker", "x1", number(from), "x2", number(to), "y1", "7", "y2", "7");
            page.empty("circle.point", "cx", number(at), "cy", "7", "r", "4");
        });
        page.text("small", between(interval));
    }

    private void cascade(CascadeCurve curve) {
        CascadeCurve.Point suggested = curve.suggested();
        ToDoubleFunction<Evaluation> value = curve.measure()::of;
        double first = value.applyAsDouble(curve.first().all());
        double second = value.applyAsDouble(curve.second().all());
        DoubleSummaryStatistics values = curve.points().stream()
                .mapToDouble(point -> value.applyAsDouble(point.evaluation()))
                .summaryStatistics();
        values.accept(first);
        values.accept(second);
        double room = Math.max(0.01, (values.getMax() - values.getMin()) / 4);
        double low = Math.max(0, values.getMin() - room);
        double high = Math.min(1, values.getMax() + room);
        page.in("section", () -> {
            page.text("h2", "Cascade");
            page.in("p", () -> {
                page.text("b", curve.first().model());
                page.text(" answers where its best score exceeds the second best by the margin; otherwise ");
                page.text("b", curve.second().model());
                page.text(" is asked.");
            });
            page.text("p.advice", "Suggested: " + TextReport.suggestion(curve) + ".");
            page.in("div.pair", () -> {
                page.in("figure", () -> {
                    Chart chart = new Chart(page, 0, 1, low, high);
                    String title = curve.measure().title() + " by how many texts the second model is asked for";
                    chart.draw(
                            title,
                            "texts asked of " + curve.second().model(),
                            curve.measure().title(),
                            () -> {
                                chart.line("quiet", 0, first, 1, first);
                                chart.line("quiet", 0, second, 1, second);
                                chart.mark(1, first, "end", curve.first().model() + " alone");
                                chart.mark(0, second, "start", curve.second().model() + " alone");
                                chart.path(
                                        "curve",
                                        curve.points().stream()
                                                .map(point -> new double[] {
                                                    point.share(), value.applyAsDouble(point.evaluation())
                                                })
                                                .toList());
                                for (int i = 0; i < curve.points().size(); i += DOT_EACH) {
                                    dot(chart, curve, curve.points().get(i), "dot");
                                }
                                dot(chart, curve, suggested, "dot.chosen");
                            });
                    page.text("figcaption", "What asking more of the better model buys. The ring is the suggestion.");
                });
                cascadeTable(curve, suggested);
            });
        });
    }

    private static void dot(Chart chart, CascadeCurve curve, CascadeCurve.Point point, String style) {
        double value = curve.measure().of(point.evaluation());
        chart.dot(
                style,
                point.share(),
                value,
                format(
                        "margin %.2f: %s of the texts asked, %s %s, %,.0f texts/s",
                        point.margin(),
                        percent(point.share()),
                        curve.measure(),
                        percent(value),
                        point.textsPerSecond()));
    }

    private void cascadeTable(CascadeCurve curve, CascadeCurve.Point suggested) {
        page.in("table", () -> {
            page.in("tr", () -> {
                page.texts("th.number", "Margin", "Asked", "Accuracy", "Macro-F1", "Macro-recall", "Texts/s");
            });
            for (int i = 0; i < curve.points().size(); i++) {
                CascadeCurve.Point point = curve.points().get(i);
                boolean chosen = point.equals(suggested);
                if (i % DOT_EACH == 0 || chosen) {
                    page.in(chosen ? "tr.chosen" : "tr", () -> {
                        page.texts("td.number", format("%.2f", point.margin()), percent(point.share()));
                        for (Measure measure : Measure.values()) {
                            page.text("td.number", percent(measure.of(point.evaluation())));
                        }
                        page.text("td.number", format("%,.0f", point.textsPerSecond()));
                    });
                }
            }
        });
    }

    private void describe(Measurement model) {
        page.in("section", () -> {
            page.in("h2", () -> {
                page.text(model.name() + " ");
                page.text("code", model.model());
            });
            page.in("div.cards", () -> {
                for (Measure measure : Measure.values()) {
                    card(measure.title(), percent(measure.of(model.all())), between(model.interval(measure)));
                }
                card(
                        "Calibration error",
                        percent(model.reliability().calibrationError()),
                        TextReport.temperature(model));
                card(
                        "Without an answer",
                        format("%,d", model.all().rejected()),
                        format("of %,d texts", model.all().total()));
                card("Texts a second", format("%,.0f", model.textsPerSecond()), "on this machine, then");
            });
            if (!model.strangeLabels().isEmpty()) {
                page.text(
                        "p.note",
                        "The data has labels that the model does not give: "
                                + String.join(", ", model.strangeLabels()));
            }
            page.in(model.all().labels().size() > MOST_BESIDE ? "div" : "div.pair", () -> {
                confusion(model.all());
                labels(model.all());
            });
            page.in("div.pair", () -> {
                reliability(model.reliability());
                thresholds(model);
            });
            emoji(model);
            worst(model);
        });
    }

    private void card(String name, String value, String detail) {
        page.in("div", () -> {
            page.text("span", name);
            page.text("b", value);
            page.text("small", detail);
        });
    }

    private void confusion(Evaluation all) {
        boolean rejections = all.rejected() > 0;
        page.in("figure", () -> {
            page.text("h3", "Confusion matrix");
            String width = format("min-width: %drem", 5 * (all.labels().size() + 2));
            page.in("table.matrix", List.of("style", width), () -> {
                page.in("tr", () -> {
                    page.text("th.corner", "expected");
                    all.labels().forEach(label -> page.text("th", label));
                    if (rejections) {
                        page.text("th", "no answer");
                    }
                });
                long[][] counts = all.confusion();
                for (int row = 0; row < counts.length; row++) {
                    confusion(all, counts, row, rejections);
                }
            });
            page.text("figcaption", "Rows are the expected labels, columns the answers; shares are of the row.");
        });
    }

    private void confusion(Evaluation all, long[][] counts, int row, boolean rejections) {
        String expected = all.labels().get(row);
        long answered = Arrays.stream(counts[row]).sum();
        long total = all.expected(expected);
        page.in("tr", () -> {
            page.text("th", expected);
            for (int column = 0; column < counts.length; column++) {
                cell(counts[row][column], total, row == column ? "td.right" : "td.wrong");
            }
            if (rejections) {
                cell(total - answered, total, "td.wrong");
            }
        });
    }

    private void cell(long count, long total, String style) {
        double share = total == 0 ? 0 : (double) count / total;
        page.in(
                share > 0.7 ? style + ".strong" : style,
                List.of("style", format("--share: %.1f%%", 100 * share)),
                () -> {
                    page.text("b", format("%,d", count));
                    page.text("small", percent(share));
                });
    }

    private void labels(Evaluation all) {
        page.in("figure", () -> {
            page.text("h3", "Labels");
            page.in("table", () -> {
                page.in("tr", () -> {
                    page.text("th", "Label");
                    page.texts("th.number", "Texts", "Precision", "Recall", "F1");
                });
                for (String label : all.labels()) {
                    page.in("tr", () -> {
                        page.text("td", label);
                        page.text("td.number", format("%,d", all.expected(label)));
                        meter(all.precision(label));
                        meter(all.recall(label));
                        meter(all.f1(label));
                    });
                }
            });
        });
    }

    private void meter(double share) {
        page.text("td.number.meter", List.of("style", format("--share: %.1f%%", 100 * share)), percent(share));
    }

    private void reliability(Reliability reliability) {
        long most = reliability.bins().stream()
                .mapToLong(Reliability.Bin::answers)
                .max()
                .orElse(0);
        page.in("figure", () -> {
            page.text("h3", "Reliability: is 0.8 right in eight of ten cases?");
            Chart chart = new Chart(page, 0, 1, 0, 1);
            chart.draw("Accuracy by score", "best score", "right", () -> {
                for (Reliability.Bin bin : reliability.bins()) {
                    if (bin.answers() > 0) {
                        String tip = format(
                                "scores %.2f to %.2f: %,d answers, mean score %s, right %s",
                                bin.from(), bin.to(), bin.answers(), percent(bin.score()), percent(bin.accuracy()));
                        double common = Math.min(bin.accuracy(), bin.score());
                        String gap = bin.accuracy() < bin.score() ? "over" : "under";
                        String few = bin.answers() * FEW < most ? ".few" : "";
                        chart.bar("right" + few, bin.from(), bin.to(), 0, common, tip);
                        chart.bar(gap + few, bin.from(), bin.to(), common, Math.max(bin.accuracy(), bin.score()), tip);
                    }
                }
                chart.line("ideal", 0, 0, 1, 1);
            });
            page.text(
                    "figcaption",
                    "A calibrated model's bars end at the dashed line. Pale on top: right more often than it says; red: too"
                            + " sure. Faint bars have few answers. Expected calibration error "
                            + percent(reliability.calibrationError()) + ".");
        });
    }

    private void thresholds(Measurement model) {
        List<Reliability.Threshold> thresholds = model.thresholds(SHARES);
        double low = thresholds.stream()
                .mapToDouble(Reliability.Threshold::accuracy)
                .min()
                .orElse(0);
        double floor = Math.max(0, Math.floor(10 * low) / 10 - (low < 0.95 ? 0 : 0.1));
        page.in("figure", () -> {
            page.text("h3", "Threshold: what if the unsure answers are left out?");
            Chart chart = new Chart(page, 0, 1, floor, 1);
            chart.draw("Accuracy by coverage", "texts that keep their answer", "right", () -> {
                chart.path(
                        "curve",
                        thresholds.stream()
                                .map(one -> new double[] {one.coverage(), one.accuracy()})
                                .toList());
                model.thresholds(IntStream.rangeClosed(1, DOT_EACH)
                                .mapToDouble(i -> (double) i / DOT_EACH)
                                .toArray())
                        .forEach(one -> chart.dot(
                                "dot",
                                one.coverage(),
                                one.accuracy(),
                                format(
                                        "threshold %.2f: %s of the texts answered, right %s",
                                        one.score(), percent(one.coverage()), percent(one.accuracy()))));
            });
            page.text("figcaption", "Point at a dot to see its threshold.");
        });
    }

    private void emoji(Measurement model) {
        page.text("h3", "Texts with emoji, and without");
        page.in("table", () -> {
            page.in("tr", () -> {
                page.text("th", "");
                page.text("th.number", "Texts");
                for (Measure measure : Measure.values()) {
                    page.text("th.number", measure.title());
                }
            });
            emoji("with emoji", model.withEmoji());
            emoji("without emoji", model.withoutEmoji());
        });
    }

    private void emoji(String name, Evaluation some) {
        page.in("tr", () -> {
            page.text("td", name);
            page.text("td.number", format("%,d", some.total()));
            for (Measure measure : Measure.values()) {
                if (some.total() == 0) {
                    page.text("td.number", "-");
                    continue;
                }
                page.in("td.number", () -> {
                    page.text(percent(measure.of(some)) + " ");
                    page.text("small", between(measure.interval(some)));
                });
            }
        });
    }

    private void worst(Measurement model) {
        List<Measurement.Mistake> worst = model.worst(WORST);
        page.text("h3", "Worst errors: wrong, and sure of it");
        if (worst.isEmpty()) {
            page.text("p", "None: every answer is the expected one.");
            return;
        }
        page.in("table.worst", () -> {
            page.in("tr", () -> {
                page.texts("th", "Score", "Answered", "Expected", "Text");
            });
            for (Measurement.Mistake mistake : worst) {
                page.in("tr", () -> {
                    page.text("td.number", format("%.2f", mistake.answered().score()));
                    page.texts("td", mistake.answered().label(), mistake.text().label());
                    page.text("td", List.of("dir", "auto"), mistake.text().text());
                });
            }
        });
    }

    private void definitions() {
        page.text(
                "p",
                "Macro measures are plain means over the labels; a text without an answer counts as wrong. In brackets: the 95 %"
                        + " interval by bootstrap, " + Evaluation.RESAMPLES + " resamples. Calibration error: "
                        + Reliability.BINS
                        + " bins of equal width over the best score (Guo et al. 2017). The speed is that of batches of "
                        + Measurement.BATCH + " on " + Runtime.getRuntime().availableProcessors() + " processors, Java "
                        + Runtime.version().feature() + ", with whatever else the machine did.");
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String between(Evaluation.Interval interval) {
        return format("(%.1f to %.1f)", 100 * interval.low(), 100 * interval.high());
    }

    private static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }

    private static String number(double value) {
        return format("%.1f", value);
    }
}
