/**
 * Logistic regression over hashed n-grams: {@link dev.nightjar.classifier.lr.LrTrainer} makes a model of labelled texts,
 * {@link dev.nightjar.classifier.lr.LrClassifierConfig} opens a model's file, {@link dev.nightjar.classifier.lr.LrModels}
 * the models that Nightjar brings. Training and scoring read a text with the same code, and scoring needs no Spark.
 */
@NullMarked
package dev.nightjar.classifier.lr;

import org.jspecify.annotations.NullMarked;
