/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.json.JsonObject;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** A pipeline while it runs: what its queries are made of. */
public final class Run {
    private final String name;
    private final String topic;
    private final KafkaConfig kafka;
    private final KafkaDeadLetters deadLetters;
    private final SparkSession spark;
    private final RunState state;
    private final List<Store> stores;
    private final int most;
    private volatile BatchWriter batches;

    Run(
            String name,
            String topic,
            KafkaConfig kafka,
            KafkaDeadLetters deadLetters,
            SparkSession spark,
            RunState state,
            List<Store> stores,
            int most) {
        this.name = name;
        this.topic = topic;
        this.kafka = kafka;
        this.deadLetters = deadLetters;
        this.spark = spark;
        this.state = state;
        this.stores = stores;
        this.most = most;
        this.batches = writer().build();
    }

    /** Spark in this process. */
    public SparkSession spark() {
        return spark;
    }

    /** The cluster. */
    public KafkaConfig kafka() {
        return kafka;
    }

    /** Where records go that cannot be stored. */
    public KafkaDeadLetters deadLetters() {
        return deadLetters;
    }

    /** The tweets of the pipeline's topic from the beginning on, with the columns of {@link SparkTweets#fromKafka}. */
    public Dataset<Row> tweets() {
        return SparkTweets.fromKafka(read(topic));
    }

    /** A topic from its beginning on, as Spark's Kafka source gives it. */
    public Dataset<Row> read(String other) {
        return spark.readStream().format("kafka").options(source(other)).load();
    }

    /** The options of Spark's Kafka source for a topic from its beginning on. */
    Map<String, String> source(String other) {
        Map<String, String> options = cluster();
        options.put("subscribe", other);
        options.put("startingOffsets", "earliest");
        options.put("failOnDataLoss", "true");
        options.put("includeHeaders", "true");
        options.put("maxOffsetsPerTrigger", Integer.toString(most));
        return options;
    }

    /** The options of Spark's Kafka source and sink that name the cluster. */
    Map<String, String> cluster() {
        Map<String, String> options = new TreeMap<>();
        kafka.clientProperties().forEach((key, value) -> options.put("kafka." + key, String.valueOf(value)));
        return options;
    }

    /** A file or a folder of the run's own, kept until it has ended. */
    Path file(String file) {
        return state.file(file);
    }

    /** Begins a writer to the databases of the run and its dead letters; more sinks may be added. */
    public BatchWriter.Builder<ClassifiedTweet> writer() {
        BatchWriter.Builder<ClassifiedTweet> writer =
                BatchWriter.tweets().name(name).deadLetters(deadLetters);
        stores.forEach(store -> writer.sink(store.name(), store.sink()));
        return writer;
    }

    /** Begins to store classified tweets. */
    public void store(Dataset<Row> classified) throws TimeoutException {
        store(classified, writer().build());
    }

    /** Begins to store classified tweets by a writer of {@link #writer()}. */
    public void store(Dataset<Row> classified, BatchWriter writer) throws TimeoutException {
        store(classified.writeStream().foreachBatch(writer), writer);
    }

    /** Begins to store what a query gives to such a writer. */
    public void store(DataStreamWriter<Row> rows, BatchWriter writer) throws TimeoutException {
        batches = writer;
        start(name, rows);
    }

    /** Begins a query, which goes on where an earlier one of this name was killed. The run waits for it at the end. */
    public StreamingQuery start(String query, DataStreamWriter<Row> rows) throws TimeoutException {
        return rows.queryName(query)
                .option("checkpointLocation", state.checkpoint(query).toString())
                .start();
    }

    /** What stores the tweets, for its counts. */
    BatchWriter batches() {
        return batches;
    }

    /** How many records of the topic are done, from its beginning on; -1 before the first batch is. */
    long done() {
        for (StreamingQuery query : spark.streams().active()) {
            StreamingQueryProgress progress = query.lastProgress();
            if (name.equals(query.name()) && progress != null && progress.sources().length > 0) {
                String end = progress.sources()[0].endOffset();
                return end == null ? -1 : offsets(end);
            }
        }
        return -1;
    }

    /** The sum of the offsets of the topic's partitions in the form that Spark's Kafka source has for them. */
    private long offsets(String json) {
        JsonObject partitions =
                JsonObject.read(json.getBytes(StandardCharsets.UTF_8)).object(topic);
        long sum = 0;
        for (int partition = 0; partitions != null; partition++) {
            Long offset = partitions.integer(Integer.toString(partition));
            if (offset == null) {
                break;
            }
            sum += offset;
        }
        return sum;
    }
}
