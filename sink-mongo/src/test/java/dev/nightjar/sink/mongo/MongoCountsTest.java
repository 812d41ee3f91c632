/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.testkit.WindowedCountSinkContract;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The contract of a sink of counts, against a server in memory. */
class MongoCountsTest implements WindowedCountSinkContract {
    private final MemoryMongo mongo = new MemoryMongo();

    @AfterEach
    void stop() {
        mongo.close();
    }

    @Override
    public SinkFactory<WindowedCount> factory() {
        return MongoSinkConfig.builder(mongo.uri()).build().counts();
    }

    @Override
    public List<WindowedCount> readBack() {
        return mongo.counts();
    }

    @Override
    public Optional<? extends SinkFactory<WindowedCount>> unreachable() {
        return Optional.of(MongoSinkConfig.builder("mongodb://127.0.0.1:1")
                .timeout(Duration.ofSeconds(1))
                .build()
                .counts());
    }

    /** A time that a date of MongoDB cannot hold. */
    @Override
    public Optional<WindowedCount> unstorable(int number) {
        return Optional.of(new WindowedCount("word", "k" + number, Instant.EPOCH, Instant.MAX, 1));
    }
}
