/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.ClassifiedTweetSinkContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class LineStoreTest implements ClassifiedTweetSinkContract {
    @TempDir
    Path folder;

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return new LineStore(folder.resolve("tweets.jsonl").toString());
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.empty();
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> misconfigured() {
        return Optional.of(new LineStore(folder.toString()));
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        Path file = folder.resolve("tweets.jsonl");
        Map<String, ClassifiedTweet> tweets = new LinkedHashMap<>();
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                if (!line.isEmpty()) {
                    ClassifiedTweet tweet = ClassifiedTweetJson.fromBytes(line.getBytes(StandardCharsets.UTF_8));
                    tweets.put(tweet.tweet().id(), tweet);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(tweets.values());
    }
}
