/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.SinkFactory;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.command.dashboard.Dashboard;
import dev.nightjar.command.dashboard.DeadLetterWatch;
import dev.nightjar.command.kafka.PublishOptions;
import dev.nightjar.command.model.Explanations;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Monitor;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.x.FirstTweets;
import dev.nightjar.command.x.StatusLine;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.PositionStore;
import dev.nightjar.kafka.TopicSinkConfig;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.spark.QueryLag;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A source through a Kafka topic and Spark into databases, on this machine. Killed in any way and begun again with the
 * same options, it goes on where it was. In the end, which Ctrl-C brings early, it stores all that the topic has and
 * compares the two.
 */
public final class Pipeline {
    private static final int PARTITIONS = 2;

    /** A micro-batch costs most of a second, however few tweets it has: enough of them that this is not what counts. */
    private static final int BATCH = 5_000;

    /** Few enough that the first answers of a large model are there within seconds. */
    private static final int BATCH_OF_LARGE_MODEL = 200;

    private static final String FINISHED = "finished, all is stored";
    private static final Duration OFFSETS_LIMIT = Duration.ofSeconds(5);

    private final PipelineOptions options;
    private final CommandSpec spec;
    private final String name;
    private final String topic;
    private final String deadLetterTopic;
    private final List<String> topics = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private List<ClassifierFactory> models = List.of();
    private @Nullable String published;
    private Ending ending = run -> 0;
    private boolean paged = true;
    private volatile String phase = "running";

    /**
     * A pipeline.
     *
     * @param options what the user says about it
     * @param spec of its command
     * @param name of the command
     * @param topic where its tweets go; what cannot be done goes to one of this name with {@code .dead-letters}
     */
    public Pipeline(PipelineOptions options, CommandSpec spec, String name, String topic) {
        this.options = options;
        this.spec = spec;
        this.name = name;
        this.topic = topic;
        this.deadLetterTopic = topic + ".dead-letters";
    }

    /** Adds a topic that it needs besides. */
    public Pipeline topic(String other) {
        topics.add(other);
        return this;
    }

    /** Publishes the classified tweets to a topic of the same cluster, too, which the ledger at the end is then about as well. */
    public Pipeline publish(String to) {
        published = to;
        return topic(to);
    }

    /** Adds what a run depends on besides its source and its databases: with another value, it begins anew. */
    public Pipeline setting(String setting, Object value) {
        settings.put(setting, value.toString());
        return this;
    }

