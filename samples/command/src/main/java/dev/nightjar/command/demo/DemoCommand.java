/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.demo;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.FatalException;
import dev.nightjar.SinkFactory;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.kafka.ReplayOptions;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Home;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Port;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.PositionStore;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import me.tongfei.progressbar.ProgressBar;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The whole pipeline on this machine: replayed tweets, a Kafka broker, Spark, an emotion and a sentiment model,"
                    + " a store, and a page to look at.",
            "It needs nothing but Java. Killed in any way and started again with the same options, it goes on where it"
                    + " was; in the end it proves from the topic and the store that nothing was lost or stored twice."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar demo",
            "  nightjar demo --from my-tweets.jsonl --rate 50",
            "  nightjar demo --count 20000 --headless",
            "  nightjar demo --mongo-uri mongodb://localhost:27017"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final String TOPIC = "tweets";
    private static final String DEAD_LETTERS = "tweets.dead-letters";
    private static final int PARTITIONS = 2;
    private static final int BATCH = 1_000;
    private static final int NEWEST = 12;
    private static final double VISIBLE_RATE = 100;

    @Mixin
    private ReplayOptions replay = new ReplayOptions();

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
                    "Where the broker's log, the checkpoint and the store are kept. Default: .nightjar/demo in the"
                            + " project.")
    private @Nullable Path state;

    @Mixin
    private SinkOptions sinks = new SinkOptions();

    @Spec
    private CommandSpec spec;

    private volatile String phase = "replaying";

    @Override
    public Integer call() throws Exception {
        if (!headless && !replay.isPaced()) {
            replay.pace(VISIBLE_RATE);
        }
        TweetSourceFactory source = replay.source(spec.commandLine().getErr());
        Map<String, SinkFactory<ClassifiedTweet>> extraSinks = sinks.sinks();
        Path folder = state != null ? state : Home.folder().resolve("demo");
        try (DemoState demo = DemoState.open(folder, settings(source, extraSinks))) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    demo.resumed()
                            ? "Continuing the run in " + folder + " that did not finish"
                            : "Keeping the run's state in " + folder);
            out.flush();
            SqliteSinkConfig store = SqliteSinkConfig.builder(demo.store()).build();
            try (EmbeddedKafka broker = EmbeddedKafka.start(demo.kafka())) {
                KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
                try (KafkaTopics topics = KafkaTopics.open(kafka)) {
                    topics.ensure(TOPIC, PARTITIONS, 1, Map.of());
                    topics.ensure(DEAD_LETTERS, 1, 1, Map.of());
                }
                return run(demo, source, extraSinks, kafka, store);
            }
        }
    }

    private Map<String, String> settings(
            TweetSourceFactory source, Map<String, SinkFactory<ClassifiedTweet>> extraSinks) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("source", source.toString());
        settings.put("store", SqliteSinkConfig.class.getSimpleName());
        extraSinks.forEach((name, sink) -> settings.put("sink." + name, sink.toString()));
        return settings;
    }

    private int run(
            DemoState demo,
            TweetSourceFactory source,
            Map<String, SinkFactory<ClassifiedTweet>> extraSinks,
            KafkaConfig kafka,
            SqliteSinkConfig store)
            throws Exception {
        KafkaDeadLetters deadLetters = KafkaDeadLetters.of(kafka, DEAD_LETTERS);
        BatchWriter.Builder<ClassifiedTweet> writer =
                BatchWriter.tweets().sink("local", store).deadLetters(deadLetters);
        extraSinks.forEach(writer::sink);
        BatchWriter batches = writer.build();
        SparkSession spark = spark("nightjar-demo", demo.spark());
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (StoredTweets stored = StoredTweets.open(demo.store());
                TweetPublisher publisher = TweetPublisher.builder(source, kafka, TOPIC)
                        .positions(PositionStore.file(demo.position()))
                        .deadLetters(deadLetters)
                        .build();
                LivePage page = headless ? null : LivePage.open(port, () -> pageState(stored, publisher, batches))) {
            if (page != null) {
                spec.commandLine().getOut().println("Look at " + page.uri());
                spec.commandLine().getOut().flush();
            }
            StreamingQuery query = start(spark, kafka, batches, demo);
            Future<?> publishing = thread.submit(publisher::run);
            try (ProgressBar bar = Progress.of("Stored", replay.expected(), "tweets")) {
                follow(query, publishing, () -> bar.stepTo(stored.count()));
            }
            query.stop();
            phase = "finished, all is stored";
            // Before the pause, which Ctrl-C may end.
            int exit = audit(demo, kafka);
            if (page != null && Progress.isTerminal()) {
                spec.commandLine().getOut().println("Done. The page stays until you press Enter.");
                spec.commandLine().getOut().flush();
                System.in.read();
            }
            return exit;
        } finally {
            thread.shutdownNow();
            spark.stop();
        }
    }

    /** Spark in this process, with its files in a folder. */
    static SparkSession spark(String name, Path folder) {
        return SparkSession.builder()
                .appName(name)
                .master("local[" + PARTITIONS + "]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.local.dir", folder.toString())
                .config("spark.sql.adaptive.enabled", false)
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .config("spark.sql.shuffle.partitions", PARTITIONS)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.speculation", false)
                .getOrCreate();
    }

    private static StreamingQuery start(SparkSession spark, KafkaConfig kafka, BatchWriter writer, DemoState demo)
            throws TimeoutException {
        Dataset<Row> tweets = SparkTweets.fromKafka(spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", kafka.bootstrapServers())
                .option("subscribe", TOPIC)
                .option("startingOffsets", "earliest")
                .option("failOnDataLoss", "true")
                .option("maxOffsetsPerTrigger", BATCH)
                .load());
        Dataset<Row> emotion = SparkTweets.classify(tweets, "emotion", Models.of("emotion"));
        Dataset<Row> both = SparkTweets.classify(emotion, "sentiment", Models.of("sentiment-lr"));
        return both.writeStream()
                .queryName("nightjar-demo")
                .foreachBatch(writer)
                .option("checkpointLocation", demo.checkpoint().toString())
                .start();
    }

    /** Waits until all is published and stored, whichever of the two fails first. */
    private static void follow(StreamingQuery query, Future<?> publishing, Runnable tick) throws Exception {
        while (!publishing.isDone()) {
            awaitFailure(query);
            tick.run();
        }
        try {
            publishing.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
        ExecutorService drain = Executors.newSingleThreadExecutor();
        try {
            Future<?> drained = drain.submit(query::processAllAvailable);
            while (!drained.isDone()) {
                awaitFailure(query);
                tick.run();
            }
            drained.get();
        } finally {
            drain.shutdownNow();
        }
        tick.run();
    }

    private static void awaitFailure(StreamingQuery query) throws StreamingQueryException {
        if (query.awaitTermination(250)) {
            throw new FatalException("The query ended before its input did; see the log");
        }
    }

    private LivePage.State pageState(StoredTweets stored, TweetPublisher publisher, BatchWriter writer) {
        return new LivePage.State(
                phase,
                publisher.counts().in(),
                replay.expected(),
                stored.count(),
                publisher.counts().deadLetterCount() + writer.counts().deadLetterCount(),
                publisher.counts().skippedCount() + writer.counts().skippedCount(),
                stored.labelCounts(),
                stored.newest(NEWEST));
    }

    private int audit(DemoState demo, KafkaConfig kafka) throws IOException {
        Audit audit;
        try (StoredTweets stored = StoredTweets.open(demo.store())) {
            audit = Audit.of(kafka, TOPIC, DEAD_LETTERS, stored.ids());
        }
        audit.print(spec.commandLine().getOut());
        demo.finish();
        if (audit.isUnread()) {
            audit.printUnread(spec.commandLine().getErr());
            return Exit.SET_UP;
        }
        return audit.balances() ? 0 : Exit.UNBALANCED;
    }
}
