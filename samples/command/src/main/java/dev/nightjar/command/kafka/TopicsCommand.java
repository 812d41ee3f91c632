/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nightjar topics}. */
@Command(
        name = "topics",
        description = "Creates, lists, describes and deletes Kafka topics.",
        footer = {"%nExample:%n", "  nightjar topics ensure tweets --partitions 6 --bootstrap-servers localhost:9092"})
public final class TopicsCommand extends Subcommand {
    @Override
    public Integer call() {
        throw wrong("Say what to do: ensure, list, describe or delete");
    }

    @Command(name = "ensure", mixinStandardHelpOptions = true, description = "Creates topics that are not there yet.")
    void ensure(
            @Mixin KafkaOptions kafka,
            @Parameters(arity = "1..*", paramLabel = "TOPIC") String[] topics,
            @Option(names = "--partitions", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
                    int partitions,
            @Option(
                            names = "--replication",
                            defaultValue = "-1",
                            description = "How many brokers keep each record. Default: as the cluster has it.")
                    int replication) {
        try (KafkaTopics admin = KafkaTopics.open(kafka.config())) {
            for (String topic : topics) {
                admin.ensure(topic, partitions, replication, Map.of());
                say(line(admin.describe(topic)));
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the topics.")
    void list(@Mixin KafkaOptions kafka) {
        list(kafka.config()).forEach(this::say);
    }

    @Command(
            name = "describe",
            mixinStandardHelpOptions = true,
            description = "Says how many partitions and records a topic has, and how far a group is behind.")
    void describe(
            @Mixin KafkaOptions kafka,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Option(names = "--group", description = "A consumer group.") @Nullable String group) {
        try (KafkaTopics admin = KafkaTopics.open(kafka.config())) {
            KafkaTopics.Description description = admin.describe(topic);
            say(line(description));
            if (group != null) {
                admin.lag(topic, group)
                        .forEach((partition, lag) -> say(String.format(
                                Locale.ROOT, "  partition %d: group %s is %,d records behind", partition, group, lag)));
            }
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes topics and all they hold.")
    void delete(@Mixin KafkaOptions kafka, @Parameters(arity = "1..*", paramLabel = "TOPIC") String[] topics) {
        try (KafkaTopics admin = KafkaTopics.open(kafka.config())) {
            for (String topic : topics) {
                admin.delete(topic);
                say(topic + ": deleted");
            }
        }
    }

    /** The topics of a cluster. */
    public static Collection<String> list(KafkaConfig kafka) {
        try (KafkaTopics admin = KafkaTopics.open(kafka)) {
            return admin.list();
        }
    }

    private static String line(KafkaTopics.Description topic) {
        return String.format(
                Locale.ROOT,
                "%s: %d partitions, %,d records, replication %d",
                topic.topic(),
                topic.partitions(),
                topic.size(),
                topic.replication());
    }
}
