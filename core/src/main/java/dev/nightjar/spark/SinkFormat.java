/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Options;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A sink as a format of {@code df.write} in append mode and of {@code df.writeStream} in append or update mode. Its frames
 * are those of {@link BatchWriter#tweets()} or, told by their columns, of {@link BatchWriter#windowedCounts()}, and their
 * rows are delivered in the same way. Its options are the sink's, and for the delivery
 * {@code dead-letter-topic}, {@code bootstrap-servers}, {@code dead-letter-limit}, {@code dead-letter-window} and
 * {@code retry-limit}.
 *
 * <pre>{@code
 * public final class ShelfFormat implements SinkFormat {
 *     public String shortName() { return "shelf"; }
 *     public Options options() { return ShelfConfig.OPTIONS; }
 *     public SinkFactory<ClassifiedTweet> sink(Map<String, String> options) { return ShelfConfig.fromMap(options); }
 * }
 * }</pre>
 *
 * <p>The class is public and is named in {@code META-INF/services/org.apache.spark.sql.sources.DataSourceRegister}.
 * Spark makes an object of it whenever it looks for any format.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface SinkFormat extends TableProvider, DataSourceRegister {
    /** The options that {@link #sink} takes. */
    Options options();

    /**
     * The sink.
     *
     * @param given some of {@link #options()}, by their keys
     * @throws ConfigException if an option is missing or refused
     */
    SinkFactory<ClassifiedTweet> sink(Map<String, String> given);

    /**
     * The sink of windowed counts; a format that does not say one takes tweets alone.
     *
     * @param given some of {@link #options()}, by their keys
     * @throws ConfigException if an option is missing or refused, or there is no such sink
     */
    default SinkFactory<WindowedCount> counts(Map<String, String> given) {
        throw new ConfigException("The format '" + shortName() + "' takes tweets, not counts");
    }

    /** Where a frame goes; its columns and the options are looked at here. */
    @Override
    default Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        return FormatOptions.table(this, schema, properties);
    }

    /** Refuses to read. */
    @Override
    default StructType inferSchema(CaseInsensitiveStringMap options) {
        throw new ConfigException("The format '" + shortName() + "' only writes");
    }

    /** The columns are those of the frame. */
    @Override
    default boolean supportsExternalMetadata() {
        return true;
    }
}
