/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.TopicSinkConfig;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.sink.influx.InfluxSinkConfig;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The databases that the commands know by kind and place, as in {@code sqlite:tweets.db}. */
public final class Stores {
    /** What the commands say of a database that is to be named. */
    public static final String HELP =
            "A database: mongo:mongodb://host:27017, influx:http://host:8086, hbase:host:2181 (its ZooKeeper),"
                    + " sqlite:FILE or topic:NAME, of the same cluster unless you give its bootstrap-servers. Options of its"
                    + " sink's README follow a question mark, as in 'influx:http://host:8086?bucket=tweets'; for mongo, whose address has a question"
                    + " mark of its own, a number sign: 'mongo:mongodb://host#collection=politics'. InfluxDB's org and bucket"
                    + " are nightjar and its token is in INFLUX_TOKEN unless you say otherwise. Give secrets as env:NAME or"
                    + " file:PATH.";

    private static final String EXAMPLE = "influx:http://localhost:8086?bucket=tweets";

    private Stores() {}

    /** The sinks of places as below, where a topic names its cluster. */
    public static Map<String, SinkFactory<ClassifiedTweet>> of(List<String> places) {
        return of(places, null);
    }

    /**
     * The sinks of places, by the kind of each; a second one of a kind has a number behind it.
     *
     * @param cluster where a topic is that names no other cluster
     * @throws ConfigException if there is no such kind, or it has no such option
     */
    public static Map<String, SinkFactory<ClassifiedTweet>> of(List<String> places, @Nullable KafkaConfig cluster) {
        Map<String, SinkFactory<ClassifiedTweet>> stores = new LinkedHashMap<>();
        for (String place : places) {
            String kind = place.substring(0, Math.max(0, place.indexOf(':')));
            SinkFactory<ClassifiedTweet> store = of(kind, place.substring(place.indexOf(':') + 1), cluster);
            String name = kind;
            for (int number = 2; stores.containsKey(name); number++) {
                name = kind + number;
            }
            stores.put(name, store);
        }
        return stores;
    }

    private static SinkFactory<ClassifiedTweet> of(String kind, String text, @Nullable KafkaConfig cluster) {
        if (text.isBlank()) {
            throw new ConfigException("Say where behind '" + kind + ":', as in " + EXAMPLE + " or sqlite:tweets.db");
        }
        boolean mongo = kind.equals("mongo");
        Place place = Place.parse(text, mongo ? '#' : '?', mongo ? "mongo:mongodb://host#collection=x" : EXAMPLE);
        Map<String, String> options = place.options();
        switch (kind) {
            case "mongo" -> {
                options.put("uri", place.place());
                return MongoSinkConfig.fromMap(options);
            }
            case "influx" -> {
                options.put("url", place.place());
                options.putIfAbsent("org", "nightjar");
                options.putIfAbsent("bucket", "nightjar");
                options.putIfAbsent("token", "env:INFLUX_TOKEN");
                return InfluxSinkConfig.fromMap(options);
            }
            case "hbase" -> {
                options.put("quorum", place.place());
                return HBaseSinkConfig.fromMap(options);
            }
            case "sqlite" -> {
                options.put("file", Path.of(place.place()).toAbsolutePath().toString());
                return SqliteSinkConfig.fromMap(options);
            }
            case "topic" -> {
                if (cluster != null && options.isEmpty()) {
                    return TopicSinkConfig.of(cluster, place.place());
                }
                options.put("topic", place.place());
                return TopicSinkConfig.fromMap(options);
            }
            // It may have a password in it, which is not repeated.
            default ->
                throw new ConfigException((kind.isEmpty() ? "A place without a kind" : "'" + kind + ":'")
                        + " is no database: give mongo:URI, influx:URL, hbase:QUORUM, sqlite:FILE or topic:NAME, such as"
                        + " mongo:mongodb://localhost:27017");
        }
    }
}
