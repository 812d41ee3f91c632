/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.SourceBatch;

/**
 * Reads the records of one file.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public interface TweetReader {
    /** How the file is cut into records; line by line unless it says another. */
    default Framing framing() {
        return Framing.LINES;
    }

    /**
     * Reads one record that is not blank. It is always read alike, whatever was read before.
     *
     * @param record its bytes
     * @param origin where it is in the file, for dead letters: {@code tweets.jsonl:17}
     * @return what it holds; not empty
     * @throws DataException if it is bad as a whole; the message does not quote it
     */
    SourceBatch read(byte[] record, String origin);
}
