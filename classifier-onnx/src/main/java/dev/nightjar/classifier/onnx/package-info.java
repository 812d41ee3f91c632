/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Classification by a transformer model in ONNX form. The text is split by the model's own Hugging Face tokenizer.
 */
@NullMarked
package dev.nightjar.classifier.onnx;

import org.jspecify.annotations.NullMarked;
