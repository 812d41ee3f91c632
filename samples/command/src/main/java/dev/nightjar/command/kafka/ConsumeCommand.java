/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Monitor;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Stores;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.delivery.Retry;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TopicReader;
import dev.nightjar.kafka.TopicSinkConfig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nightjar consume}. */
@Command(
        name = "consume",
        description = {
            "Prints the records of a Kafka topic, a line each: tweets, classified tweets, dead letters and deletions decoded,"
                    + " anything else as text or by its size. Ctrl-C ends it.",
            "With --to it stores the tweets instead, classified with --classify, and without Spark: what cannot be stored"
                    + " becomes a dead letter, Ctrl-C ends it when the batch in hand is stored, and at the end it says what"
                    + " became of all records. Run again, it goes on where it ended."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar consume tweets --from-beginning --count 10",
            "  nightjar consume tweets --from-beginning --classify emotion --classify sentiment-lr",
            "  nightjar consume tweets --classify emotion --to mongo:mongodb://localhost:27017",
            "  nightjar consume tweets.dead-letters --from-beginning --json"
        })
public final class ConsumeCommand extends Subcommand {
    private static final int MOST_NAMES = 10;

    @Parameters(paramLabel = "TOPIC", description = "The topic, which must be there.")
    private String topic = "";

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--from-beginning",
            description = "Print what the topic holds, too, in place of what comes from now on.")
    private boolean fromBeginning;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description =
                    "Goes on where this consumer group has ended; a new group begins with the oldest record. With --to the"
                            + " default is one of these databases and models, so that the same command goes on.")
    private @Nullable String group;

    @Option(names = "--count", paramLabel = "N", description = "End after so many records.")
    private @Nullable Long count;

    @Option(names = "--run-for", paramLabel = "TIME", description = "End after this time, as in 30s, 5m or 2h.")
    private @Nullable Duration runFor;

    @Option(
            names = "--classify",
            paramLabel = "MODEL",
            description =
                    "Has a model classify the tweets. Repeatable. NAME=MODEL gives its answers another name than the"
                            + " model's. " + Models.HELP)
    private List<String> models = List.of();

    @Option(names = "--to", paramLabel = "STORE", description = "Stores the tweets. Repeatable. " + Stores.HELP)
    private List<String> stores = List.of();

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            description = "With --to: where records go that cannot be stored. Default: TOPIC.dead-letters.")
    private @Nullable String deadLetters;

    @Option(
            names = "--apart",
            paramLabel = "TOPIC",
            description = "With --to: each database goes at its own pace, so that one that is down delays no other. The"
                    + " classified tweets are kept in this topic, which is made if it is missing.")
    private @Nullable String apart;

    @Option(names = "--wait", description = "With --to: wait for a database that does not answer as long as it takes.")
    private boolean wait;

    @Mixin
    private WhereOption where = new WhereOption();

    @Mixin
    private Monitor.Options monitor = new Monitor.Options();

    @Option(names = "--json", description = "Print JSON lines, with all that is in a tweet.")
    private boolean json;

    @Override
    public Integer call() {
        if (fromBeginning && (group != null || !stores.isEmpty())) {
            throw wrong("A group goes on where it ended; to read all again leave --from-beginning out and give a new"
                    + " --group");
        }
        if (count != null && count < 1) {
            throw wrong("--count is at least 1");
        }
        if (monitor.isWanted() && stores.isEmpty()) {
            throw wrong("--metrics-port is about storing; add --to");
        }
        KafkaConfig cluster = kafka.config();
        Map<String, SinkFactory<ClassifiedTweet>> sinks = Stores.of(stores, cluster);
        if (sinks.containsValue(TopicSinkConfig.of(cluster, topic))) {
            throw wrong("--to topic:" + topic + " would read for ever what it has written; give another topic");
        }
        Map<String, ClassifierFactory> classifiers = new TreeMap<>();
        models.forEach(model -> classifiers.put(Models.nameOf(model), Models.of(Models.placeOf(model))));
        requireTopic(cluster);
        try (Stop stop = Stop.by(() -> {})) {
            long read = sinks.isEmpty() ? print(cluster, classifiers, stop) : store(cluster, classifiers, sinks, stop);
            if (read >= 0 && count != null && read < count) {
                err().printf(Locale.ROOT, "Ended after %,d of %,d records%n", read, count);
                return Exit.FAILED;
            }
            return read < 0 ? Exit.UNBALANCED : 0;
        }
    }

    private void requireTopic(KafkaConfig cluster) {
        try (KafkaTopics topics = KafkaTopics.open(cluster)) {
            Collection<String> there = topics.list();
            if (!there.contains(topic)) {
                throw new ConfigException("Kafka at " + cluster.bootstrapServers() + " has no topic '" + topic + "'"
                        + (there.isEmpty()
                                ? " and no other; 'nightjar replay --topic " + topic + "' makes and fills it"
                                : "; it has "
                                        + String.join(
                                                ", ",
                                                there.stream().limit(MOST_NAMES).toList())
                                        + (there.size() > MOST_NAMES ? " and others" : "")));
            }
        }
    }

    /** Prints records; returns how many. */
    private long print(KafkaConfig cluster, Map<String, ClassifierFactory> models, Stop stop) {
        Map<String, Classifier> classifiers = new TreeMap<>();
        long limit = count == null ? Long.MAX_VALUE : count;
        long read = 0;
        try (TopicReader reader = reader(cluster)) {
            models.forEach((name, model) -> classifiers.put(name, model.open()));
            PrintWriter out = out();
            TopicPrinter printer = new TopicPrinter(classifiers, where.filter(), json, out);
            Retry retry = Retry.upTo(Retry.DEFAULT_LIMIT);
            long start = System.nanoTime();
            while (read < limit
                    && !stop.isAsked()
                    && !out.checkError() // nobody reads on, as after head
                    && (runFor == null || System.nanoTime() - start < runFor.toNanos())) {
                List<ConsumerRecord<byte[], byte[]>> records = reader.poll(limit - read);
                printer.print(records);
                reader.commit(records, retry);
                read += records.size();
            }
        } finally {
            classifiers.values().forEach(Classifier::close);
        }
        err().printf(Locale.ROOT, "%,d records printed%n", read);
        err().flush();
        return read;
    }

    private TopicReader reader(KafkaConfig cluster) {
        if (group != null) {
            return TopicReader.ofGroup(cluster, topic, group);
        }
        if (fromBeginning) {
            return TopicReader.fromBeginning(cluster, topic);
        }
        TopicReader reader = TopicReader.fromEnd(cluster, topic);
        err().println("Waiting for new records of " + topic + "; --from-beginning prints those that it holds");
        err().flush();
        return reader;
    }

    /** Stores records; returns how many were read, -1 if not all are accounted for. */
    private long store(
            KafkaConfig cluster,
            Map<String, ClassifierFactory> classifiers,
            Map<String, SinkFactory<ClassifiedTweet>> sinks,
            Stop stop) {
        String into = String.join(" and ", sinks.keySet());
        String member = group != null ? group : group(sinks);
        String letters = deadLetters != null ? deadLetters : topic + ".dead-letters";
        KafkaPipeline.Builder builder =
                KafkaPipeline.builder(cluster, topic, member).deadLetters(KafkaDeadLetters.of(cluster, letters));
        classifiers.forEach(builder::classifier);
        sinks.forEach(builder::sink);
        TweetFilter filter = where.filter();
        if (filter != null) {
            builder.filter(filter);
        }
        if (count != null) {
            builder.limit(count);
        }
        if (apart != null) {
            builder.sinksApart(apart);
        }
        if (wait) {
            builder.waitForStores();
        }
        err().println("Storing " + topic + " in " + into + ", as the group " + member);
        err().flush();
        try (KafkaPipeline pipeline = builder.build();
                Monitor shown = monitor.open()) {
            if (shown != null) {
                shown.watch(pipeline.metrics());
                err().println("Metrics at " + shown.uri() + "metrics");
                err().flush();
            }
            stop.then(pipeline::close);
            if (runFor != null) {
                CompletableFuture.delayedExecutor(runFor.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(pipeline::close);
            }
            try (Progress.Following bar = Progress.follow(
                    "Stored",
                    count == null ? -1 : count,
                    "tweets",
                    () -> pipeline.counts().out())) {
                assert bar != null;
                pipeline.run();
            } catch (RuntimeException e) {
                if (!stop.isAsked()) {
                    if (pipeline.counts().in() > 0) {
                        report(pipeline, into, letters);
                    }
                    throw e;
                }
                err().println("Stopped within a batch, which the next run reads again: " + e.getMessage());
            }
            report(pipeline, into, letters);
            Ledger ledger = pipeline.counts();
            pipeline.lag().ifPresent(lag -> err().printf(Locale.ROOT, "%,d records wait in %s%n", lag, topic));
            boolean balanced = ledger.isBalanced()
                    && pipeline.sinks().values().stream()
                            .allMatch(sink -> sink.counts().isBalanced());
            err().println(balanced ? "It balances." : "IT DOES NOT BALANCE.");
            err().flush();
            return balanced ? ledger.in() : -1;
        }
    }

    private void report(KafkaPipeline pipeline, String into, String letters) {
        String done = apart == null ? "stored in " + into : "classified";
        PublishOptions.report(pipeline.counts(), done, letters, err());
        pipeline.sinks().forEach((name, sink) -> {
            PublishOptions.report(sink.counts(), "stored in " + name, letters, err());
            sink.trouble().ifPresent(trouble -> err().println("  " + name + " has ended: " + trouble.getMessage()));
        });
    }

    /** The group of these databases and models: what stores elsewhere, or otherwise, begins anew. */
    private String group(Map<String, SinkFactory<ClassifiedTweet>> sinks) {
        String of = sinks.values() + " " + models + (where.filter() == null ? "" : " " + where.filter());
        return "nightjar-" + String.join("-", sinks.keySet()) + '-' + Integer.toHexString(of.hashCode());
    }
}
