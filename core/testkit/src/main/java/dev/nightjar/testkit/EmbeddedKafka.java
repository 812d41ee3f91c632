/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka in this JVM: one KRaft node, broker and controller at once, on two free ports of 127.0.0.1. It starts in
 * about two seconds, creates no topic of itself, and can be stopped and started again on the same ports with all it
 * held.
 *
 * <p>It needs {@code org.apache.kafka:kafka_2.13} on the class path, which the kit does not bring.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** The file in each directory of a broker. */
    public static final String MARK = "server.properties";

    /** One for every broker, so that one is at home in the directory of another. */
    private static final Uuid CLUSTER = new Uuid(0x6e69676874L, 0x6a6172L);

    /** Where the brokers of this JVM have their logs. */
    private static final Set<Path> RUNNING = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final boolean temporary;
    private final int port;
    private final KafkaConfig config;
    private @Nullable KafkaRaftServer server;

    private EmbeddedKafka(Path directory, boolean temporary, int port, KafkaConfig config) {
        this.directory = directory.toAbsolutePath().normalize();
        this.temporary = temporary;
        this.port = port;
        this.config = config;
    }

    /** Starts a broker whose data is deleted when it is closed. */
    public static EmbeddedKafka start() {
        return start(Map.of());
    }

    /**
     * Starts a broker whose data is deleted when it is closed.
     *
     * @param properties broker properties, which go before those set here
     */
    public static EmbeddedKafka start(Map<String, String> properties) {
        return start(temporaryDirectory(), true, freePort(), properties);
    }

    /**
     * Starts a broker that keeps its data in a directory, new or left by an earlier broker.
     *
     * @param directory where the data is; it is kept when the broker is closed
     */
    public static EmbeddedKafka start(Path directory) {
        return start(directory, freePort());
    }

    /**
     * Starts a broker on a port of choice, whose data is deleted when it is closed.
     *
     * @param port the port that clients connect to
     */
    public static EmbeddedKafka start(int port) {
        return start(temporaryDirectory(), true, port, Map.of());
    }

    /**
     * Starts a broker on a port of choice that keeps its data in a directory, new or left by an earlier broker.
     *
     * @param directory where the data is; it is kept when the broker is closed
     * @param port the port that clients connect to
     */
    public static EmbeddedKafka start(Path directory, int port) {
        return start(directory, false, port, Map.of());
    }

    /**
     * Runs a broker in a JVM of its own until that is killed, and prints where clients connect once they can.
     *
     * @param arguments the directory of its data, its port, and broker properties such as {@code node.id=2}, which go
     *     before those set here: with them, several such JVMs are one cluster
     */
    public static void main(String... arguments) {
        Map<String, String> properties = Stream.of(arguments)
                .skip(2)
                .map(property -> property.split("=", 2))
                .collect(Collectors.toMap(property -> property[0], property -> property[1]));
        EmbeddedKafka kafka = start(Path.of(arguments[0]), false, Integer.parseInt(arguments[1]), properties);
        System.out.println(kafka.bootstrapServers());
    }

    private static EmbeddedKafka start(Path directory, boolean temporary, int port, Map<String, String> properties) {
        if (directory.toAbsolutePath().toString().contains(",")) {
            throw new ConfigException("Kafka takes no folder with a comma in its path, such as '"
                    + directory.toAbsolutePath() + "'; give another");
        }
        try {
            Files.createDirectories(directory);
            EmbeddedKafka kafka =
                    new EmbeddedKafka(directory, temporary, port, format(directory, port, freePort(), properties));
            kafka.boot();
            return kafka;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect: {@code 127.0.0.1:} and the port. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops the broker; clients cannot connect to its port until {@link #restart()}. Stopping again does nothing. */
    public void stop() {
        KafkaRaftServer running = server;
        server = null;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
            RUNNING.remove(directory.resolve("logs"));
        }
    }

    /** Starts the broker again on the same port with its data, after stopping it if it runs. */
    public void restart() {
        stop();
        boot();
    }

    /** Stops the broker; deletes its data unless it was given a directory. Closing again does nothing. */
    @Override
    public void close() {
        stop();
        if (temporary) {
            delete(directory);
        }
    }

    private void boot() {
        Path logs = directory.resolve("logs");
        if (!RUNNING.add(logs)) {
            throw inUse(logs);
        }
        try {
            requireUnlocked(logs);
            KafkaRaftServer starting = new KafkaRaftServer(config, Time.SYSTEM);
            server = starting;
            starting.startup();
        } catch (RuntimeException e) {
            // What is left of it would end this JVM, once its directory is gone.
            stop();
            RUNNING.remove(logs);
            throw e;
        }
    }

    /** Kafka looks for itself, but not before it has written to the other broker's log. */
    private static void requireUnlocked(Path logs) {
        try (FileChannel file =
                        FileChannel.open(logs.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            if (lock == null) {
                throw inUse(logs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KafkaException inUse(Path logs) {
        return new KafkaException("Another broker holds the lock of " + logs);
    }

    /** Writes the broker's properties, then formats the log directory if it is new. */
    private static KafkaConfig format(Path directory, int port, int controllerPort, Map<String, String> overrides)
            throws IOException {
        Path logs = directory.resolve("logs");
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
                "controller.listener.names", "CONTROLLER",
                "listeners", "CLIENT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "CLIENT://127.0.0.1:" + port,
                "listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name", "CLIENT",
                "log.dirs", logs.toString()));
        properties.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "num.partitions", "1",
                // One node holds every copy, and one partition of each internal topic is enough for tests.
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0",
                // Deleting waits a minute by default, for readers on other nodes.
                "file.delete.delay.ms", "100",
                "log.segment.delete.delay.ms", "100"));
        properties.putAll(overrides);
        Path file = directory.resolve(MARK);
        // Bytes, not characters: Kafka reads the file as Latin-1 with escapes.
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        String[] arguments = {
            "format", "--config", file.toString(), "--cluster-id", CLUSTER.toString(), "--ignore-formatted"
        };
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        if (StorageTool.execute(arguments, out) != 0) {
            throw new IllegalStateException("Could not format " + logs + ": " + said.toString(StandardCharsets.UTF_8));
        }
        return KafkaConfig.fromProps(properties);
    }

    /** A port on which nothing listens at the moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("nightjar-kafka");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> paths = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
