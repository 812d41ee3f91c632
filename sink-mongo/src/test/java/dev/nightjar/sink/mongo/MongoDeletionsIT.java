/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.testkit.DeletedTweetsContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A deletion goes from X's line through a topic into the database. */
class MongoDeletionsIT implements DeletedTweetsContract {
    private final MemoryMongo mongo = new MemoryMongo();

    @AfterEach
    void stop() {
        mongo.close();
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return MongoSinkConfig.builder(mongo.uri()).build();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return mongo.tweets();
    }
}
