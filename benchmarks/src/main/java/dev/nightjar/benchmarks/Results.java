/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.infra.BenchmarkParams;

/** What runs have written: JMH's results, and the machine beside them. */
record Results(List<Entry> entries, List<JsonNode> machines) {
    private static final double P99 = 99;

    /**
     * A benchmark with its parameters.
     *
     * @param name the class and the method
     * @param rounds for each round the figures by the clock: operations per second, or where single ones were timed the 99th
     *     percentile in milliseconds
     * @param processor for each round the operations per second of processor time
     * @param bytes that one operation allocates on the heap
     * @param percentiles of the time of an operation in milliseconds by their percent; empty unless single ones were timed
     */
    record Entry(
            String name,
            Map<String, String> parameters,
            List<Double> rounds,
            List<Double> processor,
            double bytes,
            Map<Double, Double> percentiles) {
        boolean isLatency() {
            return !percentiles.isEmpty();
        }

        double wall() {
            return median(rounds);
        }

        double cpu() {
            return median(processor);
        }

        String parameter(String key) {
            return parameters.getOrDefault(key, "");
        }
    }

    /**
     * Reads results. Where several files have a benchmark with the same parameters, the last one counts.
     *
     * @throws IllegalArgumentException if a file is not of JMH's form
     */
    static Results read(List<Path> files) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<JsonNode> machines = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("There is no file '" + file + "'");
            }
            JsonNode read = json.readTree(file.toFile());
            if (!read.isArray() || read.isEmpty() || !read.path(0).has("primaryMetric")) {
                throw new IllegalArgumentException("'" + file + "' has no results as JMH writes them");
            }
            for (JsonNode result : read) {
                Entry entry = entry(result);
                entries.put(entry.name() + entry.parameters(), entry);
            }
            Path machine = Machine.beside(file);
            if (Files.isReadable(machine)) {
                machines.add(json.readTree(machine.toFile()));
            }
        }
        return new Results(List.copyOf(entries.values()), List.copyOf(machines));
    }

    static String parameters(BenchmarkParams parameters) {
        Map<String, String> values = new TreeMap<>();
        parameters.getParamsKeys().stream()
                .filter(key -> !parameters.getParam(key).isEmpty())
                .forEach(key -> values.put(key, parameters.getParam(key)));
        return values.toString();
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static Entry entry(JsonNode result) {
        JsonNode metric = result.path("primaryMetric");
        boolean sampled = result.path("mode").asText().equals("sample");
        Map<String, String> parameters = new TreeMap<>();
        result.path("params").properties().forEach(parameter -> {
            if (!parameter.getValue().asText().isEmpty()) {
                parameters.put(parameter.getKey(), parameter.getValue().asText());
            }
        });
        Map<Double, Double> percentiles = new TreeMap<>();
        if (sampled) {
            metric.path("scorePercentiles")
                    .properties()
                    .forEach(percentile -> percentiles.put(
                            Double.valueOf(percentile.getKey()),
                            percentile.getValue().asDouble()));
        }
        JsonNode others = result.path("secondaryMetrics");
        return new Entry(
                result.path("benchmark").asText().replace(Results.class.getPackageName() + '.', ""),
                parameters,
                sampled
                        ? each(metric.path("rawDataHistogram"))
                                .map(Results::p99)
                                .toList()
                        : means(metric.path("rawData")),
                means(others.path(ProcessorTime.LABEL).path("rawData")),
                others.path("gc.alloc.rate.norm").path("score").asDouble(Double.NaN),
                percentiles);
    }

    private static List<Double> means(JsonNode rounds) {
        return each(rounds)
                .map(round ->
                        each(round).mapToDouble(JsonNode::asDouble).average().orElse(Double.NaN))
                .toList();
    }

    /** The 99th percentile of a round, whose iterations have times and how often each was measured. */
    private static double p99(JsonNode round) {
        double[] times = each(round)
                .flatMap(Results::each)
                .flatMapToDouble(bin -> {
                    double[] same = new double[bin.path(1).asInt()];
                    Arrays.fill(same, bin.path(0).asDouble());
                    return Arrays.stream(same);
                })
                .sorted()
                .toArray();
        return times[(int) Math.min(times.length - 1, Math.ceil(times.length * P99 / 100) - 1)];
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
