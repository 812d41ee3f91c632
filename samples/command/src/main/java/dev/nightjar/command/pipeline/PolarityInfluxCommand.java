/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.TopicSinkConfig;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.store.StoredTweets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar polarity-influx}. */
@Command(
        name = "polarity-influx",
        description = {
            "Tweets about the NBA -> the topic twitterdata -> Spark -> how positive or negative each is -> the topic"
                    + " twitterdata-clean, and InfluxDB, which Grafana draws.",
            "Polarity is the score of 'positive' less that of 'negative', from -1 to 1. A tweet is neutral where it is"
                    + " nearer to 0 than --neutral-band. Where Spark is in the topic shows as the consumer group"
                    + " nightjar-polarity-influx."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar polarity-influx --count 500 --headless",
            "  nightjar polarity-influx --influx-url http://localhost:8086",
            "  nightjar polarity-influx --credentials x.properties --run-for 1h",
            "%nIn the place of: zookeeper-server-start.sh, kafka-server-start.sh,",
            "kafka-topics.sh --create --topic twitterdata, the producer's script, spark-submit,",
            "the loader's script."
        })
public final class PolarityInfluxCommand extends Subcommand {
    /** X takes no notice of case: these are two terms to it, and a stream of v1.1 was asked for all five. */
    static final String RULE = "(NBA OR #NBA OR nba OR #nba OR #Nba) lang:en";

    private static final String CLEAN = "twitterdata-clean";
    private static final String SENTIMENT = "sentiment";

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = "sentiment-onnx",
            description =
                    "What classifies, with the labels positive and negative. Default: ${DEFAULT-VALUE}. " + Models.HELP)
    private String model = "";

    @Option(
            names = "--neutral-band",
            paramLabel = "B",
            defaultValue = "0.1",
            description =
                    "A polarity between -B and B counts as neutral, at the end and in Grafana (its box 'Neutral band')."
                            + " What is stored is the polarity. Default: ${DEFAULT-VALUE}.")
    private double band;

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    public Integer call() throws Exception {
        if (!(band >= 0 && band <= 1)) {
            throw wrong("--neutral-band is from 0 to 1");
        }
        ClassifierFactory sentiment = Models.of(model);
        requirePolarity(sentiment);
        return new Pipeline(options, spec(), "polarity-influx", "twitterdata")
                .publish(CLEAN)
                .models(sentiment)
                .ending(run -> report(run.kafka()))
                .run(
                        source.source(spec(), "polarity-influx", List.of(RULE), options.pace()),
                        run -> run.store(SparkTweets.classify(run.tweets(), SENTIMENT, sentiment)));
    }

    private void requirePolarity(ClassifierFactory sentiment) {
        try (Classifier opened = sentiment.open()) {
            List<String> labels = opened.labels().names();
            if (!labels.containsAll(List.of("positive", "negative"))) {
                throw new ConfigException("The model '" + model + "' has the labels " + String.join(", ", labels)
                        + ", not positive and negative, of which a polarity is made; give another --model");
            }
        }
    }

    private int report(KafkaConfig kafka) {
        Tally tally = new Tally();
        try (StoredTweets clean = TopicSinkConfig.of(kafka, CLEAN).read()) {
            clean.forEach(tweet -> tally.count(tweet, band));
        }
        out().printf(
                        Locale.ROOT,
                        "Polarity: %,d positive, %,d neutral, %,d negative, %,d without, which the model did not answer;"
                                + " on average %.3f; nearer to 0 than %s is neutral%n",
                        tally.positive,
                        tally.neutral,
                        tally.negative,
                        tally.without,
                        tally.sum / Math.max(1, tally.positive + tally.neutral + tally.negative),
                        band);
        out().flush();
        return 0;
    }

    private static final class Tally {
        private long positive;
        private long neutral;
        private long negative;
        private long without;
        private double sum;

        void count(ClassifiedTweet tweet, double band) {
            OptionalDouble polarity = tweet.classifications().get(SENTIMENT) instanceof Classification.Scored scored
                    ? scored.polarity()
                    : OptionalDouble.empty();
            if (polarity.isEmpty()) {
                without++;
                return;
            }
            double value = polarity.getAsDouble();
            sum += value;
            if (value == 0 || Math.abs(value) < band) {
                neutral++;
            } else if (value > 0) {
                positive++;
            } else {
                negative++;
            }
        }
    }
}
