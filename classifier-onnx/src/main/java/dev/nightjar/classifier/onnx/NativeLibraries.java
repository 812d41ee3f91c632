/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;

/** What to say of a native library that does not load, so that neither a model nor a stack trace is blamed. */
final class NativeLibraries {
    /** The oldest that both libraries load with: the tokenizers are built with it, ONNX Runtime takes 2.27. */
    private static final String GLIBC = "glibc 2.34 or later, as Debian 12, Ubuntu 22.04 and RHEL 9 have";

    private NativeLibraries() {}

    /** The error for a library that the JVM could not load, by what its loader says. */
    static ConfigException fault(String library, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new ConfigException(
                "The native library of " + library + " cannot be loaded on " + System.getProperty("os.name") + ' '
                        + System.getProperty("os.arch") + ": " + remedy(root.toString()) + ". The cause: " + root,
                failure);
    }

    /** The words that the loaders of glibc and of musl use are theirs, and long the same. */
    private static String remedy(String cause) {
        if (cause.contains("GLIBC_") || cause.contains("GLIBCXX_") || cause.contains("CXXABI_")) {
            return "the C library here is too old; use a system with " + GLIBC;
        }
        if (cause.contains("Error loading shared library") || cause.contains("Error relocating")) {
            return "the C library here is musl, as in Alpine, for which it is not built; use a system with " + GLIBC;
        }
        if (cause.contains("failed to map segment") || cause.contains("NoSuchFileException")) {
            return "the directory for temporary files is missing or forbids execution; name another with"
                    + " -Djava.io.tmpdir";
        }
        return "it is built for Linux with " + GLIBC + " on x86-64 and ARM64, for macOS on ARM64 and Windows on x86-64";
    }
}
