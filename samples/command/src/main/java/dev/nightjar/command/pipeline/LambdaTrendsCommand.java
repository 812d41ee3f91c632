/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.WindowedCount;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Seldom;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.x.StreamOptions;
import dev.nightjar.json.WindowedCountJson;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.spark.Equivalence;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.spark.TweetTrends;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar lambda-trends}. */
@Command(
        name = "lambda-trends",
        description = {
            "Trends by a stream and by batches at once: tweets of an SQL database through Kafka, counted in windows by Spark"
                    + " in both ways, served as one view. Live with --credentials; the rule is then '"
                    + LambdaTrendsCommand.RULE + "' unless --rule says otherwise.",
            "Fills the topics tweets, hashtags, top_tweets and top_hashtags, or with --topic-prefix others that end so. For"
                    + " windows before its cut-off the view has what"
                    + " the batch counted, for later ones what the stream did. In the end both count the whole topic, and must"
                    + " agree."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar lambda-trends",
            "  nightjar lambda-trends --count 500 --headless --report windows.md",
            "  nightjar lambda-trends --jdbc-url jdbc:mariadb://db/twitter --pause 5s..15s",
            "  nightjar lambda-trends --credentials x.json --run-for 1h",
            "",
            "It takes the place of a producer that polls MySQL, a streaming consumer and a",
            "batch consumer, each in a terminal of its own, whose totals are put together by",
            "hand."
        })
public final class LambdaTrendsCommand extends Subcommand {
    static final String RULE = "(news OR sport OR music) lang:en";

    private static final String NAME = "lambda-trends";
    private static final String TOPIC = "tweets";
    private static final String MODEL = "sentiment-lr";
    private static final String HASHTAGS = "hashtags";

    /** Which topic has the highest counts of which metric. */
    private static final Map<String, String> TOPS = Map.of("hashtag", "top_hashtags", "tweet", "top_tweets");

    private static final Duration BETWEEN_BATCHES = Duration.ofSeconds(5);

    /** The batches count all anew, and take at most a fifth of the time, however much that is. */
    private static final int SELDOM = 5;

    private static final int WINDOWS_SHOWN = 4;
    private static final int SHOWN = 5;

    private static final StructType RECORD =
            new StructType().add("key", DataTypes.StringType, false).add("value", DataTypes.StringType, false);

    @Mixin
    private JdbcOptions database = new JdbcOptions();

