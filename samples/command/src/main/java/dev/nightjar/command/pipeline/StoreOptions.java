/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.command.shared.Stores;
import dev.nightjar.options.Credential;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.sink.influx.InfluxSinkConfig;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the databases to store into; without one it is a SQLite file in the state folder. */
public final class StoreOptions {
    @Option(
            names = "--mongo-uri",
            paramLabel = "URI",
            description = "Store in this MongoDB: mongodb://host:27017; database nightjar, collection tweets.")
    private @Nullable String mongoUri;

    @Option(
            names = "--influx-url",
            paramLabel = "URL",
            description = "Store in this InfluxDB 2: http://host:8086; see --influx-org, --influx-bucket.")
    private @Nullable String influxUrl;

    @Option(
            names = "--influx-allow-insecure",
            description = "Send the token by http:// to another machine, on a network that you trust.")
    private boolean influxAllowInsecure;

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
            description = "Store in this HBase: its ZooKeeper hosts, host:2181; table tweets.")
    private @Nullable String hbaseQuorum;

    @Option(
            names = "--to",
            paramLabel = "STORE",
            description = "Store in this too, with any option of its sink. Repeatable. " + Stores.HELP)
    private List<String> places = List.of();

    /** The sinks that were named, by a short name. */
    Map<String, SinkFactory<ClassifiedTweet>> sinks() {
        Map<String, SinkFactory<ClassifiedTweet>> sinks = new LinkedHashMap<>(Stores.of(places));
        if (mongoUri != null) {
            sinks.put("mongo", MongoSinkConfig.builder(mongoUri).build());
        }
        if (influxUrl != null) {
            if (influxToken.isBlank()) {
                throw new ConfigException("--influx-token is empty; give env:NAME, file:PATH or the token");
            }
            InfluxSinkConfig.Builder influx =
                    InfluxSinkConfig.builder(influxUrl, influxOrg, influxBucket).token(Credential.parse(influxToken));
            sinks.put("influx", (influxAllowInsecure ? influx.allowInsecure() : influx).build());
        }
        if (hbaseQuorum != null) {
            sinks.put("hbase", HBaseSinkConfig.builder(hbaseQuorum).build());
        }
        return sinks;
    }
}
