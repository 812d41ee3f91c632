/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one native environment of ONNX Runtime in this process, silent and alive to the end of the process. */
final class Environment {
    private static final Logger LOG = LoggerFactory.getLogger(Environment.class);
    private static final OrtEnvironment ENVIRONMENT = create();

    private Environment() {}

    static OrtEnvironment get() {
        return ENVIRONMENT;
    }

    private static OrtEnvironment create() {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, OrtEnvironment.DEFAULT_NAME);
        outliveShutdown();
        return environment;
    }

    /**
     * ONNX Runtime frees its environment in a shutdown hook of its own, also under a session that another thread is just
     * creating: the process crashes (4 of 16 exits with ONNX Runtime 1.29.0; microsoft/onnxruntime#31352). The native
     * environment counts its users, so one more user keeps it alive until the process is gone. There is no public way to
     * become one.
     */
    private static void outliveShutdown() {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method use = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            use.setAccessible(true);
            use.invoke(
                    null,
                    api.getLong(null),
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL.getValue(),
                    OrtEnvironment.DEFAULT_NAME);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This version of ONNX Runtime does not let its environment be kept at shutdown", e);
        }
    }
}
