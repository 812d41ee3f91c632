/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.benchmarks.Results.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What is set against what, and the goal for it.
 *
 * @param ours the benchmark that is ours
 * @param rival the benchmark of the other
 * @param goal what the ratio shall be; 0 for none
 */
record Comparison(String title, String ours, String rival, double goal) {
    /** The parameters that may differ between the two sides of a comparison. */
    static final Set<String> OWN = Set.of("batch", "budget", "stream", "regression");

    private static final double DISTINCT_GOAL = 2;

    /** What it is, our benchmark, the rival's, of the same class unless it says another, and the goal. */
    private static final List<Comparison> ALL =
            """
            Transformer: batches / ONNX Runtime alone       | Transformer.nightjar       | limit              | 0.97
            Transformer: one text, p99 / ONNX Runtime alone | Latency.nightjar           | limit              | 1.10
            Transformer: one text, p99 / DJL predict        | Latency.nightjar           | djlPredict         | 0
            Transformer: batches / DJL batchPredict         | Transformer.nightjar       | djlBatchPredict    | 2.0
            Transformer: batches / DJL predict              | Transformer.nightjar       | djlPredict         | 2.0
            Transformer: batches / OpenNLP                  | Transformer.nightjar       | openNlp            | 2.0
            Transformer: stream / DJL batchPredict          | Transformer.nightjarStream | djlBatchPredict    | 2.6
            Transformer: batches / Python, onnxruntime      | Transformer.nightjar       | python.onnxruntime | 1.7
            Vectors of MiniLM / langchain4j                 | Embedder.nightjar          | langchain4j        | 0
            Regression / Spark MLlib, same features         | Lr.nightjar                | mllib              | 10
            Regression / Spark MLlib, words alone           | Lr.nightjar                | mllibWordsAlone    | 0
            Regression / VADER                              | Lr.nightjar                | vader              | 0
            Regression / its sums alone                     | Lr.nightjar                | limit              | 0
            Tweet from JSON / Jackson databind              | TweetJson.reading          | readingJackson     | 2
            Tweet from JSON / gson                          | TweetJson.reading          | readingGson        | 0
            Tweet from JSON / fastjson2                     | TweetJson.reading          | readingFastjson    | 0
            Tweet to JSON / Jackson databind                | TweetJson.writing          | writingJackson     | 2
            Tweet to JSON / gson                            | TweetJson.writing          | writingGson        | 0
            Tweet to JSON / fastjson2                       | TweetJson.writing          | writingFastjson    | 0
            """.lines().map(Comparison::parse).toList();

    /**
     * A line of the table.
     *
     * @param wall the ratio by the clock
     * @param processor the ratio by processor time; NaN where it has none
     * @param verdict whether the goal is met; empty if there is none
     */
    record Row(String title, String parameters, Range wall, Range processor, String goal, Verdict verdict) {}

    /** Whether a goal is met. */
    enum Verdict {
        MET("met"),
        MISSED("missed"),
        NONE("");

        final String word;

        Verdict(String word) {
            this.word = word;
        }
    }

    /** A figure and the lowest and highest of its rounds. */
    record Range(double middle, double low, double high) {
        static final Range NONE = new Range(Double.NaN, Double.NaN, Double.NaN);

        static Range of(List<Double> values) {
            return values.isEmpty()
                    ? NONE
                    : new Range(
                            Results.median(values),
                            values.stream().min(Comparator.naturalOrder()).orElseThrow(),
                            values.stream().max(Comparator.naturalOrder()).orElseThrow());
        }

