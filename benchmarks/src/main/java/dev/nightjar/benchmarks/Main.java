/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command of {@code benchmarks.jar}. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        version = "nightjar-benchmarks 0.1.0-SNAPSHOT",
        description = "Measures Nightjar beside the libraries that do the same, in one run, and draws what came out.",
        footerHeading = "%nBegin with:%n",
        footer = {
            "  java -jar benchmarks.jar short                           everything, in under 10 minutes",
            "  java -jar benchmarks.jar run Transformer --texts my-tweets.txt --model my-model/",
            "  java -jar benchmarks.jar report nightjar-benchmarks.json",
            "",
            "Exit codes: 0 done, 1 a benchmark failed, 2 the command line is wrong."
        })
final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, command, parsed) -> {
            boolean expected = failure instanceof IllegalArgumentException;
            command.getErr().println(expected ? failure.getMessage() : failure.toString());
            return expected ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        });
    }

    @Command(
            name = "short",
            mixinStandardHelpOptions = true,
            description = "Measures everything, round after round, and ends before ten minutes are over.")
    int brief(@Mixin WorkloadOptions workload, @Mixin OutputOptions output) throws IOException, RunnerException {
        return measure(Plan.brief(workload), output);
    }

    @Command(
            name = "full",
            mixinStandardHelpOptions = true,
            description = "Measures everything with more sizes, threads and rounds; takes hours.")
    int full(@Mixin WorkloadOptions workload, @Mixin OutputOptions output) throws IOException, RunnerException {
        return measure(Plan.full(workload), output);
    }

    @Command(mixinStandardHelpOptions = true, description = "Measures some benchmarks, with parameters of your own.")
    int run(
            @Parameters(
                            arity = "1..*",
                            paramLabel = "NAME",
                            description = "a benchmark, as `list` prints them, or a group: Lr.nightjar, Transformer")
                    List<String> names,
            @Mixin WorkloadOptions workload,
            @Mixin PaceOptions pace,
            @Mixin OutputOptions output)
            throws IOException, RunnerException {
        return measure(Plan.of(names, workload, pace), output);
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints the names of all benchmarks.")
    void list() {
        Plan.names().forEach(System.out::println);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Prints made-up texts, one in a line, to give them to another program.")
    void texts(
            @Option(names = "--count", defaultValue = "256", description = "how many; ${DEFAULT-VALUE}") int count,
            @Mixin WorkloadOptions workload)
            throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        SyntheticTexts.of(count, workload.lengths.get(0), workload.duplicates.get(0))
                .forEach(out::println);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Draws results: a page with pictures, and a table for documents.")
    void report(
            @Parameters(arity = "1..*", paramLabel = "RESULTS.json", description = "what runs have written")
                    List<Path> results,
            @Option(
                            names = "--html",
                            paramLabel = "FILE",
                            defaultValue = "nightjar-benchmarks.html",
                            description = "the page; ${DEFAULT-VALUE}")
                    Path html,
            @Option(
                            names = "--markdown",
                            paramLabel = "FILE",
                            description = "a document, and its pictures in `images` beside it")
                    Path markdown)
            throws IOException {
        Results read = Results.read(results);
        Report.writeHtml(read, html);
        System.out.println("Wrote " + html.toAbsolutePath());
        if (markdown != null) {
            Report.writeMarkdown(read, markdown);
            System.out.println("Wrote " + markdown.toAbsolutePath());
        }
    }

    private static int measure(Plan plan, OutputOptions output) throws IOException, RunnerException {
        boolean whole = plan.run(output.file);
        Results results = Results.read(List.of(output.file));
        Report.writeHtml(results, output.html());
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        out.println();
        out.print(Report.table(results));
        out.println();
        out.println("Wrote " + output.file + ", " + Machine.beside(output.file) + " and " + output.html());
        return whole ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** What is classified, and by which models. */
    static final class WorkloadOptions {
        @Option(
                names = "--model",
                split = ",",
                paramLabel = "MODEL",
                defaultValue = "emotion",
                description = "transformers: names of bundled ones (emotion, sentiment-onnx) or directories;"
                        + " ${DEFAULT-VALUE}")
        List<String> models;

        @Option(
                names = "--regression",
                split = ",",
                paramLabel = "MODEL",
                defaultValue = "sentiment-lr",
                description = "regressions: names of bundled ones or model files; ${DEFAULT-VALUE}")
        List<String> regressions;

        @Option(
                names = "--lengths",
                split = ",",
                paramLabel = "PROFILE",
                defaultValue = SyntheticTexts.TWEETS,
                description = "how long made-up texts are: tweets, or a number of tokens; ${DEFAULT-VALUE}")
        List<String> lengths;

        @Option(
                names = "--duplicates",
                split = ",",
                paramLabel = "PERCENT",
                defaultValue = "0",
                description = "how many of a hundred made-up texts repeat one of those before; ${DEFAULT-VALUE}")
        List<Integer> duplicates;

        @Option(
                names = "--texts",
                paramLabel = "FILE",
                description = "texts of your own instead, one in a line, UTF-8; what is before a tab is left out")
        Path texts;
    }

    /** How much is measured. */
    static final class PaceOptions {
        @Option(
                names = "--batch",
                split = ",",
                paramLabel = "TEXTS",
                defaultValue = "256",
                description = "how many texts a call has; ${DEFAULT-VALUE}")
        List<Integer> batches;

        @Option(
                names = "--threads",
                split = ",",
                paramLabel = "COUNT",
                defaultValue = "1",
                description = "how many threads of ONNX Runtime work on a call; ${DEFAULT-VALUE}")
        List<Integer> threads;

        @Option(
                names = "--rounds",
                defaultValue = "2",
                description = "how often all is measured, each time in a new process; ${DEFAULT-VALUE}")
        int rounds;

        @Option(
                names = "--iterations",
                defaultValue = "3",
                description = "how often a process measures; ${DEFAULT-VALUE}")
        int iterations;

        @Option(
                names = "--seconds",
                defaultValue = "2",
                description = "how long each of them takes at least, and the warming up before; ${DEFAULT-VALUE}")
        int seconds;
    }

    /** Where the results go. */
    static final class OutputOptions {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE.json",
                defaultValue = "nightjar-benchmarks.json",
                description = "where the results go, with the machine and a page beside; ${DEFAULT-VALUE}")
        Path file;

        Path html() {
            return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.json$", "") + ".html");
        }
    }
}
