/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.DeliverySimulation;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.SimulatedWorld;
import dev.nightjar.delivery.SimulatedWorld.Defect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * The tasks of {@link BatchWriter} under what Spark promises a streaming query: where a micro-batch ends is kept before
 * it runs, a failed task is repeated, and the batch is committed when its tasks are done.
 */
class SparkSimulationTest extends DeliverySimulation {
    private static final int ATTEMPTS = 2;

    @Override
    protected boolean canHave(Defect defect) {
        return defect != Defect.DOES_NOT_READ_AGAIN; // Spark's rows come from where the plan says
    }

    @Override
    protected void live(SimulatedWorld world) {
        DeliverySettings<ClassifiedTweet> settings = new Settings()
                .sink("one", world.sink(0))
                .sink("two", world.sink(1))
                .deadLetters(world.deadLetters())
                .deadLetterLimit(1_000, 1_000)
                .batchSize(2)
                .retryLimit(Duration.ZERO)
                .build();
        while (world.committed() < world.end()) {
            int begin = world.committed();
            world.rest(begin);
            if (world.planned() < 0) {
                world.plan(begin + world.some(begin));
            }
            int end = world.planned();
            runTask(world, settings, begin, end);
            world.commit(end);
        }
    }

    private static void runTask(SimulatedWorld world, DeliverySettings<ClassifiedTweet> settings, int begin, int end) {
        List<InternalRow> rows = new ArrayList<>();
        for (int offset = begin; offset < end; offset++) {
            rows.add(new GenericInternalRow(new Object[] {offset}));
        }
        if (world.has(Defect.SWAPS_THE_RECORDS_OF_A_BATCH)) {
            Collections.reverse(rows);
        }
        PartitionWriter<ClassifiedTweet> writer = new PartitionWriter<>(new Offsets(world), settings);
        for (int attempt = 1; ; attempt++) {
            try {
                writer.call(rows.iterator());
                return;
            } catch (RetriableException e) {
                if (attempt == ATTEMPTS || !world.either("the task is repeated", "the query fails")) {
                    throw e;
                }
            }
        }
    }

    /** Rows that are the offsets of the topic. */
    private static final class Offsets implements RowReader<ClassifiedTweet> {
        private static final long serialVersionUID = 1L;

        private final transient SimulatedWorld world;

        Offsets(SimulatedWorld world) {
            this.world = world;
        }

        @Override
        public Incoming<ClassifiedTweet> read(InternalRow row) {
            return world.record(row.getInt(0)).read(row.getInt(0));
        }

        @Override
        public int bytes(InternalRow row) {
            return 1;
        }
    }

    private static final class Settings extends DeliveryBuilder<ClassifiedTweet, Settings> {
        DeliverySettings<ClassifiedTweet> build() {
            return settings();
        }
    }
}
