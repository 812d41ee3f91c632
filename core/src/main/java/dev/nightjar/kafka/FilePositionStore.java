/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourcePosition;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A position in a file: written beside it, forced to the disk, then moved over it. */
final class FilePositionStore implements PositionStore {
    private final Path file;
    private final Path next;

    FilePositionStore(Path file) {
        this.file = file.toAbsolutePath();
        this.next = this.file.resolveSibling(this.file.getFileName() + ".next");
    }

    @Override
    public SourcePosition load() {
        try {
            String text = Files.readString(file);
            if (text.endsWith("\n")) {
                return new SourcePosition(text.substring(0, text.length() - 1));
            }
        } catch (NoSuchFileException e) {
            return SourcePosition.START;
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw damaged(e);
        } catch (IOException e) {
            throw new RetriableException("Cannot read the position file '" + file + "'", e);
        }
        throw damaged(null);
    }

    @Override
    public void save(SourcePosition position) {
        try {
            Files.createDirectories(directory());
            write(next, position.token() + '\n');
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            forceDirectory();
        } catch (IOException e) {
            throw new RetriableException("Cannot write the position file '" + file + "'", e);
        }
    }

    private Path directory() {
        Path directory = file.getParent();
        return directory == null ? file : directory;
    }

    private static void write(Path path, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Makes the move itself survive; Windows has no such call and needs none. */
    private void forceDirectory() throws IOException {
        if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(directory(), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private ConfigException damaged(@Nullable Throwable cause) {
        return new ConfigException(
                "The position file '" + file + "' is damaged; delete it to begin at the start", cause);
    }
}
