/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.PositionStore;
import dev.nightjar.kafka.TweetPublisher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that publishes a source to a topic, and the publishing. */
public final class PublishOptions {
    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--topic", defaultValue = "tweets", description = "Default: ${DEFAULT-VALUE}.")
    private String topic = "";

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            defaultValue = "tweets.dead-letters",
            description = "Where records go that cannot be read as a tweet. Default: ${DEFAULT-VALUE}.")
    private String deadLetters = "";

    @Option(
            names = "--position",
            paramLabel = "FILE",
            description = "Keeps the position here and continues from it; without it, every run begins anew. Not with"
                    + " --print.")
    private @Nullable Path position;

    /** Whether the user has named a file for the position. */
    public boolean hasPosition() {
        return position != null;
    }

    /** The cluster. */
    public KafkaConfig kafka() {
        return kafka.config();
    }

    /** A publisher to the topic, which is made if it is not there. */
    public TweetPublisher publisher(TweetSourceFactory source) {
        KafkaConfig config = kafka.config();
        try (KafkaTopics topics = KafkaTopics.open(config)) {
            for (String name : List.of(topic, deadLetters)) {
                if (!topics.list().contains(name)) {
                    topics.ensure(name, 1, 1, Map.of());
                }
            }
        }
        TweetPublisher.Builder builder =
                TweetPublisher.builder(source, config, topic).deadLetters(KafkaDeadLetters.of(config, deadLetters));
        if (position != null) {
            builder.positions(PositionStore.file(position));
        }
        return builder.build();
    }

    /** Publishes a source to its end, with a progress bar, and says what became of its records. */
    public void run(TweetSourceFactory source, long expected, PrintWriter out) {
        try (TweetPublisher publisher = publisher(source);
                Stop stop = Stop.by(publisher::close)) {
            try (Progress.Following bar = Progress.follow(
                    "Published", expected, "tweets", () -> publisher.counts().out())) {
                assert bar != null;
                publisher.run();
            }
            report(publisher.counts(), out);
            if (stop.isAsked()) {
                out.println("Stopped before its end");
                out.flush();
            }
        }
    }

    /** Says what became of the records of a source. */
    public void report(Ledger counts, PrintWriter out) {
        report(counts, "published to " + topic, deadLetters, out);
    }

    /** Says what became of records, and why some were not done. */
    public static void report(Ledger counts, String done, String deadLetters, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "Read %,d records: %,d %s, %,d to %s, %,d skipped%n",
                counts.in(),
                counts.out(),
                done,
                counts.deadLetterCount(),
                deadLetters,
                counts.skippedCount());
        counts.deadLetters().forEach((reason, count) -> out.printf(Locale.ROOT, "  %s: %,d%n", reason, count));
        counts.skipped().forEach((reason, count) -> out.printf(Locale.ROOT, "  skipped, %s: %,d%n", reason, count));
        out.flush();
    }
}
