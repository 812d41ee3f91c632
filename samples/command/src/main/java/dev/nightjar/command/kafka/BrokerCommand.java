/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.OwnFolder;
import dev.nightjar.command.shared.Port;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.io.FileFault;
import dev.nightjar.testkit.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nightjar broker}. */
@Command(
        name = "broker",
        description = {
            "A real Kafka broker on this machine to try things with: one KRaft node, which only this machine can reach."
                    + " Ctrl-C ends it.",
            "It makes no topic of itself; commands that publish make theirs, and so does 'nightjar topics ensure'."
        },
        footer = {"%nExamples:%n", "  nightjar broker", "  nightjar broker --port 19092 --data kafka-data"})
public final class BrokerCommand extends Subcommand {
    @Option(
            names = "--port",
            defaultValue = "9092",
            converter = Port.class,
            description = "Where clients connect; 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Keeps its data here, and goes on with what is there. Default: a temporary folder, deleted at the"
                            + " end.")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        try (Stop stop = Stop.by(() -> {})) {
            try (EmbeddedKafka broker = start()) {
                String servers = broker.bootstrapServers();
                say("A Kafka broker listens on " + servers + "; its data is "
                        + (data == null ? "deleted at the end" : "kept in " + data));
                say("Try it in another terminal, for example:");
                for (String command : new String[] {"replay --count 2000", "consume tweets --from-beginning"}) {
                    say("  samples/nightjar " + command + " --bootstrap-servers " + servers);
                }
                say("Ctrl-C ends it.");
                stop.await(Long.MAX_VALUE);
            }
            // Before the process may end, which waits for this block alone.
            say("The broker has ended" + (data == null ? "" : "; its data stays in " + data));
        }
        return 0;
    }

    private EmbeddedKafka start() {
        int free = port == 0 ? EmbeddedKafka.freePort() : port;
        try (ServerSocket probe = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
            assert probe != null;
        } catch (IOException e) {
            throw new ConfigException(
                    "Cannot listen on port " + free + ": " + e.getMessage() + "; give another with --port", e);
        }
        try {
            if (data == null) {
                return EmbeddedKafka.start(free);
            }
            OwnFolder.require(Files.createDirectories(data), EmbeddedKafka.MARK, "broker", "--data");
            return EmbeddedKafka.start(data, free);
        } catch (IOException e) {
            throw unusable(e);
        } catch (UncheckedIOException e) {
            throw unusable(Objects.requireNonNull(e.getCause()));
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException(
                    "The broker does not start: " + e.getMessage()
                            + (data == null ? "" : "; give a folder with --data that no other broker uses"),
                    e);
        }
    }

    private ConfigException unusable(IOException fault) {
        return new ConfigException(
                "Cannot use the folder '" + data + "': " + FileFault.of(fault) + "; give another with --data", fault);
    }
}