    /** Names the models that it classifies with: with others it begins anew, and by them the page explains its tweets. */
    public Pipeline models(ClassifierFactory... all) {
        models = List.of(all);
        return setting("model", models.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }

    /** Sets what is done once all is stored, before the ledger. */
    public Pipeline ending(Ending last) {
        this.ending = last;
        return this;
    }

    /** Has it serve no page. */
    public Pipeline withoutPage() {
        paged = false;
        return this;
    }

    /**
     * Runs it to its end.
     *
     * @param queries begins its queries, once the topics are there
     * @return the exit code
     */
    public int run(Source source, Queries queries) throws Exception {
        Path folder = options.state(name);
        KafkaConfig cluster = options.kafka();
        settings.put(RunState.PIPELINE, name);
        settings.put("source", source.tweets() + (source.limit() == null ? "" : ", " + source.limit()));
        Map<String, SinkFactory<ClassifiedTweet>> sinks = options.sinks();
        sinks.forEach((sink, config) -> settings.put("sink." + sink, config.toString()));
        if (cluster != null) {
            settings.put("kafka", cluster.toString());
        }
        // A wrong address, token or bucket is said before anything is begun or kept.
        sinks.values().forEach(sink -> sink.open().close());
        try (Monitor monitor = options.monitor();
                RunState state = RunState.open(folder, settings, cluster != null);
                Stop stop = Stop.caught(() -> {})) {
            say(
                    state.resumed()
                            ? "Continuing the run in " + folder + " that did not finish"
                            : "Keeping the run's state in " + folder);
            List<Store> stores = Store.of(sinks, state.store());
            if (stores.get(0).own()) {
                say("Storing in the SQLite file " + state.store());
            }
            source.prepare().run();
            if (monitor != null) {
                say("Metrics at " + monitor.uri() + "metrics");
            }
            say("Starting " + (cluster == null ? "Kafka and Spark in this process" : "Spark in this process"));
            if (cluster != null) {
                return run(source, queries, state, stores, cluster, stop, monitor);
            }
            try (EmbeddedKafka broker = EmbeddedKafka.start(state.kafka())) {
                return run(source, queries, state, stores, KafkaConfig.of(broker.bootstrapServers()), stop, monitor);
            }
        }
    }

    private int run(
            Source source,
            Queries queries,
            RunState state,
            List<Store> stores,
            KafkaConfig kafka,
            Stop stop,
            @Nullable Monitor monitor)
            throws Exception {
        ensureTopics(kafka);
        KafkaDeadLetters deadLetters = KafkaDeadLetters.of(kafka, deadLetterTopic);
        if (published != null) {
            stores.add(new Store(published, TopicSinkConfig.of(kafka, published), false));
        }
        SparkSession spark = spark("nightjar-" + name, state.spark());
        ExecutorService thread = Executors.newSingleThreadExecutor();
        boolean quick = models.stream().allMatch(LrClassifierConfig.class::isInstance);
        int most = quick ? BATCH : BATCH_OF_LARGE_MODEL;
        Run run = new Run(name, topic, kafka, deadLetters, spark, state, stores, most);
        Store shown = stores.stream().filter(Store::isReadable).findFirst().orElseThrow();
        try (KafkaTopics admin = KafkaTopics.open(kafka);
                StoredTweets stored = shown.read();
                TweetPublisher publisher = TweetPublisher.builder(left(source, state, kafka), kafka, topic)
                        .positions(PositionStore.file(state.position()))
                        .deadLetters(deadLetters)
                        .build();
                DeadLetterWatch letters =
                        options.isHeadless() || !paged ? null : DeadLetterWatch.of(kafka, deadLetterTopic);
                Explanations explanations = new Explanations(models);
                Dashboard page = letters == null
                        ? null
                        : Dashboard.open(
                                options.port(),
                                stored,
                                () -> status(source, shown, publisher, run, state.resumed(), letters, admin),
                                explanations)) {
            if (page != null) {
                say("Look at " + page.uri());
            }
            Runnable end = publisher::close;
            stop.then(() -> {
                say("Ending when all that is in the topic is stored; a second Ctrl-C ends at once");
                end.run();
            });
            QueryLag lag = QueryLag.committing(name, admin, group());
            spark.streams().addListener(lag);
            queries.start(run);
            DeliveryMetrics metrics = run.batches().metrics();
            metrics.lag(() -> lag.offsets().isEmpty() ? OptionalLong.empty() : OptionalLong.of(lag.lag()));
            if (monitor != null) {
                monitor.watch(metrics);
            }
            Future<?> publishing = thread.submit(publisher::run);
            Duration limit = options.runFor();
            if (limit != null) {
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(end);
            }
            try (Progress.Following line = progress(source, run, shown, stored, lag)) {
                assert line != null;
                follow(spark, publishing);
            }
            for (StreamingQuery query : spark.streams().active()) {
                query.stop();
            }
            phase = FINISHED;
            PublishOptions.report(
                    publisher.counts(),
                    "published to " + topic,
                    deadLetterTopic,
                    spec.commandLine().getOut());
            // Before the pause, which Ctrl-C may end.
            int ended = ending.end(run);
            int exit = Math.max(ended, audit(stores, kafka));
            printOffsets(admin, lag);
            if (!stop.isAsked()) {
                state.finish();
                stop.letGo();
                if (page != null && Progress.isTerminal()) {
                    say("Done. The page stays until you press Enter.");
                    System.in.read();
                }
            }
            return exit;
        } finally {
            thread.shutdownNow();
            spark.stop();
        }
    }

    /** What is left of a source to read: a run that was killed has read some, which are in the topic. */
    private TweetSourceFactory left(Source source, RunState state, KafkaConfig kafka) {
        Long limit = source.limit();
        if (limit == null) {
            return source.tweets();
        }
        long read = 0;
        if (state.resumed() && options.kafka() == null) {
            try (KafkaTopics admin = KafkaTopics.open(kafka)) {
                read = admin.describe(topic).size();
            }
        }
        return new FirstTweets(source.tweets(), Math.max(0, limit - read));
    }

    private void ensureTopics(KafkaConfig kafka) {
        try (KafkaTopics admin = KafkaTopics.open(kafka)) {
            List<String> wanted = new ArrayList<>(topics);
            wanted.add(topic);
            wanted.add(deadLetterTopic);
            wanted.removeAll(admin.list());
            wanted.forEach(
                    missing -> admin.ensure(missing, missing.equals(deadLetterTopic) ? 1 : PARTITIONS, -1, Map.of()));
        }
    }

    /** Spark in this process, with its files in a folder. */
    public static SparkSession spark(String name, Path folder) {
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

    private Progress.Following progress(Source source, Run run, Store shown, StoredTweets stored, QueryLag lag) {
        Supplier<String> status = source.status();
        if (status != null || source.expected() < 0) {
            // No bar, where nobody knows how much there will be.
            StatusLine line = StatusLine.of(
                    () -> String.format(
                            Locale.ROOT,
                            "%s | %,d stored%s",
                            status == null ? "Running" : status.get(),
                            run.batches().counts().out(),
                            waiting(lag)),
                    spec.commandLine().getErr());
            return line::close;
        }
        return Progress.follow(
                "Stored",
                source.expected(),
                "tweets",
                () -> shown.own() ? stored.count() : run.batches().counts().out(),
                () -> waiting(lag));
    }

    private static String waiting(QueryLag lag) {
        return lag.offsets().isEmpty() ? "" : String.format(Locale.ROOT, ", %,d waiting", lag.lag());
    }

    /** The consumer group that shows where the query is. */
    private String group() {
        return "nightjar-" + name;
    }

    /**
     * Says where the query has ended, as Kafka knows it; Spark tells that a moment later than it ends. Nothing is said of
     * a pipeline whose query has another name.
     */
    private void printOffsets(KafkaTopics admin, QueryLag query) {
        long deadline = System.nanoTime() + OFFSETS_LIMIT.toNanos();
        SortedMap<Integer, Long> lag = admin.lag(topic, group());
        while ((query.offsets().isEmpty() || sum(lag) > 0) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            lag = admin.lag(topic, group());
        }
        if (query.offsets().isEmpty()) {
            return;
        }
        SortedMap<Integer, Long> end = admin.describe(topic).end();
        StringJoiner partitions = new StringJoiner("; ");
        lag.forEach((partition, waiting) -> partitions.add(String.format(
                Locale.ROOT,
                "partition %d at %,d of %,d, lag %,d",
                partition,
                end.getOrDefault(partition, 0L) - waiting,
                end.getOrDefault(partition, 0L),
                waiting)));
        say("Offsets of " + topic + " as the group " + group() + ": " + partitions);
    }

    private static long sum(SortedMap<Integer, Long> lag) {
        return lag.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Waits until all is published and stored, whichever of the two fails first. */
    private static void follow(SparkSession spark, Future<?> publishing) throws Exception {
        await(spark, publishing);
        ExecutorService drain = Executors.newSingleThreadExecutor();
        try {
            await(spark, drain.submit(() -> {
                for (StreamingQuery query : spark.streams().active()) {
                    query.processAllAvailable();
                }
            }));
        } finally {
            drain.shutdownNow();
        }
    }

    private static void await(SparkSession spark, Future<?> work) throws Exception {
        try {
            while (true) {
                if (spark.streams().awaitAnyTermination(250)) {
                    throw new FatalException("The query ended before its input did; see the log");
                }
                if (work.isDone()) {
                    work.get();
                    return;
                }
            }
        } catch (StreamingQueryException | ExecutionException e) {
            throw cause(e);
        }
    }

    /** What is behind a failure: the error that says what to do, if there is one. */
    static Exception cause(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NightjarException typed) {
                return typed;
            }
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("failOnDataLoss")) {
            return new ConfigException(
                    "Kafka no longer has what this run was to read next: records are gone, or the topic was made anew, as"
                            + " on a broker that began empty; begin anew with another folder in --state",
                    failure);
        }
        // Spark's own words go on with the plan of the query, over pages.
        return failure instanceof StreamingQueryException
                ? new FatalException(message.lines().findFirst().orElse("") + "; see the log", failure)
                : failure;
    }

    private Dashboard.Status status(
            Source source,
            Store shown,
            TweetPublisher publisher,
            Run run,
            boolean resumed,
            DeadLetterWatch letters,
            KafkaTopics admin) {
        boolean finished = phase.equals(FINISHED);
        Supplier<String> status = source.status();
        long done = run.done();
        long end = admin.describe(topic).end().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return new Dashboard.Status(
                shown.title(),
                status == null || finished ? phase : status.get(),
                finished,
                publisher.counts().out(),
                resumed ? -1 : source.expected(),
                finished ? 0 : done < 0 ? -1 : Math.max(0, end - done),
                publisher.counts().skippedCount() + run.batches().counts().skippedCount(),
                letters.counts(),
                letters.newest());
    }

    /** Compares each database with the topic. */
    private int audit(List<Store> stores, KafkaConfig kafka) {
        int exit = 0;
        for (Store store : stores.stream()
                .filter(store -> store.isReadable() || store.isTopic())
                .toList()) {
            try (StoredTweets stored = store.read()) {
                boolean only = store.own() && options.kafka() == null;
                Audit audit = Audit.of(kafka, topic, deadLetterTopic, store.title(), stored, only);
                audit.print(spec.commandLine().getOut());
                if (audit.isUnread()) {
                    audit.printUnread(spec.commandLine().getErr());
                    exit = Exit.SET_UP;
                } else if (!audit.balances()) {
                    exit = Exit.UNBALANCED;
                }
            }
        }
        return exit;
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** Begins the queries of a run. */
    @FunctionalInterface
    public interface Queries {
        /** Begins them. */
        void start(Run run) throws TimeoutException;
    }

    /** What a run does at its end. */
    @FunctionalInterface
    public interface Ending {
        /** Does it, and returns the exit code, 0 if all is well. */
        int end(Run run) throws Exception;
    }
}
