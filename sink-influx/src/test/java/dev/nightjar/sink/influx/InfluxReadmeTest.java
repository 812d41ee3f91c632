/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Sink;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Retry;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares the README with the code. */
class InfluxReadmeTest {
    @Test
    void itsExampleCompiles() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/nightjar/sink/influx/InfluxReadmeTest.java"));
        String example =
                source.substring(source.lastIndexOf("// example\n") + 11, source.lastIndexOf("        // end"));
        assertThat(readme()).contains(example.stripTrailing().stripIndent());
    }

    @Test
    void itNamesEveryFieldAndTag() throws IOException {
        String readme = readme();
        try (InfluxServer server = InfluxServer.inMemory()) {
            try (Sink<ClassifiedTweet> tweets = server.config().build().open();
                    Sink<WindowedCount> counts =
                            server.config().build().counts().open()) {
                tweets.write(List.of(Tweets.classified(Tweets.rich())));
                counts.write(List.of(Tweets.count(0)));
            }
            for (String measurement : List.of("tweets", "counts")) {
                server.rows(measurement).get(0).values().keySet().stream()
                        .filter(name -> !name.startsWith("sentiment.") && !name.startsWith("emotion.score."))
                        .forEach(name -> assertThat(readme).contains('`' + name + '`'));
            }
        }
    }

    void example(List<ClassifiedTweet> classifiedTweets, List<WindowedCount> windowedCounts) {
        // example
        InfluxSinkConfig config = InfluxSinkConfig.builder("http://localhost:8086", "birds", "night")
                .token(Credential.env("INFLUX_TOKEN"))
                .build();
        try (Sink<ClassifiedTweet> tweets = config.open();
                Sink<WindowedCount> counts = config.counts().open()) {
            tweets.write(classifiedTweets); // returns when the server has answered 204
            Retry.upTo(Duration.ofMinutes(2)).run("write the counts", () -> counts.write(windowedCounts));
        }
        // end
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }
}
