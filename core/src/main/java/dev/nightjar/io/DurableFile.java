/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A small file that survives a crash whole: new content is written to a second file, forced to the disk, then moved
 * over the first. An interrupt does not break off a write; the thread stays interrupted.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class DurableFile {
    private final Path file;
    private final Path next;

    /** A file, which need not be there yet. */
    public DurableFile(Path file) {
        this.file = file.toAbsolutePath();
        this.next = sibling(".next");
    }

    /** A file next to this one. */
    public Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** The text; null if there is no file. */
    public @Nullable String read() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Replaces the text; on return it survives a crash. */
    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces the content; on return it survives a crash. */
    public void write(byte[] content) throws IOException {
        try (FileOutputStream out = new FileOutputStream(next.toFile())) {
            out.write(content);
            out.getFD().sync();
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    /** Makes the directory of the file if it is missing, which writing does not. */
    public void createDirectory() throws IOException {
        Files.createDirectories(directory());
    }

    private Path directory() {
        Path directory = file.getParent();
        return directory == null ? file : directory;
    }

    /** Makes the move itself survive, in an interrupted thread too; Windows has no such call and needs none. */
    private void forceDirectory() throws IOException {
        boolean interrupted = false;
        boolean forced = File.separatorChar != '/';
        while (!forced) {
            try (FileChannel channel = FileChannel.open(directory(), StandardOpenOption.READ)) {
                channel.force(true);
                forced = true;
            } catch (ClosedByInterruptException e) {
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
