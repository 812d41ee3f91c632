/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.testkit.DeletedTweetsContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A deletion goes from X's line through a topic into the database. */
class InfluxDeletionsIT implements DeletedTweetsContract {
    private final InfluxServer server = InfluxServer.inMemory();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return server.config().build();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return server.rows("tweets").stream().map(TweetRow::tweet).toList();
    }
}
