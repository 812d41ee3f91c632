/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * For who writes a sink: {@link dev.nightjar.store.KeyedSink} turns a store that writes rows by their key into a
 * {@link dev.nightjar.Sink}, with retries, bisection of refused rows and erasing.
 */
@NullMarked
package dev.nightjar.store;

import org.jspecify.annotations.NullMarked;
