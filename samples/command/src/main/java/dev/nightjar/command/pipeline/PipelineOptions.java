/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.command.kafka.KafkaOptions;
import dev.nightjar.command.shared.Home;
import dev.nightjar.command.shared.Monitor;
import dev.nightjar.command.shared.Port;
import dev.nightjar.kafka.KafkaConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all pipelines have options for but their source: how long, where things are kept, the broker, the databases. */
public final class PipelineOptions {
    @Option(
            names = "--run-for",
            paramLabel = "TIME",
            description = "End after this time, as in 30s, 5m or 2h; what is in the topic by then is stored.")
    private @Nullable Duration runFor;

    @Option(
            names = "--headless",
            description = "No page and no pause at the end; as fast as it goes, unless told a pace.")
    private boolean headless;

    @Option(
            names = "--port",
            defaultValue = "5000",
            converter = Port.class,
            description = "The page's port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where the broker's log, the checkpoint and the store are kept. Default: .nightjar/${COMMAND-NAME}"
                            + " in the project.")
    private @Nullable Path state;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The brokers of a Kafka of your own. Without it, one runs in this process.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "A properties file for the clients of a Kafka of your own, passed through.")
    private @Nullable Path kafkaConfig;

    @Mixin
    private Monitor.Options monitor = new Monitor.Options();

    @Mixin
    private StoreOptions stores = new StoreOptions();

    /** How fast a replay is that has been told no pace. */
    public SourceOptions.Pace pace() {
        return headless ? SourceOptions.Pace.FULL : SourceOptions.Pace.VISIBLE;
    }

    @Nullable
    Duration runFor() {
        return runFor;
    }

    boolean isHeadless() {
        return headless;
    }

    int port() {
        return port;
    }

    /** Shows metrics and health; null if nobody is to see them. */
    @Nullable
    Monitor monitor() {
        return monitor.open();
    }

    Path state(String name) {
        return state != null ? state : Home.folder().resolve(name);
    }

    /** The cluster of the user's own; null if there is none. */
    @Nullable
    KafkaConfig kafka() {
        return bootstrapServers == null && kafkaConfig == null
                ? null
                : KafkaOptions.config(bootstrapServers, kafkaConfig);
    }

    Map<String, SinkFactory<ClassifiedTweet>> sinks() {
        return stores.sinks();
    }
}
