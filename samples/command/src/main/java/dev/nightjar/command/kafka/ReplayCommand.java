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
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.PositionStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Publishes recorded or made-up tweets to a Kafka topic, or prints them as JSON lines.",
        footer = {
            "%nExamples:%n",
            "  nightjar replay --count 5 --print",
            "  nightjar replay --from tweets.jsonl.gz --speed 10 --bootstrap-servers localhost:9092"
        })
public final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private ReplayOptions replay = new ReplayOptions();

    @Mixin
    private WhereOption where = new WhereOption();

    @Mixin
    private PublishOptions publish = new PublishOptions();

    @Option(
            names = "--position",
            paramLabel = "FILE",
            description = "Keeps the position here and continues from it; without it, every run begins anew.")
    private @Nullable Path position;

    @Option(names = "--print", description = "Print JSON lines to standard output in place of publishing.")
    private boolean print;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        ReadThrough source = new ReadThrough(where.of(replay.source(err)));
        if (print) {
            print(source);
        } else {
            publish.run(
                    source,
                    where.filter() == null ? replay.expected() : -1,
                    position == null ? null : PositionStore.file(position),
                    err);
        }
        return source.report(err) ? 0 : Exit.SET_UP;
    }

    private void print(TweetSourceFactory factory) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
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
