/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.io.TextFile;
import dev.nightjar.kafka.KafkaConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a Kafka cluster. */
public final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "The Kafka brokers. Default: ${DEFAULT-VALUE}.")
    private String bootstrapServers = "";

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "A properties file for Kafka's clients, passed through.")
    private @Nullable Path file;

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** The cluster, with the properties of the file. */
    public KafkaConfig config() {
        KafkaConfig.Builder builder = KafkaConfig.builder(bootstrapServers);
        if (file != null) {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(TextFile.read(file)));
            } catch (IOException e) {
                throw new ConfigException("Cannot read '" + file + "': " + e.getMessage(), e);
            }
            properties.remove("bootstrap.servers", bootstrapServers);
            properties.stringPropertyNames().forEach(name -> builder.property(name, properties.getProperty(name)));
        }
        return builder.build();
    }
}
