/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How records get into sinks: {@link dev.nightjar.delivery.Delivery} writes a batch to every sink, keeps its dead
 * letters, erases deleted tweets and counts, the same for every front door. {@code dev.nightjar.kafka.KafkaPipeline}
 * and {@code dev.nightjar.spark.BatchWriter} only read records for it; to read them from elsewhere, write a third.
 */
@NullMarked
package dev.nightjar.delivery;

import org.jspecify.annotations.NullMarked;
