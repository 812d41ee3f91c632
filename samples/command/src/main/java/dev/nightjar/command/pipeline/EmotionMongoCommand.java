/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.spark.SparkTweets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar emotion-mongo}. */
@Command(
        name = "emotion-mongo",
        description = {
            "Posts on potus or biden, through Kafka and Spark, each with its emotion, into MongoDB.",
            "The rule is '" + EmotionMongoCommand.RULE + "' unless --rule says otherwise; without"
                    + " --credentials tweets are replayed. Retweets, quotes and replies are left out, unless --where says otherwise."
                    + " Killed in any way and started again with the same options, it goes on where it was; in the end it"
                    + " proves from the topic and the database that nothing was lost or stored twice."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar emotion-mongo --mongo-uri mongodb://localhost:27017",
            "  nightjar emotion-mongo --credentials x.json --run-for 1h --to mongo:mongodb://db",
            "  nightjar emotion-mongo --model 'emotion?normalizer=strip-all' --run-for 10m",
            "",
            "It takes the place of a Kafka started by docker compose, a script that reads",
            "the stream with Tweepy, and a PySpark notebook that cleans, classifies and",
            "saves, cell by cell. The credentials file of that script will do, and a model",
            "exported to ONNX is used as it is: --model DIRECTORY."
        })
public final class EmotionMongoCommand extends Subcommand {
    static final String RULE = "(biden OR potus) lang:en -is:retweet";

    private static final String NAME = "emotion-mongo";

    @Option(
            names = "--model",
            defaultValue = "emotion",
            description = "Which model says the emotion. Default: ${DEFAULT-VALUE}. " + Models.HELP)
    private String model = "";

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    public Integer call() throws Exception {
        ClassifierFactory emotion = Models.tried(model);
        return new Pipeline(options, spec(), NAME, "politics")
                .models(emotion)
                .run(
                        source.keeping(TweetFilter.originals()).source(spec(), NAME, List.of(RULE), options.pace()),
                        run -> run.store(SparkTweets.classify(run.tweets(), "emotion", emotion)));
    }
}
