/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.ClassifiedTweetSinkContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sink of one's own, checked by the contract. */
class SqliteStoreTest implements ClassifiedTweetSinkContract {
    @TempDir
    private Path folder;

    private SqliteStore store;

    @BeforeEach
    void anEmptyStore() {
        store = SqliteStore.in(folder.resolve("tweets.db"));
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return store;
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        try (SqliteStore.Reader reader = store.reader()) {
            return reader.all().stream()
                    .map(json -> ClassifiedTweetJson.fromBytes(json.getBytes(StandardCharsets.UTF_8)))
                    .toList();
        }
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.empty();
    }
}
