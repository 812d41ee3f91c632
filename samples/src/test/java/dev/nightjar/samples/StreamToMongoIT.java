/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.testkit.EmbeddedKafka;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class StreamToMongoIT {
    private static final int TWEETS = 60;

    @Test
    void aPipelineWithoutSparkStoresATopic() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String mongoUri = "mongodb:/" + mongo.bind();
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                MongoClient client = MongoClients.create(mongoUri)) {
            Program.publish(broker.bootstrapServers(), TWEETS);
            try (Program program = Program.start(StreamToMongo::main, broker.bootstrapServers(), mongoUri)) {
                program.awaitUntil(() ->
                        client.getDatabase("nightjar").getCollection("tweets").countDocuments() == TWEETS);
            }
        } finally {
            mongo.shutdownNow();
        }
    }
}
