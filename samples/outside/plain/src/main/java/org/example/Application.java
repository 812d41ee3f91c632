/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.source.replay.ReplayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tweets from a file, each with its sentiment, into a file of lines. */
public final class Application {
    private Application() {}

    /**
     * Runs to the end of the file.
     *
     * @param arguments the file of tweets, and the file that gets the lines
     */
    public static void main(String... arguments) throws InterruptedException {
        try (TweetSource source = ReplayConfig.file(Path.of(arguments[0])).build().open();
                Classifier sentiment = LrModels.sentiment().open();
                Sink<ClassifiedTweet> sink = new LineStore(arguments[1]).open()) {
            while (!source.isExhausted()) {
                List<Tweet> tweets = source.poll(Duration.ofSeconds(1)).tweets();
                List<Classification> answers =
                        sentiment.classifyAll(tweets.stream().map(Tweet::text).toList());
                List<ClassifiedTweet> classified = new ArrayList<>();
                for (int i = 0; i < tweets.size(); i++) {
                    classified.add(ClassifiedTweet.of(tweets.get(i), Map.of("sentiment", answers.get(i))));
                }
                sink.write(classified);
            }
        }
    }
}
