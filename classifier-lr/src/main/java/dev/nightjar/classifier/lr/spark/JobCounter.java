/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.jspecify.annotations.Nullable;

/**
 * Counts the jobs that this thread has Spark run, told from those of other threads by a property, until it is stopped.
 *
 * <p>Confined to one thread; Spark calls back on its own.
 */
final class JobCounter extends SparkListener {
    private static final String PROPERTY = "nightjar.training";

    private final SparkContext context;
    private final LongConsumer counts;
    private final String id = UUID.randomUUID().toString();

    /** Seen by Spark's listener thread alone, as is the count. */
    private final Set<Integer> running = new HashSet<>();

    private long ended;

    private JobCounter(SparkContext context, LongConsumer counts) {
        this.context = context;
        this.counts = counts;
    }

    static JobCounter start(SparkContext context, LongConsumer counts) {
        JobCounter counter = new JobCounter(context, counts);
        context.setLocalProperty(PROPERTY, counter.id);
        context.addSparkListener(counter);
        return counter;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
        @Nullable Properties properties = start.properties();
        if (properties != null && id.equals(properties.getProperty(PROPERTY))) {
            running.add(start.jobId());
        }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
        if (running.remove(end.jobId())) {
            counts.accept(++ended);
        }
    }

    void stop() {
        context.removeSparkListener(this);
        context.setLocalProperty(PROPERTY, null);
    }
}
