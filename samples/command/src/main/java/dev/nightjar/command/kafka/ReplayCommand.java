/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.json.TweetJson;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar replay}. */
@Command(
        name = "replay",
        description = "Publishes recorded or made-up tweets to a Kafka topic, or prints them as JSON lines.",
        footer = {
            "%nExamples:%n",
            "  nightjar replay --count 5 --print",
            "  nightjar replay --from tweets.jsonl.gz --speed 10 --bootstrap-servers localhost:9092"
        })
public final class ReplayCommand extends Subcommand {
    @Mixin
    private ReplayOptions replay = new ReplayOptions();

    @Mixin
    private WhereOption where = new WhereOption();

    @Mixin
    private PublishOptions publish = new PublishOptions();

    @Option(names = "--print", description = "Print JSON lines to standard output in place of publishing.")
    private boolean print;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = err();
        ReadThrough source = new ReadThrough(where.of(replay.source(err)));
        if (print) {
            print(source);
        } else {
            publish.run(source, where.filter() == null ? replay.expected() : -1, err);
        }
        return source.report(err) ? 0 : Exit.SET_UP;
    }

    private void print(TweetSourceFactory factory) throws InterruptedException {
        PrintWriter out = out();
        try (TweetSource source = factory.open()) {
            while (!source.isExhausted()) {
                SourceBatch batch = source.poll(Duration.ofSeconds(1));
                for (Tweet tweet : batch.tweets()) {
                    out.println(TweetJson.toJson(tweet));
                }
                out.flush();
            }
        }
    }
}
