/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import java.nio.file.Path;

/** Where files are kept unless the command line says so: the log, the demo's state, credentials made here. */
public final class Home {
    private Home() {}

    /** The folder, which may not be there yet. */
    public static Path folder() {
        return Path.of(System.getProperty("nightjar.home", ".nightjar")).toAbsolutePath();
    }
}
