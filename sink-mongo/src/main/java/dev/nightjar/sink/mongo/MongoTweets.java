/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.store.StoredTweets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.conversions.Bson;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** The documents of a collection that {@link TweetDocument} made. */
final class MongoTweets implements StoredTweets {
    private static final int IDS_AT_ONCE = 1_000;
    private static final JsonWriterSettings JSON = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .dateTimeConverter((millis, json) ->
                    json.writeString(Instant.ofEpochMilli(millis).toString()))
            .build();

    private final MongoClient client;
    private final MongoCollection<BsonDocument> collection;

    MongoTweets(MongoClient client, MongoCollection<BsonDocument> collection) {
        this.client = client;
        this.collection = collection;
    }

    @Override
    public Set<String> ids(Set<String> among) {
        List<String> asked = new ArrayList<>(among);
        Set<String> found = new HashSet<>();
        for (int from = 0; from < asked.size(); from += IDS_AT_ONCE) {
            List<String> some = asked.subList(from, Math.min(from + IDS_AT_ONCE, asked.size()));
            ask(() -> collection
                            .find(Filters.in("_id", some))
                            .projection(Projections.include("_id"))
                            .map(document -> document.getString("_id").getValue())
                            .into(new ArrayList<>()))
                    .forEach(found::add);
        }
        return found;
    }

    @Override
    public long count() {
        return ask(collection::estimatedDocumentCount);
    }

    @Override
    public Map<String, Map<String, Long>> labelCounts() {
        List<Bson> pipeline = List.of(
                Aggregates.project(BsonDocument.parse("{answers: {$objectToArray: '$classifications'}}")),
                Aggregates.unwind("$answers"),
                Aggregates.group(
                        BsonDocument.parse("{name: '$answers.k', label: '$answers.v.label'}"),
                        Accumulators.sum("n", 1)));
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        for (BsonDocument group : ask(() -> collection.aggregate(pipeline).into(new ArrayList<>()))) {
            BsonDocument key = group.getDocument("_id");
            var label = key.getOrDefault("label", BsonNull.VALUE);
            counts.computeIfAbsent(key.getString("name").getValue(), name -> new TreeMap<>())
                    .put(
                            label.isString() ? label.asString().getValue() : NO_LABEL,
                            group.getNumber("n").longValue());
        }
        return counts;
    }

    /** In the order of the ids' texts, by their index: that of their numbers, as long as they are of one length. */
    @Override
    public List<ClassifiedTweet> newest(int limit) {
        return ask(() -> collection
                .find()
                .sort(Sorts.descending("_id"))
                .limit(limit)
                .map(MongoTweets::tweet)
                .into(new ArrayList<>()));
    }

    @Override
    public void forEach(Consumer<ClassifiedTweet> action) {
        ask(() -> {
            collection.find().map(MongoTweets::tweet).forEach(action);
            return true;
        });
    }

    @Override
    public void close() {
        client.close();
    }

    /** A document is the tweet's canonical JSON but for the name of the id. */
    private static ClassifiedTweet tweet(BsonDocument document) {
        document.put("id", document.remove("_id"));
        return ClassifiedTweetJson.fromBytes(document.toJson(JSON).getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (MongoException e) {
            throw Failures.of(e);
        }
    }
}
