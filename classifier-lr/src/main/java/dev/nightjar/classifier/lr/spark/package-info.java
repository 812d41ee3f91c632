/**
 * Logistic regression with Spark: {@link dev.nightjar.classifier.lr.spark.SparkLrTrainer} trains on a cluster, {@link
 * dev.nightjar.classifier.lr.spark.SparkLrModels} turns a model into one of Spark MLlib and back. Needs spark-mllib,
 * which a cluster has; the resulting models are scored without it.
 */
@NullMarked
package dev.nightjar.classifier.lr.spark;

import org.jspecify.annotations.NullMarked;
