/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_replace;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.command.x.ArchiveOptions;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar archive-console}. */
@Command(
        name = "archive-console",
        description = {
            "Posts of the past that X finds by a word, dates, likes and language, to a Kafka topic under their ids, and"
                    + " printed by Spark as a table every ten seconds.",
            "Without --credentials an X API on this machine answers, with made-up posts of any year. It searches again every"
                    + " --interval, with --change added to --min-likes each time, and ends when the last search is printed. In"
                    + " the end it proves from the topic and the store that nothing was lost."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar archive-console --min-likes 1000",
            "  nightjar archive-console --min-likes 5000 --change -1000 --interval 5s --run-for 30s",
            "  nightjar archive-console --query superbowl --start 2022-02-13 --end 2022-02-15 --min-likes 60000"
                    + " --credentials x.json",
            "",
            "It takes the place of ZooKeeper, a broker and a topic started by hand, a script",
            "that asks the search page by page (keyword, start_date, end_date, min_faves,",
            "interval, change), and a second one with spark-submit, whose receiver prints",
            "for thirty seconds."
        })
public final class ArchiveConsoleCommand extends Subcommand {
    /** Line breaks, and whatever else a terminal obeys. */
    private static final String CONTROL = "[\\p{Cc}\\s]+";

    private static final int WIDEST_CELL = 100;

    @Mixin
    private ArchiveOptions search = new ArchiveOptions();

    @Mixin
    private WhereOption where = new WhereOption();

    @Option(names = "--count", paramLabel = "N", description = "End after so many tweets. Default: all.")
    private @Nullable Long count;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How often a table is printed. Default: ${DEFAULT-VALUE}.")
    private Duration every = Duration.ZERO;

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    public Integer call() throws Exception {
        if (search.isNamed()) {
            return run(search.search());
        }
        try (FakeX x = FakeX.builder().archive().start()) {
            say("No --credentials: an X API on this machine answers, the posts are made up");
            TwitterCredentials credentials = TwitterCredentials.bearer(Credential.literal(x.bearerToken()));
            return run(search.search(credentials, x.uri()));
        }
    }

    private int run(TweetSourceFactory found) throws Exception {
        return new Pipeline(options, spec(), "archive-console", "raw-twitter")
                .withoutPage()
                .run(Source.of(where.of(found), -1).first(count), this::start);
    }

    private void start(Run run) throws TimeoutException {
        BatchWriter writer = run.writer().build();
        run.store(
                run.tweets()
                        .writeStream()
                        .trigger(Trigger.ProcessingTime(every.toMillis()))
                        .foreachBatch((batch, id) -> {
                            batch.persist();
                            writer.call(batch, id);
                            print(SparkTweets.tweets(batch), id);
                            batch.unpersist();
                        }),
                writer);
    }

    private static void print(Dataset<Row> tweets, long batch) {
        int rows = Math.toIntExact(tweets.count());
        System.out.printf(Locale.ROOT, "%nBatch %,d: %,d tweets%n", batch, rows);
        if (rows == 0) {
            return;
        }
        tweets.select(
                        date_format(col("created_at"), "yyyy-MM-dd HH:mm:ss").as("written (UTC)"),
                        concat(lit("@"), regexp_replace(col("author.username"), CONTROL, " "))
                                .as("author"),
                        col("public_metrics.like_count").as("likes"),
                        regexp_replace(col("lang"), CONTROL, " ").as("lang"),
                        regexp_replace(col("text"), CONTROL, " ").as("text"))
                .show(rows, WIDEST_CELL);
    }
}
