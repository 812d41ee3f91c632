/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.demo;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.options.Credential;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.sink.influx.InfluxSinkConfig;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a database to store into. */
final class SinkOptions {
    @Option(
            names = "--mongo-uri",
            paramLabel = "URI",
            description = "Store in this MongoDB too: mongodb://host:27017; database nightjar, collection tweets.")
    private @Nullable String mongoUri;

    @Option(
            names = "--influx-url",
            paramLabel = "URL",
            description = "Store in this InfluxDB 2 too: http://host:8086; see --influx-org, --influx-bucket.")
    private @Nullable String influxUrl;

    @Option(names = "--influx-org", defaultValue = "nightjar", description = "Default: ${DEFAULT-VALUE}.")
    private String influxOrg = "";

    @Option(names = "--influx-bucket", defaultValue = "nightjar", description = "Default: ${DEFAULT-VALUE}.")
    private String influxBucket = "";

    @Option(
            names = "--influx-token",
            paramLabel = "SECRET",
            defaultValue = "env:INFLUX_TOKEN",
            description = "env:NAME, file:PATH or the token itself. Default: ${DEFAULT-VALUE}.")
    private String influxToken = "";

    @Option(
            names = "--hbase-quorum",
            paramLabel = "HOSTS",
            description = "Store in this HBase too: its ZooKeeper hosts, host:2181; table tweets.")
    private @Nullable String hbaseQuorum;

    /** The sinks that were named, by a short name. */
    Map<String, SinkFactory<ClassifiedTweet>> sinks() {
        Map<String, SinkFactory<ClassifiedTweet>> sinks = new TreeMap<>();
        if (mongoUri != null) {
            sinks.put("mongo", MongoSinkConfig.builder(mongoUri).build());
        }
        if (influxUrl != null) {
            if (influxToken.isBlank()) {
                throw new ConfigException("--influx-token is empty; give env:NAME, file:PATH or the token");
            }
            sinks.put(
                    "influx",
                    InfluxSinkConfig.builder(influxUrl, influxOrg, influxBucket)
                            .token(Credential.parse(influxToken))
                            .build());
        }
        if (hbaseQuorum != null) {
            sinks.put("hbase", HBaseSinkConfig.builder(hbaseQuorum).build());
        }
        return sinks;
    }
}
