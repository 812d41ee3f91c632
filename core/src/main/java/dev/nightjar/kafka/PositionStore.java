/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourcePosition;
import java.nio.file.Path;

/**
 * Keeps how far a source has been published, so that a publisher that is started again continues there.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public interface PositionStore {
    /**
     * The position kept last; {@link SourcePosition#START} if there is none.
     *
     * @throws ConfigException if the stored text is not a position
     * @throws RetriableException if it cannot be read for the moment
     */
    SourcePosition load();

    /**
     * Keeps a position in place of the last one, and returns when it would survive a crash. A failed call has kept one
     * of the two.
     *
     * @throws RetriableException if it cannot be kept for the moment
     */
    void save(SourcePosition position);

    /**
     * Keeps positions in a file of one line, which is always replaced as a whole. The file and its directory are made
     * when the first position is kept.
     */
    static PositionStore file(Path file) {
        return new FilePositionStore(file);
    }
}
