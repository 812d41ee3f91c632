/**
 * Logistic regression over hashed n-grams, opened by {@link dev.nightjar.classifier.lr.LrClassifierConfig}, or over the
 * vectors of an embedder, by {@link dev.nightjar.classifier.lr.EmbeddingLrClassifierConfig}; {@link
 * dev.nightjar.classifier.lr.LrTrainer} and {@link dev.nightjar.classifier.lr.EmbeddingLrTrainer} make the models, and
 * {@link dev.nightjar.classifier.lr.LrModels} has those that Nightjar brings. Training and scoring read a text with the
 * same code, and scoring needs no Spark.
 */
@NullMarked
package dev.nightjar.classifier.lr;

import org.jspecify.annotations.NullMarked;
