/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.sink.hbase.HBaseCounts;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.spark.TweetTrends;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar kappa-hbase}. */
@Command(
        name = "kappa-hbase",
        description = {
            "Posts through Kafka and Spark, each with its sentiment by a logistic regression, into HBase: the posts, how many"
                    + " have which label and how often which words are used in each quarter of an hour, and a row"
                    + " that points to the newest.",
            "Tweets are made up, or from your file with --from, or live with --credentials; the rule is then '"
                    + KappaHBaseCommand.RULE + "' unless --rule says otherwise. Those in other languages than English"
                    + " and those without a text are left out, unless --where says otherwise. Killed in any way and started"
                    + " again with the same options, it goes on where it was; in the end it proves from the topic and the"
                    + " database that nothing was lost or stored twice."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar kappa-hbase --count 500 --headless",
            "  nightjar kappa-hbase --hbase-quorum localhost:2181",
            "  nightjar kappa-hbase --credentials x.properties --count 1000 --hbase-quorum localhost:2181",
            "  nightjar train --kind word-list --data sentiment140.csv --out model.json",
            "  nightjar kappa-hbase --model 'model.json?words=most_used_words.csv'",
            "",
            "It takes the place of seven terminals: HDFS, HBase and its Thrift server,",
            "ZooKeeper, Kafka, one of 'fake_twitter_api --count N' and",
            "'true_twitter_api --count N --path FILE', the stream, and the dashboard. HBase is",
            "asked directly, without Thrift; 'nightjar doctor' checks what is needed."
        })
public final class KappaHBaseCommand extends Subcommand {
    static final String RULE = "trump lang:en";

    private static final String NAME = "kappa-hbase";
    private static final String SENTIMENT = "sentiment";
    private static final String WORD = "word";
    private static final int SHOWN_WORDS = 10;

    /** A day, so that no tweet of an ordinary stream or replay comes too late to be counted. */
    private static final TweetTrends TRENDS = TweetTrends.tumbling(Duration.ofMinutes(15))
            .watermark(Duration.ofDays(1))
            .only(SENTIMENT, WORD);

    @Option(
            names = "--model",
            defaultValue = "sentiment-lr",
            description = "Which model says the sentiment, such as one by 'nightjar train'. Default: ${DEFAULT-VALUE}. "
                    + Models.HELP)
    private String model = "";

    @Option(names = "--topic", defaultValue = "trump", description = "Default: ${DEFAULT-VALUE}.")
    private String topic = "";

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    public Integer call() throws Exception {
        ClassifierFactory sentiment = Models.tried(model);
        List<HBaseSinkConfig> tables = options.sinks().values().stream()
                .filter(HBaseSinkConfig.class::isInstance)
                .map(HBaseSinkConfig.class::cast)
                .toList();
        TweetFilter english = TweetFilter.lang("en").and(TweetFilter.hasText());
        int exit = new Pipeline(options, spec(), NAME, topic)
                .models(sentiment)
                .setting("topic", topic)
                .run(source.keeping(english).source(spec(), NAME, List.of(RULE), options.pace()), run -> {
                    Dataset<Row> classified = SparkTweets.classify(run.tweets(), SENTIMENT, sentiment);
                    store(run, classified);
                    if (!tables.isEmpty()) {
                        count(run, classified, tables);
                    }
                });
        tables.forEach(this::printNewest);
        return exit;
    }

    /** Stores the tweets, and prints for each batch how many have which label. */
    private void store(Run run, Dataset<Row> classified) throws TimeoutException {
        BatchWriter writer = run.writer().build();
        run.store(
                classified.writeStream().foreachBatch((Dataset<Row> batch, Long id) -> {
                    Dataset<Row> once = batch.persist();
                    try {
                        writer.call(once, id);
                        List<Row> labels = SparkTweets.tweets(once)
                                .groupBy(coalesce(col(SENTIMENT + ".label"), lit("without a label"))
                                        .as("label"))
                                .count()
                                .orderBy("label")
                                .collectAsList();
                        if (!labels.isEmpty()) { // as in the first batch, before anything was published
                            say("Batch " + id + ": "
                                    + labels.stream()
                                            .map(row -> row.getLong(1) + " " + row.getString(0))
                                            .collect(Collectors.joining(", ")));
                        }
                    } finally {
                        once.unpersist();
                    }
                }),
                writer);
    }

    private static void count(Run run, Dataset<Row> classified, List<HBaseSinkConfig> tables) throws TimeoutException {
        BatchWriter.Builder<WindowedCount> writer = BatchWriter.windowedCounts().deadLetters(run.deadLetters());
        for (int i = 0; i < tables.size(); i++) {
            writer.sink("hbase" + (i == 0 ? "" : i + 1), tables.get(i).counts());
        }
        run.start(
                NAME + "-counts",
                TRENDS.counts(classified)
                        .writeStream()
                        .outputMode(TRENDS.outputMode())
                        .foreachBatch(writer.build()));
    }

    private void printNewest(HBaseSinkConfig table) {
        try (HBaseCounts counts = table.readCounts()) {
            List<WindowedCount> labels = counts.newest(SENTIMENT, SHOWN_WORDS);
            if (!labels.isEmpty()) {
                say("From " + labels.get(0).windowStart() + " to "
                        + labels.get(0).windowEnd() + ": " + words(labels));
                say("Its most used words: " + words(counts.newest(WORD, SHOWN_WORDS)));
            }
        }
    }

    private static String words(List<WindowedCount> counts) {
        return counts.stream().map(count -> count.count() + " " + count.key()).collect(Collectors.joining(", "));
    }
}
