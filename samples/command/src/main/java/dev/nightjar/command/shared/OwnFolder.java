/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is used whole, so that it must not be one where somebody keeps other things. */
public final class OwnFolder {
    private OwnFolder() {}

    /**
     * Refuses a folder that is neither empty nor used before.
     *
     * @param mark a file that is there if it was used before
     * @param user who uses it
     * @param option the command's option that names it
     */
    public static void require(Path folder, String mark, String user, String option) throws IOException {
        List<Path> found = list(folder);
        if (!Files.isRegularFile(folder.resolve(mark)) && !found.isEmpty()) {
            throw new ConfigException("The folder '" + folder + "' holds files that no " + user + " wrote, such as '"
                    + found.get(0).getFileName() + "'; give an empty one with " + option);
        }
    }

    /** What is in it but the lock. */
    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith("lock")).sorted().toList();
        }
    }
}
