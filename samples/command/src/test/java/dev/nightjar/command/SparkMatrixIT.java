/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * This build's jars on other Sparks than the one that it compiles against: the compiled tests about Spark run in a JVM
 * whose class path begins with that of another cluster, including its Scala and Jackson.
 *
 * <p>The oldest Spark is always tried, and the newest that Maven Central has whole is what all other tests run on. The
 * rest is for {@code ./mvnw -Pspark-matrix verify}, which runs nothing else and prints a table.
 */
class SparkMatrixIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path DIRECTORY = Path.of("target", "spark-matrix").toAbsolutePath();
    private static final boolean ALL = Boolean.getBoolean("spark.matrix");

    /** Where Maven Central has not all of a version, a part is tried with the newest version that it has. */
    private static final List<Cluster> CLUSTERS = List.of(
            new Cluster("3.5", "2.12", "3.5.0", "3.5.0", "3.5.0", "3.9.2"),
            new Cluster("3.5", "2.12", "3.5.9", "3.5.7", "3.5.9", "3.9.2"),
            new Cluster("3.5", "2.13", "3.5.9", "3.5.4", "3.5.6", "3.9.2"),
            new Cluster("4.0", "2.13", "4.0.4", "4.0.0", "4.0.1", "3.9.2"),
            new Cluster("4.1", "2.13", "4.1.3", "4.1.3", "4.1.0", "3.9.2"),
            new Cluster("4.2", "2.13", "4.2.0", "4.2.0", "4.2.0", System.getProperty("version.kafka")),
            new Cluster("4.3", "2.13", Cluster.PYSPARK, null, Cluster.PYSPARK, null));

    private static final Map<Cluster, Map<Part, String>> RESULTS = new LinkedHashMap<>();

    static Stream<Trial> trials() {
        return CLUSTERS.stream()
                .limit(ALL ? CLUSTERS.size() : 1)
                .flatMap(cluster -> Stream.of(Part.values()).map(part -> new Trial(cluster, part)));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void theTestsPassOnIt(Trial trial) throws Exception {
        assumeTrue(trial.cluster.isForThisJava(), "Spark " + trial.cluster.line + " is for Java up to 21");
        assumeTrue(trial.version() != null, "not published");
        Path output = DIRECTORY.resolve(trial.toString().replace(' ', '-'));
        Files.createDirectories(output);
        List<String> cluster = trial.cluster.classPath(trial.part, output);
        Path arguments = output.resolve("java-arguments.txt");
        Files.write(arguments, arguments(trial.part, cluster, output));

        Path xml = output.resolve("TEST-junit-jupiter.xml");
        Files.deleteIfExists(xml);
        int status = run(trial.part.directory(), output.resolve("tests.txt"), java(), "@" + arguments);

        Matcher report = Pattern.compile("tests=\"(\\d+)\" skipped=\"(\\d+)\" failures=\"(\\d+)\" errors=\"(\\d+)\"")
                .matcher(Files.exists(xml) ? Files.readString(xml) : "");
        assertThat(report.find()).as("a report in %s", output).isTrue();
        int tests = Integer.parseInt(report.group(1)) - Integer.parseInt(report.group(2));
        int passed = tests - Integer.parseInt(report.group(3)) - Integer.parseInt(report.group(4));
        RESULTS.computeIfAbsent(trial.cluster, key -> new LinkedHashMap<>())
                .put(trial.part, passed + " of " + tests + " (" + trial.cluster.name(cluster) + ")");
        assertThat(status)
                .as("%d of %d tests pass, see %s", passed, tests, output.resolve("tests.txt"))
                .isZero();
        assertThat(passed).isGreaterThanOrEqualTo(trial.part.leastTests);
    }

    @AfterAll
    static void printTable() {
        StringBuilder table =
                new StringBuilder("\n| Spark | Scala | SQL and streaming | Kafka | MLlib |\n|---|---|---|---|---|\n");
        RESULTS.forEach((cluster, results) -> table.append(Stream.concat(
                        Stream.of(cluster.line, cluster.scala),
                        Stream.of(Part.values()).map(part -> results.getOrDefault(part, "-")))
                .collect(Collectors.joining(" | ", "| ", " |\n"))));
        System.out.println(table);
    }

    private static List<String> arguments(Part part, List<String> cluster, Path output) {
        Stream<String> classPath = Stream.of(
                        cluster.stream(),
                        part.modules.stream()
                                .map(module -> ROOT.resolve(Path.of(module, "target", "test-classes"))
                                        .toString()),
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(part::isBehindTheCluster))
                .flatMap(entries -> entries);
        List<String> arguments = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.matches("--add-.*|-XX:.*|-Xm.*|-Djdk\\..*|-Dio\\..*"))
                .toList());
        arguments.add("-cp");
        arguments.add(
                '"' + classPath.collect(Collectors.joining(File.pathSeparator)).replace("\\", "\\\\") + '"');
        arguments.addAll(List.of("org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner"));
        arguments.addAll(List.of("--details=summary", "--fail-if-no-tests", "--include-classname=.*"));
        arguments.add("--reports-dir=" + output.toString().replace('\\', '/'));
        arguments.addAll(part.selectors);
        return arguments;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static int run(Path directory, Path output, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            // So long that only a process which hangs meets it.
            return process.waitFor(30, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }

    /** A part of Spark, and the tests that need no other. */
    private enum Part {
        SQL(
                List.of("core"),
                400,
                "--select-package=dev.nightjar.json",
                "--select-package=dev.nightjar.spark",
                "--exclude-classname=.*IT"),
        KAFKA(List.of("core"), 7, "--select-class=dev.nightjar.spark.SparkKafkaIT"),
        MLLIB(
                List.of("core", "classifier-lr"),
                10,
                "--select-package=dev.nightjar.classifier.lr.spark",
                "--select-class=dev.nightjar.spark.SparkLinksTest");

        private final List<String> modules;
        private final int leastTests;
        private final List<String> selectors;

        Part(List<String> modules, int leastTests, String... selectors) {
            this.modules = modules;
            this.leastTests = leastTests;
            this.selectors = List.of(selectors);
        }

        /** Where the tests expect to be run. */
        Path directory() {
            return ROOT.resolve(modules.get(modules.size() - 1));
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether an entry of this JVM's class path is a jar of ours, or one that ours or the tests bring along. */
        boolean isBehindTheCluster(String entry) {
            String name = Path.of(entry).getFileName().toString();
            return modules.stream().anyMatch(module -> name.startsWith("nightjar-" + module + "-"))
                    || name.matches(
                            "(failsafe|jspecify|liblinear|junit|opentest4j|open-test|assertj|byte-buddy|awaitility|hamcrest"
                                    + "|archunit)-.*");
        }
    }

    private record Trial(Cluster cluster, Part part) {
        @Nullable
        String version() {
            return cluster.version(part);
        }

        @Override
        public String toString() {
            return "Spark " + (version() == null ? cluster.line : version()) + " for Scala " + cluster.scala + " "
                    + part.id();
        }
    }

    /** A version of Spark, as Maven Central has it or as the Python package {@code pyspark} does. */
    private record Cluster(
            String line,
            String scala,
            @Nullable String sql,
            @Nullable String kafkaConnector,
            @Nullable String mllib,
            @Nullable String kafka) {
        static final String PYSPARK = "pyspark";

        @Nullable
        String version(Part part) {
            return switch (part) {
                case SQL -> sql;
                case KAFKA -> kafkaConnector;
                case MLLIB -> mllib;
            };
        }

        /** The Hadoop of 3.5 asks for a security manager, which Java 24 and later do without. */
        boolean isForThisJava() {
            return !line.equals("3.5") || Runtime.version().feature() < 24;
        }

        /** The version that a class path is really of. */
        String name(List<String> classPath) {
            return classPath.stream()
                    .map(entry -> Path.of(entry).getFileName().toString())
                    .filter(name -> name.startsWith("spark-sql_"))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("spark-sql_[0-9.]*-|\\.jar", "");
        }

        List<String> classPath(Part part, Path output) throws IOException, InterruptedException {
            return PYSPARK.equals(version(part)) ? ofPython(output) : ofMaven(part, output);
        }

        private List<String> ofMaven(Part part, Path output) throws IOException, InterruptedException {
            Path file = output.resolve("cluster.txt").toAbsolutePath();
            String maven = System.getProperty("maven.home") + "/bin/mvn" + (File.separatorChar == '\\' ? ".cmd" : "");
            int status = run(
                    ROOT,
                    output.resolve("maven.txt"),
                    maven,
                    "-B",
                    "-f",
                    ROOT.resolve("samples/command/src/test/spark/pom.xml").toString(),
                    "-Dmaven.repo.local=" + System.getProperty("localRepository"),
                    "-Dpart=" + part.id(),
                    "-Dscala=" + scala,
                    "-Dspark=" + version(part),
                    "-Dkafka=" + kafka,
                    "-Dmdep.outputFile=" + file,
                    "org.apache.maven.plugins:maven-dependency-plugin:"
                            + System.getProperty("version.maven-dependency-plugin") + ":build-classpath");
            assertThat(status).as("see %s", output.resolve("maven.txt")).isZero();
            return List.of(Files.readString(file).strip().split(File.pathSeparator));
        }

        private static List<String> ofPython(Path output) throws IOException, InterruptedException {
            Path answer = output.resolve("python.txt");
            int status = run(
                    ROOT,
                    answer,
                    System.getProperty("python", "python3"),
                    "-c",
                    "import os, pyspark; print(os.path.join(os.path.dirname(pyspark.__file__), 'jars'))");
            assumeTrue(status == 0, "no Python with pyspark");
            try (Stream<Path> jars = Files.list(Path.of(Files.readString(answer).strip()))) {
                return jars.map(Path::toString).sorted().toList();
            }
        }
    }
}
