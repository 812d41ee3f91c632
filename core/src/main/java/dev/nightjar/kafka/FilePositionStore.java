/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourcePosition;
import dev.nightjar.io.DurableFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A position in a file that a crash leaves whole. */
final class FilePositionStore implements PositionStore {
    private final DurableFile file;

    FilePositionStore(Path file) {
        this.file = new DurableFile(file);
    }

    @Override
    public SourcePosition load() {
        try {
            String text = file.read();
            if (text == null) {
                return SourcePosition.START;
            }
            if (text.endsWith("\n")) {
                return new SourcePosition(text.substring(0, text.length() - 1));
            }
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
            file.createDirectory();
            file.write(position.token() + '\n');
        } catch (IOException e) {
            throw new RetriableException("Cannot write the position file '" + file + "'", e);
        }
    }

    private ConfigException damaged(@Nullable Throwable cause) {
        return new ConfigException(
                "The position file '" + file + "' is damaged; delete it to begin at the start", cause);
    }
}
