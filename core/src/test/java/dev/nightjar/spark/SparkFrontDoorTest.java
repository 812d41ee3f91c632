/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.NightjarException;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.FrontDoorContract;
import dev.nightjar.delivery.Ledger;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

class SparkFrontDoorTest extends FrontDoorContract {
    private BatchWriter writer;

    @Override
    protected Ledger deliver(String topic, List<Given> records, Consumer<DeliveryBuilder<ClassifiedTweet, ?>> setUp) {
        BatchWriter.Builder<ClassifiedTweet> builder = BatchWriter.tweets();
        setUp.accept(builder);
        writer = builder.build();
        Dataset<Row> frame = LocalSpark.keyed(records.stream()
                .flatMap(record -> Stream.of(record.key(), record.value()))
                .toArray(byte[][]::new));
        try {
            return writer.write(SparkTweets.classify(SparkTweets.fromKafka(frame), "emotion", emotion()));
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof NightjarException typed) {
                    throw typed;
                }
            }
            throw e;
        }
    }

    @Override
    protected DeliveryMetrics metrics() {
        return writer.metrics();
    }

    @Override
    protected String origin(String topic, long offset) {
        return "tweets-3-" + offset;
    }

    @Override
    protected String records(String topic) {
        return "rows";
    }
}
