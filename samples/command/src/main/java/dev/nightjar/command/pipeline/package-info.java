/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Pipelines, each by one command: {@link dev.nightjar.command.pipeline.Pipeline} runs a source through Kafka and Spark
 * into a store, and proves in the end that nothing was lost.
 */
@NullMarked
package dev.nightjar.command.pipeline;

import org.jspecify.annotations.NullMarked;
