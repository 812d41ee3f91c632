/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.command.Launched;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on this machine: a master and two workers, each a process of its own, of the artifacts
 * that Spark itself has on this JVM's class path. Nothing of Nightjar is among them, and nothing that it brings.
 */
final class StandaloneCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    /** What comes with a user's packages. */
    private static final Pattern OF_USERS = Pattern.compile(
            "(nightjar-(core|classifier-lr|classifier-onnx|model-emotion|model-sentiment-lr|sink-mongo)|liblinear|spark-sql-kafka|spark-token-provider-kafka|kafka-clients"
                    + "|commons-pool2|failsafe|jspecify|onnxruntime|tokenizers|api|mongodb|bson)-.*");

    /** What neither has. */
    private static final Pattern OF_OTHERS =
            Pattern.compile("(nightjar|kafka|mongo|sqlite|h2|hbase|junit|archunit|undertow|assertj)[-_].*");

    private final Path home;
    private final List<Process> processes = new ArrayList<>();
    private String master = "";

    private StandaloneCluster(Path home) {
        this.home = home;
    }

    static StandaloneCluster start(Path home) throws IOException {
        StandaloneCluster cluster = new StandaloneCluster(home);
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (Path jar : jars().filter(jar -> !isOfUsers(jar)).toList()) {
            Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
        }
        Path log = home.resolve("master.txt");
        cluster.java(
                "master",
                List.of(),
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--webui-port",
                "0");
        Pattern address = Pattern.compile("Starting Spark master at (spark://\\S+)");
        await().atMost(PATIENCE)
                .until(() -> address.matcher(Files.readString(log)).find());
        Matcher found = address.matcher(Files.readString(log));
        assertThat(found.find()).isTrue();
        cluster.master = found.group(1);
        for (String name : List.of("worker1", "worker2")) {
            cluster.java(
                    name,
                    List.of(),
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--webui-port",
                    "0",
                    "--cores",
                    "3",
                    "--memory",
                    "2g",
                    "--work-dir",
                    home.resolve(name).toString(),
                    cluster.master);
        }
        return cluster;
    }

    /** Submits an application, as {@code spark-submit} does. */
    Process submit(String name, String[] options, Path job, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
        all.addAll(List.of(options));
        all.add(job.toString());
        all.addAll(List.of(arguments));
        return java(name, List.of(), all.toArray(String[]::new));
    }

    /** The jars that a user's packages bring. */
    static Stream<Path> ofUsers() {
        return jars().filter(StandaloneCluster::isOfUsers);
    }

    private static Stream<Path> jars() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(jar -> jar.toString().endsWith(".jar"))
                .filter(jar -> isOfUsers(jar)
                        || !OF_OTHERS.matcher(jar.getFileName().toString()).matches());
    }

    private static boolean isOfUsers(Path jar) {
        return OF_USERS.matcher(jar.getFileName().toString()).matches();
    }

    String master() {
        return master;
    }

    Path log(String name) {
        return home.resolve(name + ".txt");
    }

    /** Starts a program with Spark's jars. */
    Process java(String name, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.matches("--add-.*|-Djdk\\..*|-Dio\\..*"))
                .forEach(command::add);
        command.add("-Xmx512m");
        command.add("-cp");
        command.add(home.resolve("jars") + "/*");
        command.addAll(options);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log(name).toFile()));
        builder.environment().putAll(Launched.QUICK);
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("SPARK_LOCAL_DIRS", home.resolve("local").toString());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    @Override
    public void close() {
        processes.stream()
                .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process.toHandle())))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
    }
}
