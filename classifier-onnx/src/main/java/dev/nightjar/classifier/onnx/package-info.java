/**
 * Transformer classifiers in ONNX form: {@link dev.nightjar.classifier.onnx.OnnxClassifierConfig} opens a Hugging Face
 * sequence-classification export as it is, {@link dev.nightjar.classifier.onnx.OnnxModels} the models that Nightjar
 * brings. Files are checked before they are loaded, and nothing is fetched from a network.
 */
@NullMarked
package dev.nightjar.classifier.onnx;

import org.jspecify.annotations.NullMarked;
