/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * An X API on this machine, for tests and for trying things out without an account: {@link
 * dev.nightjar.source.twitter.testkit.FakeX}. It needs no test library, only the JDK and jackson-core.
 */
@NullMarked
package dev.nightjar.source.twitter.testkit;

import org.jspecify.annotations.NullMarked;
