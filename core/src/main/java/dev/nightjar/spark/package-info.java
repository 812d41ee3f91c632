/**
 * Tweets in Spark: {@link dev.nightjar.spark.SparkTweets} decodes a topic, classifies a frame's texts in batches and
 * registers SQL functions, {@link dev.nightjar.spark.BatchWriter} writes the result to sinks. The user's cluster brings
 * Spark, 3.5 to 4.3; no other package of this module needs it.
 */
@NullMarked
package dev.nightjar.spark;

import org.jspecify.annotations.NullMarked;
