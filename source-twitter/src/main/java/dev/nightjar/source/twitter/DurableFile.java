/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A small text in a file that a crash leaves whole: it is written beside the file, forced to the disk, then moved over it.
 *
 * <p>Confined to one thread.
 */
final class DurableFile {
    private final Path file;
    private final Path next;

    DurableFile(Path file) {
        this.file = file.toAbsolutePath();
        this.next = sibling(".next");
    }

    /** A file beside this one. */
    Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** The text; null if there is no file. */
    @Nullable
    String read() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Replaces the text; on return it survives a crash. */
    void write(String text) throws IOException {
        createDirectory();
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory();
    }

    void createDirectory() throws IOException {
        Files.createDirectories(directory());
    }

    private Path directory() {
        Path directory = file.getParent();
        return directory == null ? file : directory;
    }

    /** Makes the move itself survive; Windows has no such call and needs none. */
    private void forceDirectory() throws IOException {
        if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(directory(), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
