/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Aggregates;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Sink;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs what the README shows. */
class MongoReadmeTest {
    private final MemoryMongo mongo = new MemoryMongo();

    @BeforeEach
    void write() {
        MongoSinkConfig config = MongoSinkConfig.builder(mongo.uri()).build();
        try (Sink<ClassifiedTweet> tweets = config.open();
                Sink<WindowedCount> counts = config.counts().open()) {
            tweets.write(List.of(Tweets.classified(Tweets.rich()), Tweets.classified(0), Tweets.classified(1)));
            counts.write(List.of(Tweets.count(0), Tweets.count(6)));
        }
    }

    @AfterEach
    void stop() {
        mongo.close();
    }

    @Test
    void itsQueriesFindWhatTheyLookFor() {
        String label = Tweets.classified(0)
                .classifications()
                .get("emotion")
                .top()
                .orElseThrow()
                .label();
        assertThat(count("{'classifications.emotion.label': '" + label + "'}")).isPositive();
        assertThat(count("{'classifications.emotion.label': 'no such label'}")).isZero();
        assertThat(count("{'entities.hashtags.tag': 'nightjar', created_at: {$gte: {$date: '2024-01-01T00:00:00Z'}}}"))
                .isEqualTo(1);
        assertThat(mongo.collection("counts")
                        .find(Document.parse("{metric: 'hashtag'}"))
                        .sort(Document.parse("{window_start: -1, count: -1}"))
                        .first())
                .containsEntry("count", 6L);
    }

    @Test
    void itsViewHasEachClassifierAsAField() throws IOException {
        assertThat(readme()).contains("{$replaceRoot: {newRoot: {$mergeObjects: [\"$$ROOT\", \"$classifications\"]}}}");
        List<Document> view = mongo.collection("tweets")
                .aggregate(List.of(
                        Aggregates.replaceRoot(Document.parse("{$mergeObjects: ['$$ROOT', '$classifications']}"))))
                .into(new java.util.ArrayList<>());
        assertThat(view)
                .hasSize(3)
                .allSatisfy(document ->
                        assertThat(document.get("emotion", Document.class)).containsKeys("label", "score", "model"));
    }

    @Test
    void itsExampleCompiles() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/nightjar/sink/mongo/MongoReadmeTest.java"));
        String example =
                source.substring(source.lastIndexOf("// example\n") + 11, source.lastIndexOf("        // end"));
        assertThat(readme()).contains(example.stripTrailing().stripIndent());
    }

    void example(List<ClassifiedTweet> classifiedTweets, List<WindowedCount> windowedCounts) {
        // example
        MongoSinkConfig config = MongoSinkConfig.builder("mongodb://localhost:27017")
                .database("birds")
                .login("robin", Credential.env("MONGO_PASSWORD"))
                .indexTime()
                .build();
        try (Sink<ClassifiedTweet> tweets = config.open();
                Sink<WindowedCount> counts = config.counts().open()) {
            tweets.write(classifiedTweets); // returns when a majority has them in its journal
            counts.write(windowedCounts);
        }
        // end
    }

    private long count(String filter) {
        return mongo.collection("tweets").countDocuments(Document.parse(filter));
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }
}