        /** Round by round, since what else the machine did differs between rounds. */
        static Range ratio(List<Double> ours, List<Double> theirs) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < Math.min(ours.size(), theirs.size()); round++) {
                ratios.add(ours.get(round) / theirs.get(round));
            }
            return of(ratios);
        }

        private static String text(double value) {
            return value < 10 ? String.format(Locale.ROOT, "%.2f", value) : Report.figure(value);
        }

        @Override
        public String toString() {
            if (Double.isNaN(middle)) {
                return "";
            }
            return low == high ? text(middle) : text(middle) + " (" + text(low) + " to " + text(high) + ")";
        }
    }

    private static Comparison parse(String line) {
        String[] parts = line.split(" *\\| *", -1);
        String ofSameClass = parts[1].replaceFirst("\\..*", ".") + parts[2];
        return new Comparison(
                parts[0],
                name(parts[1]),
                name(parts[2].contains(".") ? parts[2] : ofSameClass),
                Double.parseDouble(parts[3]));
    }

    /** As JMH has it; Python's has the name of no class. */
    private static String name(String brief) {
        return brief.startsWith("python") ? brief : brief.replace(".", "Benchmark.");
    }

    /** All lines that some results have figures for. */
    static List<Row> rows(Results results) {
        List<Row> rows = new ArrayList<>();
        for (Comparison comparison : ALL) {
            for (Entry ours : results.entries()) {
                if (ours.name().equals(comparison.ours)) {
                    results.entries().stream()
                            .filter(entry -> entry.name().equals(comparison.rival) && isComparable(ours, entry))
                            .max(Comparator.comparingDouble(Entry::cpu))
                            .ifPresent(theirs -> rows.add(comparison.row(ours, theirs)));
                }
            }
        }
        for (Entry entry : results.entries()) {
            if (entry.name().equals("LrBenchmark.nightjar")) {
                rows.add(absolute(
                        "Regression: tweets per second of a core", entry, entry.rounds(), entry.processor(), 200_000));
                rows.add(absolute(
                        "Regression: bytes allocated for a tweet", entry, List.of(), List.of(entry.bytes()), -200));
            }
        }
        return rows;
    }

    private Row row(Entry ours, Entry theirs) {
        Range wall = Range.ratio(ours.rounds(), theirs.rounds());
        if (ours.isLatency()) {
            Verdict verdict = goal == 0 ? Verdict.NONE : wall.middle <= goal ? Verdict.MET : Verdict.MISSED;
            return new Row(
                    title,
                    own(ours, theirs),
                    wall,
                    Range.NONE,
                    goal == 0 ? "" : "at most " + Report.figure(goal),
                    verdict);
        }
        // The goal of the stream is for duplicates; without them it is that of batches.
        boolean distinct =
                ours.name().endsWith("Stream") && ours.parameter("duplicates").equals("0");
        double wanted = distinct ? DISTINCT_GOAL : goal;
        Range processor = Range.ratio(ours.processor(), theirs.processor());
        Verdict verdict = goal == 0 ? Verdict.NONE : processor.middle >= wanted ? Verdict.MET : Verdict.MISSED;
        return new Row(
                title,
                own(ours, theirs),
                wall,
                processor,
                goal == 0 ? "" : "at least " + Report.figure(wanted),
                verdict);
    }

    private static Row absolute(String title, Entry entry, List<Double> wall, List<Double> processor, double goal) {
        Range figure = Range.of(processor);
        boolean met = goal < 0 ? figure.middle <= -goal : figure.middle >= goal;
        String wanted = (goal < 0 ? "at most " : "at least ") + Report.figure(Math.abs(goal));
        return new Row(title, own(entry, entry), Range.of(wall), figure, wanted, met ? Verdict.MET : Verdict.MISSED);
    }

    private static boolean isComparable(Entry ours, Entry theirs) {
        return ours.parameters().keySet().stream()
                .filter(key -> !OWN.contains(key) && theirs.parameters().containsKey(key))
                .allMatch(key -> Objects.equals(ours.parameter(key), theirs.parameter(key)));
    }

    /** What the two sides were told, as far as it is not what everybody would guess. */
    private static String own(Entry ours, Entry theirs) {
        List<String> told = new ArrayList<>();
        for (String key : List.of("model", "texts", "lengths", "threads", "batch")) {
            String value = ours.parameter(key);
            boolean usual = value.isEmpty()
                    || (key.equals("lengths") && value.equals(SyntheticTexts.TWEETS))
                    || (key.equals("threads") && value.equals("1"));
            if (!usual) {
                told.add(key + ' ' + value.replaceFirst(".*/", ""));
            }
        }
        String duplicates = ours.parameter("duplicates");
        if (!duplicates.isEmpty() && !duplicates.equals("0")) {
            told.add(duplicates + " % duplicates");
        }
        String budget = theirs.parameter("budget");
        if (!budget.isEmpty()) {
            told.add("best of its budgets: " + budget + " tokens");
        }
        return String.join(", ", told);
    }
}
