/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

/** What models are computed with in this process: ONNX Runtime and the processor. Safe for use by multiple threads. */
public final class OnnxPlatform {
    private OnnxPlatform() {}

    /**
     * Says so in a line, such as {@code ONNX Runtime 1.28.0; AVX, AVX2, FMA: no VNNI, ...}, and what it means for
     * quantised models. Loads no native library.
     *
     * @throws dev.nightjar.ConfigException if the version of ONNX Runtime on the class path is refused
     */
    public static String describe() {
        String version =
                Environment.version().map(found -> "ONNX Runtime " + found).orElse("ONNX Runtime");
        String warning = Environment.check().map(text -> " (" + text + ")").orElse("");
        Processor processor = Processor.here();
        return version + warning + "; " + processor + ": "
                + processor.products().meaning();
    }
}
