/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.nightjar.ConfigException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one native environment of ONNX Runtime in this process, silent and alive to the end of the process.
 *
 * <p>A session that is created or freed while the process exits crashes it: ONNX Runtime frees its environment in a
 * shutdown hook, and then the C library destroys the native library's objects (6 of 24 exits crashed;
 * microsoft/onnxruntime#31352). So a hook of our own waits for running creations and releases, lets no more begin, and
 * keeps the environment in use. Running a session while the process exits is harmless (none of 60 exits).
 */
final class Environment {
    private static final Logger LOG = LoggerFactory.getLogger(Environment.class);

    /** Held shared while a session is created or freed; the hook takes it exclusively and keeps it. */
    private static final ReadWriteLock EXIT = new ReentrantReadWriteLock();

    /** The newest that sends nothing and starts whatever the command line is. */
    private static final String SUPPORTED = "1.28";

    private static final String TELEMETRY_OFF = "ORT_DISABLE_TELEMETRY";

    private static boolean exiting;
    private static @Nullable OrtEnvironment environment;

    private Environment() {}

    static synchronized OrtEnvironment get() {
        if (environment == null) {
            check().ifPresent(LOG::warn);
            Runtime.getRuntime().addShutdownHook(new Thread(Environment::awaitSessions, "nightjar-onnx-exit"));
            environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, OrtEnvironment.DEFAULT_NAME);
            keepInUse();
        }
        return environment;
    }

    /** The version of ONNX Runtime on the class path, without loading its native library; empty if it has none. */
    static Optional<String> version() {
        return Optional.ofNullable(OrtEnvironment.class.getPackage())
                .map(Package::getImplementationVersion)
                .filter(version -> !version.isBlank());
    }

    /** What to warn of when that version is used, see {@link #deviation}. */
    static Optional<String> check() {
        return deviation(version(), "1".equals(System.getenv(TELEMETRY_OFF)));
    }

    /**
     * What to warn of when a version of ONNX Runtime is used; empty for the tested one.
     *
     * @param version that on the class path
     * @param telemetryIsOff whether the variable that keeps newer ones from reporting is set
     * @throws ConfigException if it would report to its maker: Nightjar runs nothing that sends data without being
     *     asked
     */
    static Optional<String> deviation(Optional<String> version, boolean telemetryIsOff) {
        if (version.isEmpty()) {
            return Optional.of("Which version of ONNX Runtime is on the class path is not known; " + SUPPORTED
                    + " is the one that Nightjar is tested with");
        }
        String found = version.get();
        if (found.equals(SUPPORTED) || found.startsWith(SUPPORTED + '.')) {
            return Optional.empty();
        }
        if (isNewer(found) && !telemetryIsOff) {
            throw new ConfigException("ONNX Runtime " + found
                    + " is on the class path, which sends telemetry to its maker;"
                    + " use com.microsoft.onnxruntime:onnxruntime " + SUPPORTED + ".0, or set the environment variable "
                    + TELEMETRY_OFF + "=1 to use it untested");
        }
        return Optional.of("ONNX Runtime " + found + " is on the class path; " + SUPPORTED
                + " is the one that Nightjar is tested with"
                + (isNewer(found) ? ", and newer ones end the process where its command line is long" : ""));
    }

    private static boolean isNewer(String version) {
        Matcher parts = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\b.*").matcher(version);
        return !parts.matches() || Integer.parseInt(parts.group(1)) > 1 || Integer.parseInt(parts.group(2)) > 28;
    }

    /**
     * Creates a session.
     *
     * @throws IllegalStateException if the process exits
     */
    static OrtSession createSession(byte[] model, OrtSession.SessionOptions options) throws OrtException {
        EXIT.readLock().lock();
        try {
            if (exiting) {
                throw new IllegalStateException("The process exits; no model can be opened any more");
            }
            return get().createSession(model, options);
        } finally {
            EXIT.readLock().unlock();
        }
    }

    /** Frees a session, or leaves that to the end of the process if it has come. */
    static void close(OrtSession session) throws OrtException {
        EXIT.readLock().lock();
        try {
            if (!exiting) {
                session.close();
            }
        } finally {
            EXIT.readLock().unlock();
        }
    }

    private static void awaitSessions() {
        EXIT.writeLock().lock();
        try {
            exiting = true;
        } finally {
            EXIT.writeLock().unlock();
        }
    }

    /** The native environment counts its users and is freed by the last. There is no public way to become one. */
    private static void keepInUse() {
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
            LOG.debug("This version of ONNX Runtime does not let its environment be kept in use", e);
        }
    }
}
