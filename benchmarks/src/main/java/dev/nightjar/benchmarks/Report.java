/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.benchmarks.Comparison.Row;
import dev.nightjar.benchmarks.Comparison.Verdict;
import dev.nightjar.benchmarks.Results.Entry;
import dev.nightjar.benchmarks.Svg.Bar;
import dev.nightjar.benchmarks.Svg.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Results as a page, as a document and as a table. */
final class Report {
    private static final String ABOUT =
            "Each figure is the median of the rounds, in brackets the lowest and the highest. A round measures everything once, each"
                    + " benchmark in a process of its own. By the clock means what a user waits for; by processor time means the work"
                    + " of all threads of the process, which other programs on the machine do not change: the verdict goes by it,"
                    + " but for latencies. Whiskers in pictures reach from the lowest to the highest round.";

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("TransformerBenchmark.nightjar", "Nightjar"),
            Map.entry("TransformerBenchmark.nightjarStream", "Nightjar, a stream"),
            Map.entry("TransformerBenchmark.limit", "ONNX Runtime alone"),
            Map.entry("TransformerBenchmark.djlPredict", "DJL predict"),
            Map.entry("TransformerBenchmark.djlBatchPredict", "DJL batchPredict of 32"),
            Map.entry("TransformerBenchmark.openNlp", "OpenNLP"),
            Map.entry("python.onnxruntime", "Python, onnxruntime"),
            Map.entry("LatencyBenchmark.nightjar", "Nightjar"),
            Map.entry("LatencyBenchmark.limit", "ONNX Runtime alone"),
            Map.entry("LatencyBenchmark.djlPredict", "DJL predict"),
            Map.entry("EmbedderBenchmark.nightjar", "Nightjar"),
            Map.entry("EmbedderBenchmark.langchain4j", "langchain4j"),
            Map.entry("LrBenchmark.nightjar", "Nightjar"),
            Map.entry("LrBenchmark.limit", "its sums alone"),
            Map.entry("LrBenchmark.mllib", "Spark MLlib, same features"),
            Map.entry("LrBenchmark.mllibWordsAlone", "Spark MLlib, words alone"),
            Map.entry("LrBenchmark.vader", "VADER"),
            Map.entry("TweetJsonBenchmark.reading", "Nightjar"),
            Map.entry("TweetJsonBenchmark.readingAnyShape", "Nightjar, any shape of X"),
            Map.entry("TweetJsonBenchmark.readingSerde", "Nightjar, Kafka's serde"),
            Map.entry("TweetJsonBenchmark.readingJackson", "Jackson databind"),
            Map.entry("TweetJsonBenchmark.readingGson", "gson"),
            Map.entry("TweetJsonBenchmark.readingFastjson", "fastjson2"),
            Map.entry("TweetJsonBenchmark.writing", "Nightjar"),
            Map.entry("TweetJsonBenchmark.writingJackson", "Jackson databind"),
            Map.entry("TweetJsonBenchmark.writingGson", "gson"),
            Map.entry("TweetJsonBenchmark.writingFastjson", "fastjson2"),
            Map.entry("TokenizerBenchmark.encode", "a text at a time"),
            Map.entry("TokenizerBenchmark.batchEncode", "all at once"));

    private static final Map<String, String> TITLES = Map.of(
            "TransformerBenchmark", "Texts through a transformer",
            "python", "Texts through a transformer",
            "EmbedderBenchmark", "Texts to vectors of MiniLM",
            "LrBenchmark", "Texts through a regression",
            "TweetJsonBenchmark.reading", "Tweets from JSON",
            "TweetJsonBenchmark.writing", "Tweets to JSON",
            "TokenizerBenchmark", "Texts to tokens");

    private static final Map<String, String> COLOURS = Map.of("ours", "green", "limit", "ochre", "rival", "grey");

    /**
     * Macro-recall on the 2,000 tweets of TweetEval's validation split, from the model cards; that of the cascade is at a margin
     * of 0.3, where the transformer is asked for 37 of a hundred tweets.
     */
    private static final double TRANSFORMER_RECALL = 75.6;

    private static final double CASCADE_RECALL = 74.9;
    private static final double CASCADE_SHARE = 0.37;
    private static final double REGRESSION_RECALL = 70.7;

    /** Measured on the same tweets with the compound score, positive from 0.05 on, negative from -0.05 on. */
    private static final double VADER_RECALL = 58.8;

    private Report() {}

    private record Picture(String file, String title, String caption, String svg, List<String[]> key) {}

    static void writeHtml(Results results, Path file) throws IOException {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang='en'><head><meta charset='utf-8'>
                <meta name='viewport' content='width=device-width, initial-scale=1'>
                <meta name='color-scheme' content='light dark'><link rel='icon' href='data:,'>
                <title>Nightjar benchmarks</title>
                """);
        page.append("<style>" + resource("report.css") + resource("page.css"))
                .append("</style></head><body>\n<h1>Nightjar benchmarks</h1>\n");
        results.machines().forEach(machine -> page.append(soft(summary(machine))));
        List<Row> rows = Comparison.rows(results);
        if (!rows.isEmpty()) {
            page.append("<h2>Beside each other</h2>\n" + soft(about(results))).append("""
                            <table><thead><tr><th>Nightjar / the other</th><th class='number'>by processor time</th>
                            <th class='number'>by the clock</th><th class='number'>goal</th><th></th></tr></thead><tbody>
                            """);
            rows.forEach(row -> page.append(html(row)));
            page.append("</tbody></table>\n");
        }
        section(page, "Throughput", throughput(results));
        section(page, "Latency, accuracy, scaling", others(results));
        page.append("<h2>Where and with what</h2>\n");
        results.machines().forEach(machine -> {
            page.append("<dl>");
            facts(machine)
                    .forEach((name, fact) ->
                            page.append("<dt>" + Svg.escape(name) + "</dt><dd>" + Svg.escape(fact) + "</dd>"));
            page.append("</dl>\n");
        });
        Files.writeString(file, page.append("</body></html>\n"));
    }

    /** Writes a document with the table and the pictures, which lie in {@code images} beside it. */
    static void writeMarkdown(Results results, Path file) throws IOException {
        Path images = file.toAbsolutePath().resolveSibling("images");
        Files.createDirectories(images);
        StringBuilder document = new StringBuilder("# Benchmarks: the last run\n\n"
                + "Written by `java -jar benchmarks/target/benchmarks.jar report RESULTS.json --markdown docs/benchmarks.md`; what is"
                + " measured and how is in [benchmarks](../benchmarks/README.md).\n\n");
        results.machines().forEach(machine -> document.append(summary(machine)).append("\n\n"));
        document.append(about(results))
                .append(
                        "\n\n| Nightjar / the other | by processor time | by the clock | goal | |\n|---|---|---|---|---|\n");
        for (Row row : Comparison.rows(results)) {
            document.append(String.format(
                    "| %s%s | %s | %s | %s | %s |%n",
                    row.title(),
                    row.parameters().isEmpty() ? "" : "; " + row.parameters(),
                    row.processor(),
                    row.wall(),
                    row.goal(),
                    row.verdict() == Verdict.MISSED ? "**missed**" : row.verdict().word));
        }
        List<Picture> pictures = new ArrayList<>(throughput(results));
        pictures.addAll(others(results));
        for (Picture picture : pictures) {
            String name = "benchmarks-" + picture.file + ".svg";
            String framed = picture.svg.replaceFirst(
                    ">",
                    "><style>" + resource("report.css") + "</style>"
                            + "<rect width='100%' height='100%' style='fill:var(--paper)'/>");
            Files.writeString(images.resolve(name), framed);
            document.append("\n## " + picture.title + "\n\n" + picture.caption);
            if (!picture.key.isEmpty()) {
                document.append(" In ")
                        .append(picture.key.stream()
                                .map(entry -> COLOURS.get(entry[1]) + ' ' + entry[0])
                                .collect(Collectors.joining(", ")))
                        .append('.');
            }
            document.append("\n\n![" + picture.title + "](images/" + name + ")\n");
        }
        document.append("\n## Where and with what\n\n| | |\n|---|---|\n");
        results.machines()
                .forEach(machine -> facts(machine)
                        .forEach((name, fact) ->
                                document.append("| " + name + " | " + fact.replace("|", "\\|") + " |\n")));
        Files.writeString(file, document);
    }

    /** The comparisons as a table for a terminal. */
    static String table(Results results) {
        StringBuilder table = new StringBuilder(String.format(
                "%-50s %-26s %-26s %-18s%n", "Nightjar / the other", "by processor time", "by the clock", "goal"));
        for (Row row : Comparison.rows(results)) {
            table.append(String.format(
                    "%-50s %-26s %-26s %-18s %s%n",
                    row.title(), row.processor(), row.wall(), row.goal(), row.verdict().word));
            if (!row.parameters().isEmpty()) {
                table.append("    ").append(row.parameters()).append(System.lineSeparator());
            }
        }
        return table.toString();
    }

    /** Three digits that count, and as many more as a whole number has. */
    static String figure(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_UP));
        String plain = String.format(Locale.ROOT, "%,.2f", rounded);
        return Math.abs(value) >= 100 || plain.endsWith(".00")
                ? plain.substring(0, plain.length() - 3)
                : Math.abs(value) >= 10 ? plain.substring(0, plain.length() - 1) : plain;
    }

    private static void section(StringBuilder page, String title, List<Picture> pictures) {
        if (pictures.isEmpty()) {
            return;
        }
        page.append("<h2>").append(title).append("</h2>\n<div class='cards'>\n");
        for (Picture picture : pictures) {
            page.append("<figure><h3>" + Svg.escape(picture.title) + "</h3>")
                    .append("<figcaption>" + Svg.escape(picture.caption) + "</figcaption>" + picture.svg);
            if (!picture.key.isEmpty()) {
                page.append("<ul class='key'>");
                picture.key.forEach(
                        entry -> page.append("<li><i class='" + entry[1] + "'></i>" + Svg.escape(entry[0]) + "</li>"));
                page.append("</ul>");
            }
            page.append("</figure>\n");
        }
        page.append("</div>\n");
    }

    private static String soft(String text) {
        return "<p class='soft'>" + Svg.escape(text) + "</p>\n";
    }

    private static String html(Row row) {
        String parameters = row.parameters().isEmpty() ? "" : "<small>" + Svg.escape(row.parameters()) + "</small>";
        return "<tr><td>" + Svg.escape(row.title()) + parameters + "</td><td class='number' data-name='processor'>"
                + bold(row.processor().toString()) + "</td><td class='number' data-name='clock'>"
                + bold(row.wall().toString()) + "</td><td class='number' data-name='goal'>" + row.goal()
                + "</td><td class='" + row.verdict().word + "'>" + row.verdict().word + "</td></tr>\n";
    }

    private static String bold(String range) {
        return range.replaceFirst("^(\\S+)", "<b>$1</b>");
    }

    /** The contests of throughput, each with those who took part, fastest first. */
    private static List<Picture> throughput(Results results) {
        Map<String, List<Entry>> contests = results.entries().stream()
                .filter(entry -> !entry.isLatency())
                .collect(Collectors.groupingBy(Report::contest, LinkedHashMap::new, Collectors.toList()));
        List<Picture> pictures = new ArrayList<>();
        contests.forEach((contest, entries) -> {
            if (entries.size() < 2) {
                return;
            }
            List<Bar> bars = entries.stream()
                    .sorted(Comparator.comparingDouble(Entry::cpu).reversed())
                    .map(entry -> bar(entry, entries))
                    .toList();
            String title = contest.substring(0, contest.indexOf('|'));
            String told = contest.substring(contest.indexOf('|') + 1);
            pictures.add(new Picture(
                    "throughput-" + (pictures.size() + 1),
                    title,
                    sentence(told) + "Per second of processor time, in brackets per second by the clock.",
                    Svg.bars(title, bars),
                    List.of()));
        });
        return pictures;
    }

    private static Bar bar(Entry entry, List<Entry> contest) {
        return new Bar(
                label(entry, contest),
                kind(entry),
                entry.cpu(),
                entry.processor().stream().min(Comparator.naturalOrder()).orElse(entry.cpu()),
                entry.processor().stream().max(Comparator.naturalOrder()).orElse(entry.cpu()),
                figure(entry.cpu()) + " (" + figure(entry.wall()) + ")");
    }

    private static String contest(Entry entry) {
        String title = TITLES.entrySet().stream()
                .filter(known -> entry.name().startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(entry.name());
        return title + '|' + told(entry);
    }

    private static String sentence(String told) {
        return told.isEmpty() ? "" : Character.toUpperCase(told.charAt(0)) + told.substring(1) + ". ";
    }

    private static String told(Entry entry) {
        return entry.parameters().entrySet().stream()
                .filter(parameter -> !Comparison.OWN.contains(parameter.getKey()))
                .map(Report::told)
                .filter(told -> !told.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String told(Map.Entry<String, String> parameter) {
        String value = parameter.getValue();
        return switch (parameter.getKey()) {
            case "duplicates" -> value.equals("0") ? "" : value + " % duplicates";
            case "lengths" -> value.equals(SyntheticTexts.TWEETS) ? "as long as tweets" : value + " tokens each";
            case "threads" -> value.equals("1") ? "1 thread" : value + " threads";
            default -> parameter.getKey() + ' ' + value.replaceFirst(".*/", "");
        };
    }

    private static String label(Entry entry, List<Entry> contest) {
        String name = NAMES.getOrDefault(entry.name(), entry.name());
        boolean several = contest.stream()
                        .filter(other -> other.name().equals(entry.name()))
                        .count()
                > 1;
        String own = Comparison.OWN.stream()
                .sorted()
                .filter(key -> several && !entry.parameter(key).isEmpty())
                .map(key -> key + ' ' + entry.parameter(key).replaceFirst(".*/", ""))
                .collect(Collectors.joining(", "));
        return own.isEmpty() ? name : name + ", " + own;
    }

    private static String kind(Entry entry) {
        String name = NAMES.getOrDefault(entry.name(), "");
        return name.startsWith("Nightjar")
                ? "ours"
                : name.endsWith("alone") && !name.startsWith("Spark") ? "limit" : "rival";
    }

    private static List<Picture> others(Results results) {
        List<Picture> pictures = new ArrayList<>();
        latency(results, pictures);
        frontier(results, pictures);
        scaling(results, pictures);
        return pictures;
    }

    private static void latency(Results results, List<Picture> pictures) {
        Map<String, List<Entry>> contests = results.entries().stream()
                .filter(Entry::isLatency)
                .collect(Collectors.groupingBy(Report::told, LinkedHashMap::new, Collectors.toList()));
        contests.forEach((told, entries) -> {
            List<Line> lines = entries.stream()
                    .map(entry -> new Line(
                            label(entry, entries),
                            kind(entry),
                            entry.percentiles().entrySet().stream()
                                    .filter(percentile ->
                                            Set.of(50.0, 90.0, 95.0, 99.0, 99.9).contains(percentile.getKey()))
                                    .map(percentile -> new double[] {percentile.getKey(), percentile.getValue()})
                                    .toList()))
                    .toList();
            pictures.add(new Picture(
                    "latency-" + (pictures.size() + 1),
                    "How long one text takes",
                    sentence(told) + "Percentiles of all rounds, in milliseconds by the clock.",
                    Svg.lines(
                            "Percentiles of latency",
                            "percentile",
                            "milliseconds",
                            lines,
                            percent -> -Math.log10(100.001 - percent),
                            Report::percent),
                    key(lines)));
        });
    }

    /** What an answer costs and how good it is, for the models whose cards say how good they are. */
    private static void frontier(Results results, List<Picture> pictures) {
        double transformer = best(results, "TransformerBenchmark.nightjar", "model");
        double regression = best(results, "LrBenchmark.nightjar", "regression");
        if (Double.isNaN(transformer) || Double.isNaN(regression)) {
            return;
        }
        double cascade = 1 / (1 / regression + CASCADE_SHARE / transformer);
        List<Line> points = new ArrayList<>(List.of(
                point("transformer", "ours", transformer, TRANSFORMER_RECALL),
                point("cascade", "ours", cascade, CASCADE_RECALL),
                point("regression", "ours", regression, REGRESSION_RECALL)));
        results.entries().stream()
                .filter(entry -> entry.name().equals("LrBenchmark.vader"))
                .findFirst()
                .ifPresent(vader -> points.add(point("VADER", "rival", vader.cpu(), VADER_RECALL)));
        pictures.add(new Picture(
                "frontier",
                "Accuracy against throughput",
                "Sentiment. Macro-recall is that of the model cards, on 2,000 tweets of TweetEval's validation"
                        + " split; VADER's was measured on the same; the cascade's throughput is computed from the two others, the transformer being asked for"
                        + " 37 % of the tweets.",
                Svg.points(
                        "Accuracy against throughput",
                        "tweets per second of processor time",
                        "macro-recall",
                        points,
                        56,
                        78),
                List.of()));
    }

    private static Line point(String label, String kind, double throughput, double recall) {
        return new Line(label, kind, List.<double[]>of(new double[] {throughput, recall}));
    }

    private static double best(Results results, String name, String key) {
        return results.entries().stream()
                .filter(entry ->
                        entry.name().equals(name) && entry.parameter(key).startsWith("sentiment"))
                .mapToDouble(Entry::cpu)
                .max()
                .orElse(Double.NaN);
    }

    /** How throughput by the clock grows with a parameter that was given several values. */
    private static void scaling(Results results, List<Picture> pictures) {
        for (String key : List.of("threads", "batch", "budget")) {
            Map<String, List<Entry>> series = results.entries().stream()
                    .filter(entry -> !entry.isLatency() && !entry.parameter(key).isEmpty())
                    .collect(Collectors.groupingBy(
                            entry -> {
                                Map<String, String> rest = new TreeMap<>(entry.parameters());
                                rest.remove(key);
                                return entry.name() + rest;
                            },
                            LinkedHashMap::new,
                            Collectors.toList()));
            series.values().removeIf(entries -> entries.size() < 2);
            if (series.isEmpty()) {
                continue;
            }
            List<Line> lines = series.values().stream()
                    .map(entries -> new Line(
                            NAMES.getOrDefault(
                                            entries.get(0).name(),
                                            entries.get(0).name()) + ", "
                                    + entries.get(0).parameter("model"),
                            kind(entries.get(0)),
                            entries.stream()
                                    .sorted(Comparator.comparingDouble(
                                            entry -> Double.parseDouble(entry.parameter(key))))
                                    .map(entry -> new double[] {Double.parseDouble(entry.parameter(key)), entry.cpu()})
                                    .toList()))
                    .toList();
            pictures.add(new Picture(
                    "scaling-" + key,
                    "By "
                            + (key.equals("batch")
                                    ? "texts in a call"
                                    : key.equals("budget") ? "tokens in a batch" : key),
                    "Texts per second of processor time"
                            + (key.equals("threads") ? "; flat means that more threads cost nothing." : "."),
                    Svg.lines("Throughput by " + key, key, "texts per second", lines, Math::log, Report::figure),
                    key(lines)));
        }
    }

    private static List<String[]> key(List<Line> lines) {
        return lines.stream()
                .map(line -> new String[] {line.label(), line.kind()})
                .toList();
    }

    private static String percent(double percent) {
        return percent == Math.rint(percent) ? Long.toString(Math.round(percent)) : Double.toString(percent);
    }

    /** How to read the figures, and how far to trust them. */
    private static String about(Results results) {
        int rounds = results.entries().stream()
                .mapToInt(entry -> entry.rounds().size())
                .max()
                .orElse(0);
        boolean busy = results.machines().stream()
                .anyMatch(machine -> Math.max(
                                machine.path("load when it began").asDouble(),
                                machine.path("load when it ended").asDouble())
                        > machine.path("cores").asInt());
        return (rounds == 1 ? "One round. " : "Up to " + rounds + " rounds. ")
                + ABOUT
                + (busy
                        ? " More programs wanted a processor than there are: what is by the clock decides nothing."
                        : "");
    }

    private static String summary(JsonNode machine) {
        return String.format(
                Locale.ROOT,
                "%s, %s, %s cores, load %s when it began and %s when it ended; %s; Nightjar %s.",
                machine.path("began").asText().replace('T', ' '),
                machine.path("processor").asText(),
                machine.path("cores").asText(),
                figure(machine.path("load when it began").asDouble()),
                figure(machine.path("load when it ended").asDouble()),
                machine.path("java").asText(),
                machine.path("versions").path("nightjar").asText());
    }

    private static Map<String, String> facts(JsonNode machine) {
        Map<String, String> facts = new LinkedHashMap<>();
        machine.properties()
                .forEach(fact -> facts.put(
                        fact.getKey(),
                        fact.getValue().isObject()
                                ? fact.getValue().properties().stream()
                                        .map(version -> version.getKey()
                                                + ' '
                                                + version.getValue().asText())
                                        .collect(Collectors.joining(", "))
                                : fact.getValue().asText()));
        return facts;
    }

    private static String resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
