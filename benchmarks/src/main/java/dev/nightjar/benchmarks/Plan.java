/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.benchmarks.Main.PaceOptions;
import dev.nightjar.benchmarks.Main.WorkloadOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What a run measures. It goes in rounds: each measures every benchmark, in a process of its own, so that what else the machine
 * does in the meantime meets a benchmark and its rival alike.
 */
final class Plan {
    private static final String PACKAGE = Plan.class.getPackageName() + '.';
    private static final int HUGE = 100;
    private static final int COMPILED_WARM = 3;

    private final List<Step> steps = new ArrayList<>();
    private final Map<String, List<RunResult>> results = new LinkedHashMap<>();
    private final WorkloadOptions workload;
    private final int rounds;
    private final Duration limit;
    private int iterations = 1;
    private int seconds = 2;

    private record Step(List<String> names, Map<String, List<String>> parameters) {}

    private Plan(WorkloadOptions workload, int rounds, Duration limit) {
        check(workload);
        this.workload = workload;
        this.rounds = rounds;
        this.limit = limit;
    }

    /** All of it, in ten minutes. */
    static Plan brief(WorkloadOptions workload) {
        Plan plan = new Plan(workload, HUGE, Duration.ofMinutes(9));
        plan.add(List.of("Transformer.nightjar", "Transformer.limit", "Latency.nightjar", "Latency.limit"), Map.of());
        plan.add(List.of("TweetJson.(reading|writing)", "TweetJson.(reading|writing)Jackson"), Map.of());
        plan.add(List.of("Transformer.djlBatchPredict", "Transformer.openNlp"), Map.of());
        if (workload.texts == null) {
            plan.add(
                    List.of("Transformer.nightjarStream", "Transformer.djlBatchPredict"),
                    Map.of("duplicates", List.of("30")));
        }
        plan.add(List.of("Transformer.nightjar"), Map.of("model", List.of("sentiment-onnx")));
        plan.add(List.of("Lr.nightjar", "Lr.mllib", "Lr.limit", "Lr.vader", "Embedder"), Map.of());
        plan.add(
                List.of("TweetJson.(reading|writing)(Fastjson|Gson)", "Tokenizer.encode", "Latency.djlPredict"),
                Map.of());
        return plan;
    }

    /** All of it, with what scales at several sizes. */
    static Plan full(WorkloadOptions workload) {
        Plan plan = new Plan(workload, 5, Duration.ofDays(1));
        plan.iterations = 5;
        plan.seconds = 5;
        int cores = Runtime.getRuntime().availableProcessors();
        List<String> threads = List.of(1, 2, 4, 8, 16, 32).stream()
                .filter(count -> count == 1 || count <= cores)
                .map(String::valueOf)
                .toList();
        plan.add(
                List.of(
                        "Transformer.(nightjar|limit|djl.*|openNlp)",
                        "Latency",
                        "Lr",
                        "TweetJson",
                        "Tokenizer",
                        "Embedder"),
                Map.of("budget", List.of("64", "128", "256", "512"), "batch", List.of("1", "16", "256")));
        plan.add(
                List.of("Transformer.(nightjar|limit)"),
                Map.of("threads", threads, "model", List.of("sentiment-onnx")));
        if (workload.texts == null) {
            plan.add(
                    List.of("Transformer.(nightjarStream|djlBatchPredict)"),
                    Map.of("duplicates", List.of("0", "30"), "stream", List.of("100096")));
        }
        return plan;
    }

    /** Some of it. */
    static Plan of(List<String> names, WorkloadOptions workload, PaceOptions pace) {
        if (workload.texts != null && find(names).stream().anyMatch(name -> name.startsWith("TweetJson"))) {
            throw new IllegalArgumentException("TweetJson reads whole tweets, not texts; leave it or --texts out");
        }
        Plan plan = new Plan(workload, pace.rounds, Duration.ofDays(1));
        plan.iterations = pace.iterations;
        plan.seconds = pace.seconds;
        plan.add(
                names,
                Map.of(
                        "batch", pace.batches.stream().map(String::valueOf).toList(),
                        "threads", pace.threads.stream().map(String::valueOf).toList()));
        return plan;
    }

    /** The names of all benchmarks, without what is the same in all. */
    static List<String> names() {
        return find(List.of(""));
    }

    /**
     * Measures, and writes the results so far after each benchmark.
     *
     * @return whether all benchmarks succeeded
     */
    boolean run(Path file) throws IOException, RunnerException {
        Path log = file.resolveSibling(file.getFileName() + ".log");
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        Machine machine = Machine.here(steps.toString());
        boolean whole = true;
        Instant end = Instant.now().plus(limit);
        try (OutputStream out = Files.newOutputStream(log);
                PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            for (int round = 1; round <= rounds && Instant.now().isBefore(end); round++) {
                for (Step step : steps) {
                    for (String name : find(step.names)) {
                        if (Instant.now().isAfter(end)) {
                            System.out.println("round " + round + "  " + name + " left out: the time is over");
                            continue;
                        }
                        whole &= measure(round, name, step.parameters, print);
                        write(file);
                        machine.write(file);
                    }
                }
            }
        }
        if (!whole) {
            System.err.println("Some benchmarks failed; " + log + " tells why");
        }
        return whole;
    }

