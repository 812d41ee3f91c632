/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.store.KeyedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A sink of your own: a file with one line of JSON per tweet, in which the last line for an id counts.
 *
 * @param file where the lines are
 */
public record LineStore(String file) implements SinkFactory<ClassifiedTweet> {
    @Override
    public Sink<ClassifiedTweet> open() {
        if (Files.isDirectory(Path.of(file))) {
            throw new ConfigException("A folder, and no file: '" + file + "'");
        }
        return new KeyedSink<>(new Lines(Path.of(file)), 500, 1 << 20);
    }

    private record Lines(Path path) implements KeyedStore<ClassifiedTweet, String> {
        @Override
        public String key(ClassifiedTweet tweet) {
            return tweet.tweet().id();
        }

        @Override
        public String encode(ClassifiedTweet tweet) {
            return ClassifiedTweetJson.toJson(tweet);
        }

        @Override
        public long bytes(String json) {
            return json.length();
        }

        @Override
        public synchronized List<Rejection> write(List<Entry<String>> request) {
            // It begins with an end of line: one that a crash cut short stays alone.
            StringBuilder lines = new StringBuilder("\n");
            request.forEach(entry -> lines.append(entry.value()).append('\n'));
            try {
                Files.writeString(path, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                return List.of();
            } catch (IOException e) {
                throw new RetriableException("Cannot write to '" + path + "'", e);
            }
        }

        @Override
        public void close() {}
    }
}
