/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.io.FileFault;
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
    private static final String DEFAULT = "localhost:9092";
    private static final String SERVERS = "bootstrap.servers";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers. Default: those of --kafka-config, else " + DEFAULT + ".")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "A properties file for Kafka's clients, passed through.")
    private @Nullable Path file;

    /** The cluster, with the properties of the file. */
    public KafkaConfig config() {
        return config(bootstrapServers, file);
    }

    /**
     * A cluster, with the properties of a file.
     *
     * @param servers null for those that the file names
     */
    public static KafkaConfig config(@Nullable String servers, @Nullable Path file) {
        Properties properties = new Properties();
        if (file != null) {
            try {
                properties.load(new StringReader(TextFile.read(file)));
            } catch (IOException e) {
                throw new ConfigException("Cannot read '" + file + "': " + FileFault.of(e), e);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(
                        "Cannot read '" + file
                                + "': it has a \\u without four hexadecimal digits; write a backslash as \\\\",
                        e);
            }
        }
        String ofFile = properties.getProperty(SERVERS);
        String named = servers != null ? servers : ofFile != null ? ofFile : DEFAULT;
        properties.remove(SERVERS, named);
        KafkaConfig.Builder builder = KafkaConfig.builder(named);
        properties.stringPropertyNames().forEach(name -> builder.property(name, properties.getProperty(name)));
        return builder.build();
    }
}