    @Mixin
    private StreamOptions stream = new StreamOptions();

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "15m",
            description = "How long a window is. Default: ${DEFAULT-VALUE}.")
    private Duration window = Duration.ZERO;

    @Option(
            names = "--watermark",
            paramLabel = "TIME",
            defaultValue = "15m",
            description = "How late a tweet may come for the stream to count it. Default: ${DEFAULT-VALUE}.")
    private Duration watermark = Duration.ZERO;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many hashtags and tweets of a window go to the top topics. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "What the names of the four topics begin with, such as 'trends.'. Default: nothing.")
    private String prefix = "";

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "At the end, compare tumbling, sliding and session windows, by stream and by batch, in this"
                    + " Markdown file and a picture beside it.")
    private @Nullable Path report;

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    public Integer call() throws Exception {
        TweetTrends trends = TweetTrends.tumbling(window).watermark(watermark);
        if (top < 1) {
            throw wrong("--top is at least 1");
        }
        if (report != null && !Files.isDirectory(report.toAbsolutePath().resolveSibling("."))) {
            throw new ConfigException("There is no folder for '" + report + "'; make it, or give another --report");
        }
        if (stream.isNamed() && database.isNamed()) {
            throw wrong(
                    "--jdbc-url, --table and the like, --seed, --pause and --rate are of a database, --credentials and"
                            + " --base-url of the X API; leave out the ones or the others");
        }
        Source source = stream.isNamed()
                ? SourceOptions.live(stream, tweets -> tweets, spec(), NAME, List.of(RULE))
                        .first(database.count())
                : database.source(options.state(NAME), options.pace());
        ScheduledExecutorService batches = Executors.newSingleThreadScheduledExecutor();
        List<TrendView> opened = new ArrayList<>();
        List<Future<?>> batch = new ArrayList<>();
        try {
            Pipeline pipeline = new Pipeline(options, spec(), NAME, topic(TOPIC))
                    .topic(topic(HASHTAGS))
                    .models(Models.of(MODEL))
                    .setting("window", window)
                    .setting("watermark", watermark)
                    .setting("topic-prefix", prefix);
            TOPS.values().forEach(name -> pipeline.topic(topic(name)));
            return pipeline.ending(run -> {
                        if (batch.get(0).isDone()) {
                            batch.get(0).get(); // it ends by failing alone
                        }
                        batches.shutdown();
                        if (!batches.awaitTermination(10, TimeUnit.MINUTES)) {
                            throw new FatalException("The batch that counts the topic has not ended within 10 minutes");
                        }
                        return end(run, trends, opened.get(0));
                    })
                    .run(source, run -> {
                        TrendView view = TrendView.open(run.file("trends"));
                        opened.add(view);
                        start(run, trends, view);
                        Seldom<Instant> counting = new Seldom<>(SELDOM, () -> {
                            batch(run, trends, view);
                            return view.cutOff();
                        });
                        batch.add(batches.scheduleWithFixedDelay(
                                counting::value, 0, BETWEEN_BATCHES.toMillis(), TimeUnit.MILLISECONDS));
                    });
        } finally {
            batches.shutdownNow();
            opened.forEach(TrendView::close);
        }
    }

    /** The stream: tweets into the store, hashtags into their topic, counts into the speed layer and the top topics. */
    private void start(Run run, TweetTrends trends, TrendView view) throws TimeoutException {
        run.store(labelled(run.tweets()));
        Dataset<Row> hashtags = SparkTweets.tweets(run.tweets())
                .select(
                        col("id"),
                        col("created_at"),
                        explode(col("hashtags.tag")).as("hashtag"))
                .selectExpr("hashtag AS key", "to_json(struct(hashtag, id, created_at)) AS value");
        run.start(
                HASHTAGS,
                hashtags.writeStream().format("kafka").options(run.cluster()).option("topic", topic(HASHTAGS)));
        VoidFunction2<Dataset<Row>, Long> serve = (counts, id) -> {
            List<WindowedCount> changed = TweetTrends.collect(counts);
            view.speed(changed);
            publishTops(run, view, changed);
        };
        run.start(
                "trends",
                trends.counts(labelled(run.tweets()))
                        .writeStream()
                        .outputMode(trends.outputMode())
                        .foreachBatch(serve));
    }

    private void publishTops(Run run, TrendView view, List<WindowedCount> changed) {
        TOPS.forEach((metric, name) -> {
            Set<Instant> windows = new TreeSet<>();
            changed.stream()
                    .filter(count -> count.metric().equals(metric))
                    .forEach(count -> windows.add(count.windowStart()));
            List<Row> records = new ArrayList<>();
            for (Instant begin : windows) {
                int place = 1;
                for (WindowedCount count : view.top(metric, begin, top)) {
                    records.add(RowFactory.create(begin + "/" + place++, WindowedCountJson.toJson(count)));
                }
            }
            if (!records.isEmpty()) {
                run.spark()
                        .createDataFrame(records, RECORD)
                        .write()
                        .format("kafka")
                        .options(run.cluster())
                        .option("topic", topic(name))
                        .save();
            }
        });
    }

    /** The batch layer, counted anew from all that the topic has; its windows are final up to its newest less the watermark. */
    private List<WindowedCount> batch(Run run, TweetTrends trends, TrendView view) {
        List<WindowedCount> counts = counts(run, trends);
        Instant newest = counts.stream()
                .map(WindowedCount::windowStart)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH.plus(watermark));
        view.batch(counts, newest.minus(watermark));
        return counts;
    }

    private List<WindowedCount> counts(Run run, TweetTrends trends) {
        Dataset<Row> records = run.spark()
                .read()
                .format("kafka")
                .options(run.source(topic(TOPIC)))
                .load();
        return TweetTrends.collect(trends.counts(labelled(SparkTweets.fromKafka(records))));
    }

    private static Dataset<Row> labelled(Dataset<Row> tweets) {
        return SparkTweets.classify(tweets, "sentiment", Models.of(MODEL));
    }

    private int end(Run run, TweetTrends trends, TrendView view) throws Exception {
        PrintWriter out = out();
        List<WindowedCount> batch = batch(run, trends, view);
        out.printf("%nTrends: by batch for windows that ended by %s, by the stream since%n", view.cutOff());
        for (String metric : List.of("hashtag", "tweet", "sentiment", "language")) {
            print(out, metric, view);
        }
        try (KafkaTopics topics = KafkaTopics.open(run.kafka())) {
            out.println();
            for (String name : List.of(TOPIC, HASHTAGS, "top_tweets", "top_hashtags")) {
                String topic = topic(name);
                long records = topics.describe(topic).end().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                out.printf(Locale.ROOT, "Topic %-13s %,9d records%n", topic, records);
            }
        }
        boolean agree = compare(out, Set.copyOf(view.speed()), Set.copyOf(batch));
        if (report != null) {
            agree &= report(run, out, report);
        }
        out.flush();
        return agree ? 0 : Exit.UNBALANCED;
    }

    private String topic(String name) {
        return prefix + name;
    }

    private static void print(PrintWriter out, String metric, TrendView view) {
        out.printf("%n%-18s %-40s %8s  %s%n", "Window", metric, metric.equals("tweet") ? "likes+RT" : "tweets", "by");
        for (TrendView.Served served : view.served(metric, WINDOWS_SHOWN, SHOWN)) {
            WindowedCount count = served.count();
            out.printf(
                    Locale.ROOT,
                    "%-18s %-40s %,8d  %s%n",
                    count.windowStart()
                            .toString()
                            .replaceFirst(":\\d\\d(\\.\\d+)?Z", "")
                            .replace('T', ' '),
                    count.key(),
                    count.count(),
                    served.layer() == TrendView.Layer.BATCH ? "batch" : "stream");
        }
    }

    private static boolean compare(PrintWriter out, Set<WindowedCount> stream, Set<WindowedCount> batch) {
        long only = stream.stream().filter(count -> !batch.contains(count)).count();
        long missing = batch.stream().filter(count -> !stream.contains(count)).count();
        out.printf(
                Locale.ROOT,
                "%nStream and batch over the whole topic: %,d and %,d counts%n",
                stream.size(),
                batch.size());
        out.println(
                only + missing == 0
                        ? "They agree: the difference is empty."
                        : "THEY DIFFER: " + only + " counts are of the stream alone, " + missing
                                + " of the batch alone;"
                                + " tweets later than --watermark are counted by the batch alone.");
        return only + missing == 0;
    }

    /** Runs both ways once more for each kind of windows, from the beginning. */
    private boolean report(Run run, PrintWriter out, Path file) throws Exception {
        Map<String, TweetTrends> kinds = new LinkedHashMap<>();
        kinds.put("tumbling", TweetTrends.tumbling(window));
        kinds.put("sliding", TweetTrends.sliding(window, window.dividedBy(3)));
        kinds.put("session", TweetTrends.session(window.dividedBy(3)));
        Map<String, Equivalence> found = new LinkedHashMap<>();
        for (Map.Entry<String, TweetTrends> kind : kinds.entrySet()) {
            found.put(
                    kind.getKey(),
                    Equivalence.run(
                            run.spark(),
                            run.source(topic(TOPIC)),
                            records -> labelled(SparkTweets.fromKafka(records)),
                            kind.getValue().watermark(watermark)));
        }
        WindowReport.write(file, found, window);
        out.println("The comparison of windows is in " + file);
        return found.values().stream().allMatch(Equivalence::isEmpty);
    }
}
