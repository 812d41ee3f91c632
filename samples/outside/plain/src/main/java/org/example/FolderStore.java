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
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A sink of one's own: a file of JSON for each tweet, which a tweet of the same id replaces.
 *
 * @param folder where the files are
 */
public record FolderStore(String folder) implements SinkFactory<ClassifiedTweet> {
    @Override
    public Sink<ClassifiedTweet> open() {
        try {
            return new KeyedSink<>(new Folder(Files.createDirectories(Path.of(folder))), 500, 1 << 20);
        } catch (IOException e) {
            throw new ConfigException("Cannot create the folder '" + folder + "'", e);
        }
    }

    private record Folder(Path path) implements KeyedStore<ClassifiedTweet, byte[]> {
        @Override
        public String key(ClassifiedTweet tweet) {
            return tweet.tweet().id();
        }

        @Override
        public byte[] encode(ClassifiedTweet tweet) {
            return ClassifiedTweetJson.toBytes(tweet);
        }

        @Override
        public long bytes(byte[] json) {
            return json.length;
        }

        @Override
        public List<Rejection> write(List<Entry<byte[]>> request) {
            try {
                for (Entry<byte[]> entry : request) {
                    Path whole = Files.write(Files.createTempFile(path, "", ".new"), entry.value());
                    Files.move(whole, path.resolve(entry.key() + ".json"), StandardCopyOption.ATOMIC_MOVE);
                }
                return List.of();
            } catch (IOException e) {
                throw new RetriableException("Cannot write to the folder '" + path + "'", e);
            }
        }

        @Override
        public void close() {}
    }
}
