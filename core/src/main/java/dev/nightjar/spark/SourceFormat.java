/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Options;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A source as a format of {@code spark.read} and {@code spark.readStream}. Its frames are those of {@link
 * SparkTweets#fromKafka}, with a row for each record: {@code kafka.offset} is the record's number, and {@code kafka.key}
 * and {@code kafka.value} are what a topic would hold. Its options are the source's, and {@code max-per-trigger}.
 *
 * <p>A batch is read by one task, which opens the source at its beginning and reads it to its end. A stream is read by the
 * driver, which sends each micro-batch to one task; its offsets are the source's positions, so a query that is started
 * again from its checkpoint goes on with the record after the last. Neither is split, because only a source itself
 * knows where its next record begins; {@code repartition} spreads what follows.
 *
 * <p>The class is public and is named in {@code META-INF/services/org.apache.spark.sql.sources.DataSourceRegister}.
 * Spark makes an object of it whenever it looks for any format.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface SourceFormat extends TableProvider, DataSourceRegister {
    /** The options that {@link #source} takes. */
    Options options();

    /**
     * The source. A query that was killed reads a part of it again, so what is between two positions must stay the same,
     * and a poll must return one record at most: then a part ends where it ended before.
     *
     * @param given some of {@link #options()}, by their keys
     * @throws ConfigException if an option is missing or refused
     */
    TweetSourceFactory source(Map<String, String> given);

    /** Whether that source has an end, as a batch and {@code Trigger.AvailableNow} need it. */
    boolean hasEnd(Map<String, String> given);

    /** What is read; the options are looked at here, and the source is opened when a query runs. */
    @Override
    default Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        return FormatOptions.table(this, properties);
    }

    /** The columns of {@link TweetSchemas#topic()}. */
    @Override
    default StructType inferSchema(CaseInsensitiveStringMap options) {
        return TweetSchemas.topic();
    }
}
