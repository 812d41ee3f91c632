/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.Classifier;
import dev.nightjar.NightjarException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.package$;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at this machine and says what would keep nightjar from working.",
            "It needs no network; it connects only to what you name."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final long MEGABYTE = 1 << 20;
    private static final int OLDEST_JAVA = 17;
    private static final long SMALLEST_HEAP = 900 * MEGABYTE;
    private static final long SMALLEST_DISK = 500 * MEGABYTE;

    @Option(names = "--port", defaultValue = "5000", description = "The live page's port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "A Kafka broker that should be in reach.")
    private @Nullable String servers;

    @Spec
    private CommandSpec spec;

    private int faults;

    @Override
    public Integer call() {
        check("Java " + OLDEST_JAVA + " or later", () -> {
            int feature = Runtime.version().feature();
            return feature >= OLDEST_JAVA
                    ? good(System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"))
                    : bad("this is Java " + feature + ": install a newer JDK, or set JAVA_HOME");
        });
        check("Memory", () -> {
            long heap = Runtime.getRuntime().maxMemory();
            String found =
                    heap / MEGABYTE + " MB of heap, " + Runtime.getRuntime().availableProcessors() + " processors";
            return heap >= SMALLEST_HEAP ? good(found) : bad(found + ": give Java -Xmx1g or more");
        });
        check("Disk", () -> {
            long space = Files.getFileStore(Path.of(".").toAbsolutePath()).getUsableSpace();
            String found = space / MEGABYTE + " MB free here";
            return space >= SMALLEST_DISK
                    ? good(found)
                    : bad(found + ": the demo's broker wants " + SMALLEST_DISK / MEGABYTE);
        });
        check(
                "Libraries",
                () -> good("Spark " + package$.MODULE$.SPARK_VERSION() + ", Scala "
                        + scala.util.Properties.versionNumberString() + ", Kafka clients " + kafkaVersion()));
        check("Emotion model", () -> opens("emotion"));
        check("Sentiment model", () -> opens("sentiment"));
        check("Port " + port, () -> {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return good(
                        "free for the live page on " + socket.getInetAddress().getHostAddress());
            } catch (IOException e) {
                return bad("taken; give the demo another with --port, or --headless");
            }
        });
        if (servers != null) {
            String broker = servers;
            check("Kafka at " + broker, () -> good(TopicsCommand.list(broker).size() + " topics"));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(faults == 0 ? "All is well." : faults + (faults == 1 ? " fault." : " faults."));
        out.flush();
        return faults == 0 ? 0 : Nightjar.SET_UP;
    }

    /** From where Kafka itself reads it; the class that does has another name in each line of releases. */
    private static String kafkaVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(Admin.class.getResourceAsStream("/kafka/kafka-version.properties"))) {
            properties.load(in);
        }
        return properties.getProperty("version", "unknown");
    }

    private static Finding opens(String model) {
        try (Classifier classifier = Models.of(model).open()) {
            return classifier
                    .classify("What a lovely morning!")
                    .top()
                    .map(top -> good(classifier.model() + " answers, labels "
                            + classifier.labels().names()))
                    .orElseGet(() -> bad(classifier.model() + " gave no answer"));
        }
    }

    private void check(String what, Callable<Finding> check) {
        Finding finding;
        try {
            finding = check.call();
        } catch (NightjarException e) {
            finding = bad(e.getMessage());
        } catch (Exception | LinkageError e) {
            // A native library that does not load is a LinkageError, and just what this command is to find.
            finding = bad(e.getClass().getSimpleName() + ": "
                    + Optional.ofNullable(e.getMessage()).orElse("no message"));
        }
        if (!finding.good()) {
            faults++;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-4s %-18s %s%n", finding.good() ? "ok" : "BAD", what, finding.text());
        out.flush();
    }

    private static Finding good(String text) {
        return new Finding(true, text);
    }

    private static Finding bad(String text) {
        return new Finding(false, text);
    }

    private record Finding(boolean good, String text) {}
}
