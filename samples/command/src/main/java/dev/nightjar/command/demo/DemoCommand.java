/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.demo;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.command.pipeline.Pipeline;
import dev.nightjar.command.pipeline.PipelineOptions;
import dev.nightjar.command.pipeline.SourceOptions;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.spark.SparkTweets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nightjar demo}. */
@Command(
        name = "demo",
        description = {
            "The whole pipeline on this machine: tweets, a Kafka broker, Spark, an emotion and a sentiment model, a store,"
                    + " and a page to look at.",
            "It needs nothing but Java: the tweets are made up, or yours, or come from the X API with --credentials. Killed in any way and started again with the same options, it goes on where it"
                    + " was; in the end it proves from the topic and the store that nothing was lost or stored twice."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar demo",
            "  nightjar demo --from my-tweets.jsonl --rate 50",
            "  nightjar demo --count 20000 --headless",
            "  nightjar demo --mongo-uri mongodb://localhost:27017"
        })
public final class DemoCommand extends Subcommand {
    @Mixin
    private SourceOptions source = new SourceOptions();

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    public Integer call() throws Exception {
        ClassifierFactory emotion = Models.of("emotion");
        ClassifierFactory sentiment = Models.of("sentiment-onnx");
        return new Pipeline(options, spec(), "demo", "tweets")
                .models(emotion, sentiment)
                .run(
                        source.source(spec(), "demo", List.of(), options.pace()),
                        run -> run.store(SparkTweets.classify(
                                SparkTweets.classify(run.tweets(), "emotion", emotion), "sentiment", sentiment)));
    }
}
