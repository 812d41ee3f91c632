/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which transformer, and with how many threads. */
@State(Scope.Benchmark)
public class Transformer {
    /** The name of a bundled model, or the directory of another. */
    @Param("emotion")
    public String model = "";

    /** How many threads of ONNX Runtime work on one call. */
    @Param("1")
    public int threads;
}
