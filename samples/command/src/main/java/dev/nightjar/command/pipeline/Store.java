/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.kafka.TopicSinkConfig;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.store.ReadableStore;
import dev.nightjar.store.StoredTweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A database that a pipeline stores into.
 *
 * @param name what it is called
 * @param sink writes to it
 * @param own whether it is the run's own, so that it holds nothing but what this run stored
 */
record Store(String name, SinkFactory<ClassifiedTweet> sink, boolean own) {
    /** Those that the user names; a file of the run's own, if none of them can be read back. */
    static List<Store> of(Map<String, SinkFactory<ClassifiedTweet>> named, Path file) {
        List<Store> stores = new ArrayList<>();
        named.forEach((name, sink) -> stores.add(new Store(name, sink, false)));
        if (stores.stream().noneMatch(Store::isReadable)) {
            stores.add(0, new Store("local", SqliteSinkConfig.builder(file).build(), true));
        }
        return stores;
    }

    /** What people read of it. */
    String title() {
        return own ? "the store" : name;
    }

    boolean isReadable() {
        return sink instanceof SqliteSinkConfig || (sink instanceof ReadableStore && !isTopic());
    }

    /** Whether it is a topic, which can be read back, too, but not once a second. */
    boolean isTopic() {
        return sink instanceof TopicSinkConfig;
    }

    /**
     * Refuses a file that is not there, which reading would make.
     *
     * @param place the store, as the user has named it
     */
    void requireThere(String place) {
        if (sink instanceof SqliteSinkConfig sqlite && !Files.exists(sqlite.file())) {
            throw new ConfigException("There is no file '" + sqlite.file() + "'; a 'nightjar consume --to " + place
                    + "' or a demo makes one");
        }
    }

    /** What it holds, if it is readable or a topic. */
    StoredTweets read() {
        if (sink instanceof SqliteSinkConfig sqlite) {
            return SqliteTweets.open(sqlite.file());
        }
        if (sink instanceof ReadableStore store) {
            return store.read();
        }
        throw new IllegalStateException(name + " cannot be read back");
    }
}
