/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.json.WindowedCountJson;
import dev.nightjar.store.StoredTweets;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** A MongoDB server in this JVM, holding its data in memory, and a client of its own to look at them. */
final class MemoryMongo implements AutoCloseable {
    private static final JsonWriterSettings JSON = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .dateTimeConverter((millis, json) ->
                    json.writeString(java.time.Instant.ofEpochMilli(millis).toString()))
            .build();

    private final MongoServer server = new MongoServer(new MemoryBackend());
    private final InetSocketAddress address = server.bind();
    private final MongoClient client = MongoClients.create(uri());

    String uri() {
        return "mongodb://127.0.0.1:" + address.getPort();
    }

    InetSocketAddress address() {
        return address;
    }

    MongoClient client() {
        return client;
    }

    MongoCollection<Document> collection(String name) {
        return client.getDatabase("nightjar").getCollection(name);
    }

    List<ClassifiedTweet> tweets() {
        List<ClassifiedTweet> tweets = new ArrayList<>();
        try (StoredTweets stored = MongoSinkConfig.builder(uri()).build().read()) {
            stored.forEach(tweets::add);
        }
        return tweets;
    }

    List<WindowedCount> counts() {
        return read("counts", document -> WindowedCountJson.fromBytes(json(document)));
    }

    @Override
    public void close() {
        client.close();
        server.shutdownNow();
    }

    private <T> List<T> read(String collection, Function<BsonDocument, T> reader) {
        List<T> read = new ArrayList<>();
        for (BsonDocument document : client.getDatabase("nightjar")
                .getCollection(collection, BsonDocument.class)
                .find()) {
            read.add(reader.apply(document));
        }
        return read;
    }

    private static byte[] json(BsonDocument document) {
        return document.toJson(JSON).getBytes(StandardCharsets.UTF_8);
    }
}
