/**
 * Logistic regression over hashed n-grams ({@link dev.nightjar.classifier.lr.LrClassifierConfig}) or over the vectors
 * of an embedder ({@link dev.nightjar.classifier.lr.EmbeddingLrClassifierConfig}). {@link
 * dev.nightjar.classifier.lr.LrTrainer} and {@link dev.nightjar.classifier.lr.EmbeddingLrTrainer} train models; {@link
 * dev.nightjar.classifier.lr.LrModels} has those that Nightjar brings. Training and scoring read a text with the same
 * code, and scoring needs no Spark.
 */
@NullMarked
package dev.nightjar.classifier.lr;

import org.jspecify.annotations.NullMarked;
