/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A real HBase cluster in a JVM of its own, one for all tests of a JVM, and a connection to it that does not belong to
 * the sink. Its jar holds other copies of the client and of Hadoop than the tests run with.
 *
 * <p>Safe for use by multiple threads.
 */
final class MiniCluster {
    private static final long START_SECONDS = 180;
    private static final Path FOLDER =
            Path.of("target", System.getProperty("nightjar.mini-cluster.folder", "mini-cluster"));
    private static final Pattern LOGIN = Pattern.compile(
            "org/apache/hadoop/.*/(UserGroupInformation|SubjectUtil|SubjectInheritingThread)(\\$.*)?\\.class");
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static @Nullable MiniCluster shared;

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final String quorum;
    private final Connection connection;

    private MiniCluster(Process process) throws IOException {
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
        this.quorum = "127.0.0.1:" + answer(MiniClusterMain.READY);
        Configuration configuration = HBaseConfiguration.create();
        configuration.set("hbase.zookeeper.quorum", quorum);
        configuration.set(ClientProperties.REGISTRY, ClientProperties.ZOOKEEPER_REGISTRY);
        this.connection = ConnectionFactory.createConnection(configuration);
    }

    /** A cluster for the tests of another module: says where it is, and ends with standard input. */
    public static void main(String[] arguments) throws IOException {
        System.out.println(shared().quorum());
        System.out.flush();
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    /** The cluster of this JVM, started by the first call. */
    static synchronized MiniCluster shared() {
        if (shared == null) {
            try {
                shared = start();
            } catch (IOException e) {
                throw new UncheckedIOException("No mini cluster; see " + FOLDER + "/log.txt", e);
            }
        }
        return shared;
    }

    String quorum() {
        return quorum;
    }

    /** A connection with HBase's own defaults, closed with the JVM. */
    Connection connection() {
        return connection;
    }

    /** The name of a table that is not there yet. */
    String newTable() {
        return "table" + TABLES.incrementAndGet();
    }

    /** A sink's configuration with few regions, for speed. */
    HBaseSinkConfig.Builder config() {
        return HBaseSinkConfig.builder(quorum).saltBuckets(2);
    }

    /** Ends the region server as a crash would, once another one runs. */
    void replaceRegionServer() throws IOException {
        commands.write(MiniClusterMain.REPLACE_REGION_SERVER);
        commands.newLine();
        commands.flush();
        answer(MiniClusterMain.DONE);
    }

    /** Stops all processing, connections staying open, until {@link #thaw()}. */
    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill " + signal + " gave " + kill.exitValue());
        }
    }

    private String answer(String begin) throws IOException {
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                process::destroyForcibly, CompletableFuture.delayedExecutor(START_SECONDS, TimeUnit.SECONDS));
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(begin)) {
                    return line.substring(begin.length());
                }
            }
            throw new IOException("The mini cluster has ended or did not answer within " + START_SECONDS + " s");
        } finally {
            limit.cancel(false);
        }
    }

    private static MiniCluster start() throws IOException {
        FileUtil.fullyDelete(FOLDER.toFile());
        Files.createDirectories(FOLDER);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                // As the tests' JVM, see argLine.jit in the root pom.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // From JDK 24 on Netty does without Unsafe unless told, and HBase's server fails on each request then.
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                classPath(),
                MiniClusterMain.class.getName()));
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectError(FOLDER.resolve("log.txt").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try {
            return new MiniCluster(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * The cluster's jar before the tests' class path, which leaves out the client and Hadoop because that jar has its
     * own. That Hadoop cannot log in on JDK 24 and later: it gets the login of the tests' one.
     */
    private static String classPath() throws IOException {
        String tests = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>();
        entries.add(FOLDER.resolve("login").toAbsolutePath().toString());
        entries.add(System.getProperty("nightjar.mini-cluster.jar"));
        for (String entry : tests.split(File.pathSeparator)) {
            String path = entry.replace('\\', '/');
            if (path.matches(".*/org/apache/hadoop/hadoop-(auth|common)/.*")) {
                copyLogin(Path.of(entry));
            }
            if (!path.matches(".*/org/apache/(hbase|hadoop)/.*")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copyLogin(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (LOGIN.matcher(entry.getName()).matches()) {
                    Path target = FOLDER.resolve("login").resolve(entry.getName());
                    Files.createDirectories(target.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, target);
                    }
                }
            }
        }
    }
}
