/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.demo;

import dev.nightjar.Classifier;
import dev.nightjar.NightjarException;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.command.kafka.TopicsCommand;
import dev.nightjar.command.pipeline.Pipeline;
import dev.nightjar.command.pipeline.RunState;
import dev.nightjar.command.pipeline.SqliteTweets;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Home;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Port;
import dev.nightjar.command.shared.Stores;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.x.XOptions;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.testkit.EmbeddedKafka;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.VersionInfo;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.package$;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar doctor}. */
@Command(
        name = "doctor",
        description = {
            "Says what would keep nightjar from working here, by doing a little of all that it does: some ten seconds.",
            "It needs no network; it connects only to what you name."
        })
public final class DoctorCommand extends Subcommand {
    private static final long MEGABYTE = 1 << 20;
    private static final int OLDEST_JAVA = 17;
    private static final long SMALLEST_HEAP = 900 * MEGABYTE;
    private static final long SMALLEST_DISK = 500 * MEGABYTE;

    @Option(
            names = "--port",
            split = ",",
            defaultValue = "5000",
            converter = Port.class,
            description = "Ports that should be free, such as the live page's. Default: ${DEFAULT-VALUE}.")
    private List<Integer> ports = List.of();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "A Kafka broker that should be in reach.")
    private @Nullable String servers;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "A topic that this broker should have. Repeatable.")
    private List<String> topics = List.of();

    @Option(
            names = "--to",
            paramLabel = "STORE",
            description =
                    "A database that should be ready to be stored into: it is opened as for that, which makes tables that"
                            + " are missing. Repeatable. " + Stores.HELP)
    private List<String> stores = List.of();

    @Mixin
    private XOptions x = new XOptions();

    private int faults;

    @Override
    public Integer call() {
        if (servers == null && !topics.isEmpty()) {
            throw wrong("--topic is of a broker: give --bootstrap-servers");
        }
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
            Path home = Files.createDirectories(Home.folder());
            Files.delete(Files.createTempFile(home, "doctor", null));
            long space = Files.getFileStore(home).getUsableSpace();
            String found = space / MEGABYTE + " MB free in " + home;
            return space >= SMALLEST_DISK
                    ? good(found)
                    : bad(found + ": the demo's broker wants " + SMALLEST_DISK / MEGABYTE);
        });
        check(
                "Libraries",
                () -> good("Spark " + package$.MODULE$.SPARK_VERSION() + ", Scala "
                        + scala.util.Properties.versionNumberString() + ", Kafka clients " + kafkaVersion()));
        check("Models run on", () -> good(OnnxModels.platform()));
        check("Emotion model", () -> opens("emotion"));
        check("Sentiment model", () -> opens("sentiment-lr"));
        check("Hadoop", DoctorCommand::logsIn);
        check("Spark", () -> inTemporaryFolder(DoctorCommand::runsSpark));
        check("Kafka broker", () -> inTemporaryFolder(DoctorCommand::startsKafka));
        check("SQLite", () -> inTemporaryFolder(DoctorCommand::opensStore));
        for (int port : ports) {
            check("Port " + port, () -> isFree(port));
        }
        if (servers != null) {
            String broker = servers;
            check(
                    "Kafka at " + broker,
                    () -> good(TopicsCommand.list(KafkaConfig.of(broker)).size() + " topics"));
            for (String topic : topics) {
                check("Topic " + topic, () -> hasTopic(broker, topic));
            }
        }
        for (String place : stores) {
            // Not all of the place, which may have a password in it.
            check("Store " + place.substring(0, Math.max(0, place.indexOf(':'))), () -> {
                Stores.of(List.of(place)).values().forEach(store -> store.open().close());
                return good("opens");
            });
        }
        if (x.isNamed()) {
            check("X credentials", () -> {
                x.api();
                return good("has what X asks for");
            });
        }
        if (x.hasBaseUrl()) {
            check("X API", () -> {
                long posts = x.api().usage().posts();
                return good(posts + " posts read this month; " + x.searchWords());
            });
        }
        say(faults == 0 ? "All is well." : faults + (faults == 1 ? " fault." : " faults."));
        return faults == 0 ? 0 : Exit.SET_UP;
    }

    /** From where Kafka itself reads it; the class that does has another name in each line of releases. */
    private static String kafkaVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in =
                Objects.requireNonNull(Admin.class.getResourceAsStream("/kafka/kafka-version.properties"))) {
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

    private static Finding logsIn() throws IOException {
        String hadoop = "Hadoop " + VersionInfo.getVersion();
        try {
            return good(hadoop + ", as " + UserGroupInformation.getCurrentUser().getShortUserName());
        } catch (UnsupportedOperationException e) {
            // Hadoop before 3.5 asks for what Java took away in 24.
            return bad(hadoop + " does not run on Java " + Runtime.version().feature() + ": " + e.getMessage());
        }
    }

    /** A job with files and a shuffle: Hadoop's file system, generated code, and the native compressors. */
    private static Finding runsSpark(Path folder) {
        SparkSession spark = Pipeline.spark("nightjar-doctor", folder);
        try {
            String file = folder.resolve("numbers").toString();
            spark.range(10).write().parquet(file);
            long groups = spark.read().parquet(file).groupBy("id").count().count();
            return groups == 10
                    ? good(spark.version() + " writes a file, reads it and shuffles")
                    : bad(groups + " groups of 10 numbers");
        } finally {
            spark.stop();
        }
    }

    private static Finding startsKafka(Path folder) {
        try (EmbeddedKafka broker = EmbeddedKafka.start(folder)) {
            return good("starts, and answers with "
                    + TopicsCommand.list(KafkaConfig.of(broker.bootstrapServers()))
                            .size() + " topics");
        }
    }

    private static Finding opensStore(Path folder) {
        try (SqliteTweets store = SqliteTweets.open(folder.resolve("store.db"))) {
            return good("opens a store of " + store.count() + " tweets");
        }
    }

    private static Finding isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return good("free on " + socket.getInetAddress().getHostAddress());
        } catch (IOException e) {
            return bad("taken; give what should listen there another with --port, or a page --headless");
        }
    }

    private static Finding hasTopic(String broker, String topic) {
        return TopicsCommand.list(KafkaConfig.of(broker)).contains(topic)
                ? good("is there")
                : bad("is not there; make it with 'nightjar topics ensure " + topic + " --bootstrap-servers " + broker
                        + "'");
    }

    private static Finding inTemporaryFolder(Trial trial) throws IOException {
        Path folder = Files.createTempDirectory("nightjar-doctor");
        try {
            return trial.in(folder);
        } finally {
            RunState.delete(folder);
        }
    }

    private void check(String what, Callable<Finding> check) {
        Finding finding;
        try {
            finding = check.call();
        } catch (NightjarException e) {
            finding = bad(e.getMessage());
        } catch (Exception | LinkageError e) {
            // A native library that does not load is a LinkageError, which this command is meant to find.
            finding = bad(e.getClass().getSimpleName() + ": "
                    + Optional.ofNullable(e.getMessage()).orElse("no message"));
        }
        if (!finding.good()) {
            faults++;
        }
        say("%-4s %-18s %s".formatted(finding.good() ? "ok" : "BAD", what, finding.text()));
    }

    private static Finding good(String text) {
        return new Finding(true, text);
    }

    private static Finding bad(String text) {
        return new Finding(false, text);
    }

    @FunctionalInterface
    private interface Trial {
        Finding in(Path folder) throws IOException;
    }

    private record Finding(boolean good, String text) {}
}