    private void add(List<String> names, Map<String, List<String>> parameters) {
        for (String name : names) {
            if (find(List.of(name)).isEmpty()) {
                throw new IllegalArgumentException(
                        "No benchmark's name has '" + name + "' in it; `list` prints them all");
            }
        }
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("model", workload.models);
        all.put("regression", workload.regressions);
        all.put("lengths", workload.lengths);
        all.put("duplicates", workload.duplicates.stream().map(String::valueOf).toList());
        all.put(
                "texts",
                List.of(
                        workload.texts == null
                                ? ""
                                : workload.texts.toAbsolutePath().toString()));
        all.putAll(parameters);
        steps.add(new Step(names, all));
    }

    /** Fails before anything is measured where a parameter cannot be right. */
    private static void check(WorkloadOptions workload) {
        workload.models.forEach(ModelFiles::directory);
        for (String lengths : workload.lengths) {
            boolean number = lengths.matches("\\d{1,3}")
                    && Integer.parseInt(lengths) >= SyntheticTexts.SHORTEST
                    && Integer.parseInt(lengths) <= SyntheticTexts.LONGEST;
            if (!number && !lengths.equals(SyntheticTexts.TWEETS)) {
                throw new IllegalArgumentException("'" + lengths + "' is not a profile of lengths; give '"
                        + SyntheticTexts.TWEETS + "' or a number of tokens from " + SyntheticTexts.SHORTEST + " to "
                        + SyntheticTexts.LONGEST);
            }
        }
        for (int duplicates : workload.duplicates) {
            if (duplicates < 0 || duplicates > 95) {
                throw new IllegalArgumentException("'" + duplicates + "' is not a share of duplicates; give 0 to 95");
            }
        }
        if (workload.texts != null) {
            boolean madeUp =
                    workload.lengths.equals(List.of(SyntheticTexts.TWEETS)) && workload.duplicates.equals(List.of(0));
            if (!madeUp) {
                throw new IllegalArgumentException(
                        "Texts of your own have lengths and duplicates of their own; leave out --lengths and --duplicates");
            }
            Workload.read(workload.texts);
        }
    }

    /** The benchmarks with such names, in this order; a dot ends the name, so that {@code Lr.mllib} is one alone. */
    private static List<String> find(List<String> names) {
        OutputFormat nowhere = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        return names.stream()
                .map(name -> name.contains(".") ? name.replaceFirst("\\.", "(Benchmark)?[.]") + '$' : name)
                .map(name -> "(?i)" + Pattern.quote(PACKAGE) + ".*" + name)
                .flatMap(pattern -> BenchmarkList.defaultList().find(nowhere, List.of(pattern), List.of()).stream())
                .map(entry -> entry.getUsername().substring(PACKAGE.length()))
                .distinct()
                .toList();
    }

    private boolean measure(int round, String name, Map<String, List<String>> parameters, PrintStream log)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(Pattern.quote(PACKAGE + name) + '$')
                .forks(1)
                .warmupIterations(isOfTheRuntime(name) ? 1 : COMPILED_WARM * Machine.queue())
                .warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(seconds))
                .jvmArgsPrepend(
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                .addProfiler(ProcessorTime.class)
                .addProfiler(GCProfiler.class);
        parameters.forEach((key, values) -> options.param(key, values.toArray(String[]::new)));
        OutputFormat output = OutputFormatFactory.createFormatInstance(log, VerboseMode.NORMAL);
        Collection<RunResult> measured = new Runner(options.build(), output).run();
        for (RunResult result : measured) {
            results.computeIfAbsent(name + Results.parameters(result.getParams()), key -> new ArrayList<>())
                    .add(result);
            System.out.println(line(round, name, result));
        }
        if (measured.isEmpty()) {
            System.out.println("round " + round + "  " + name + " FAILED");
        }
        return !measured.isEmpty();
    }

    /** Whether the time goes into native code, which needs no warming up by the compiler. */
    private static boolean isOfTheRuntime(String name) {
        return name.startsWith("Transformer") || name.startsWith("Latency") || name.startsWith("Embedder");
    }

    private static String line(int round, String name, RunResult result) {
        Result<?> score = result.getPrimaryResult();
        Result<?> processor = result.getSecondaryResults().get(ProcessorTime.LABEL);
        return String.format(
                Locale.ROOT,
                "round %d  %-38s %,12.1f %-6s %,12.1f %s  %s",
                round,
                name,
                score.getScore(),
                score.getScoreUnit(),
                processor.getScore(),
                processor.getScoreUnit(),
                Results.parameters(result.getParams()));
    }

    /** Writes the rounds of a benchmark as forks of one. */
    private void write(Path file) {
        List<RunResult> merged = results.values().stream()
                .map(rounds -> new RunResult(
                        rounds.get(0).getParams(),
                        rounds.stream()
                                .map(RunResult::getBenchmarkResults)
                                .<BenchmarkResult>flatMap(Collection::stream)
                                .toList()))
                .toList();
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(merged);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
