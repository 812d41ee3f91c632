/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.DeadLetter;
import dev.nightjar.Embedder;
import dev.nightjar.EmbedderFactory;
import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.cascade.CascadeConfig;
import dev.nightjar.classifier.lr.EmbeddingLrClassifierConfig;
import dev.nightjar.classifier.lr.EmbeddingLrTrainer;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrClassifier;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.lr.LrTrainer;
import dev.nightjar.classifier.lr.WordListTrainer;
import dev.nightjar.classifier.lr.spark.SparkLrTrainer;
import dev.nightjar.classifier.lr.wordlist.WordListClassifierConfig;
import dev.nightjar.classifier.onnx.ModelBundle;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.options.Credential;
import dev.nightjar.sink.hbase.HBaseCounts;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.source.replay.JdbcReplayConfig;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.spark.TweetTrends;
import dev.nightjar.store.StoredTweets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** Pieces of code of the documents, compiled: what they need is not on every machine. */
final class AdapterSnippets {
    private AdapterSnippets() {}

    static void sourceTwitter() throws InterruptedException {
        TwitterStreamConfig config =
                TwitterStreamConfig.builder(Credential.env("X_BEARER_TOKEN")).build();
        try (TweetSource source = config.open()) {
            while (true) {
                for (Tweet tweet : source.poll(Duration.ofSeconds(5)).tweets()) {
                    System.out.println(tweet.createdAt() + " " + tweet.text());
                }
            }
        }
    }

    static TweetSourceFactory database() {
        TweetSourceFactory simulated = JdbcReplayConfig.builder("jdbc:mariadb://localhost/twitter")
                .user("reader")
                .password(Credential.env("DB_PASSWORD"))
                .pageSize(25)
                .pause("5s..15s") // at random, by the seed
                .build();
        return simulated;
    }

    static void realTime(
            Dataset<Row> topic,
            ClassifierFactory emotion,
            SinkFactory<ClassifiedTweet> mongo,
            SinkFactory<DeadLetter> deadLetters,
            String checkpoint)
            throws TimeoutException {
        Dataset<Row> classified = SparkTweets.classify(SparkTweets.fromKafka(topic), "emotion", emotion, 1);
        classified
                .writeStream()
                .foreach(BatchWriter.tweets()
                        .sink("mongo", mongo)
                        .deadLetters(deadLetters)
                        .build()
                        .foreach(classified))
                .outputMode("update")
                .trigger(Trigger.RealTime("5 minutes"))
                .option("checkpointLocation", checkpoint)
                .start();
    }

    static StreamingQuery trends(Dataset<Row> tweets, SinkFactory<WindowedCount> store, String checkpoint)
            throws TimeoutException {
        TweetTrends trends = TweetTrends.tumbling(Duration.ofMinutes(15)).watermark(Duration.ofMinutes(10));
        StreamingQuery query = trends.counts(tweets)
                .writeStream()
                .outputMode(trends.outputMode())
                .foreachBatch(BatchWriter.windowedCounts().sink("store", store).build())
                .option("checkpointLocation", checkpoint)
                .start();
        return query;
    }

    static void sinkHBase(List<ClassifiedTweet> classifiedTweets, List<WindowedCount> windowedCounts) {
        HBaseSinkConfig config = HBaseSinkConfig.builder("zookeeper1:2181,zookeeper2:2181")
                .namespace("birds")
                .saltBuckets(32)
                .build();
        try (Sink<ClassifiedTweet> tweets = config.open();
                Sink<WindowedCount> counts = config.counts().open()) {
            tweets.write(classifiedTweets); // returns when the region servers have acknowledged every row
            counts.write(windowedCounts);
        }
    }

    static void wordList(List<LabelledText> texts) {
        WordListTrainer.builder()
                .words(1_000)
                .build()
                .train(texts)
                .save(Path.of("model.json"), Path.of("most_used_words.csv"));
    }

    static void readHBase(HBaseSinkConfig config) {
        try (StoredTweets tweets = config.read();
                HBaseCounts counts = config.readCounts()) {
            tweets.newest(5)
                    .forEach(tweet -> System.out.println(
                            tweet.tweet().createdAt() + " " + tweet.tweet().text()));
            System.out.println(tweets.labelCounts()); // of all tweets, by a scan of one column
            System.out.println(counts.newest("word", 100)); // of the newest window, the most frequent first
        }
    }

    static ClassifierFactory cascade() {
        ClassifierFactory cascade = CascadeConfig.builder(
                        LrModels.sentiment(),
                        OnnxClassifierConfig.builder(Path.of("models/sentiment"))
                                .build())
                .margin(0.4)
                .build();
        return cascade;
    }

    static void erase(MongoSinkConfig store) {
        try (ErasableSink<ClassifiedTweet> tweets = store.open()) {
            tweets.erase(List.of("1785640309355446272"));
        }
    }

    static ClassifierFactory fewCalls() {
        ClassifierFactory emotion =
                OnnxModels.emotion().toBuilder().parallelism(2).build();
        return emotion;
    }

    static ClassifierFactory exported() {
        ClassifierFactory emotion =
                OnnxClassifierConfig.builder(Path.of("models/emotion-roberta")).build();
        return emotion;
    }

    static ClassifierFactory trained() {
        ClassifierFactory mood =
                LrClassifierConfig.builder(Path.of("mood.json")).build();
        return mood;
    }

    static void classifierLr() {
        try (LrClassifier classifier = LrModels.sentiment().open()) {
            Classification answer = classifier.classify("What a wonderful evening");
            answer.top().ifPresent(best -> System.out.println(best.label() + ' ' + best.score()));
            for (LrClassifier.Evidence evidence : classifier.explain("What a wonderful evening", 5)) {
                System.out.printf("%+.3f  '%s'%n", evidence.weight(), evidence.ngram());
            }
        }
    }

    static void trainLr() {
        LrModel model = LrTrainer.builder("sentiment")
                .classWeightPower(1.5)
                .progress((stage, done, total) -> System.out.println(stage + ' ' + done + '/' + total))
                .build()
                .train(
                        LabelledText.readTsv(Path.of("train.tsv.gz")),
                        LabelledText.readTsv(Path.of("validation.tsv.gz")));
        model.save(Path.of("model.json"));
    }

    static void trainLrOnSpark(SparkSession spark, List<LabelledText> validation) {
        LrModel model = SparkLrTrainer.builder("sentiment")
                .classWeightPower(1.5)
                .build()
                .train(spark.read().parquet("tweets"), validation); // columns 'text' and 'label'
        model.save(Path.of("model.json")); // scored without Spark, as any other
    }

    static Classifier embeddingLr(EmbedderFactory factory, List<LabelledText> training, List<LabelledText> validation) {
        try (Embedder embedder = factory.open()) {
            EmbeddingLrTrainer.builder("mood")
                    .build()
                    .train(embedder, training, validation)
                    .save(Path.of("mood.json"));
        }
        Classifier classifier = EmbeddingLrClassifierConfig.builder(Path.of("mood.json"), factory)
                .build()
                .open();
        return classifier;
    }

    static Classifier wordList() {
        Classifier classifier = WordListClassifierConfig.of(Path.of("model.json"), Path.of("most_used_words.csv"))
                .open();
        return classifier;
    }

    static int verify() {
        ModelBundle.Verification right =
                ModelBundle.directory(Path.of("models/irony")).verify();
        return right.texts();
    }
}
