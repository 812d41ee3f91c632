/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.nightjar.ConfigException;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What computes.
 *
 * @param gpu the number of the GPU; {@link #NO_GPU} for the processor
 */
record Device(int gpu) implements Serializable {
    static final Device CPU = new Device(Device.NO_GPU);

    private static final int NO_GPU = -1;
    private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");

    /** Reads {@code cpu}, {@code cuda} or {@code cuda:1}. */
    static Device parse(String text) {
        Matcher cuda = CUDA.matcher(text);
        if (cuda.matches()) {
            return new Device(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        if (!text.equals("cpu")) {
            throw new ConfigException(
                    "A device is 'cpu', 'cuda' or 'cuda:' and the number of a GPU, not '" + text + "'");
        }
        return CPU;
    }

    /**
     * Makes sessions with these options compute here.
     *
     * @throws ConfigException if ONNX Runtime cannot use the device: nothing is computed elsewhere instead
     */
    void addTo(OrtSession.SessionOptions options) {
        if (equals(CPU)) {
            return;
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new ConfigException(
                    "The device '" + this + "' needs ONNX Runtime with CUDA, which is not on the class"
                            + " path; replace com.microsoft.onnxruntime:onnxruntime by onnxruntime_gpu of the same version");
        }
        try {
            Environment.get(); // without it, what is wrong cannot be told
            options.addCUDA(gpu);
        } catch (OrtException e) {
            throw new ConfigException(
                    "The device '" + this + "' cannot be used; are the GPU's driver, CUDA and cuDNN installed? "
                            + e.getMessage(),
                    e);
        }
    }

    /** A text that {@link #parse} reads. */
    @Override
    public String toString() {
        return equals(CPU) ? "cpu" : "cuda:" + gpu;
    }
}
