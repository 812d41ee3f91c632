/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.SourceBatch;
import org.jspecify.annotations.Nullable;

/**
 * A kind of file that can be replayed. One of your own is found by {@link java.util.ServiceLoader}: name its class, which needs
 * a public constructor without arguments, in {@code META-INF/services/dev.nightjar.source.replay.TweetFormat}. It is asked
 * before those that come with this module, which are {@code x}, {@code nightjar}, {@code sentiment140} and {@code csv}.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface TweetFormat {
    /** What the option {@code format} calls it. */
    String name();

    /**
     * Looks whether a file is of this kind.
     *
     * @param beginning up to 64 KiB of its text, decompressed and without a byte order mark; other bytes than UTF-8 are U+FFFD
     * @return how that shows, to be put behind "since": {@code its first line begins with id|}; null if it is not
     */
    @Nullable
    String detect(String beginning);

    /**
     * Makes a reader of one file.
     *
     * @param beginning as for {@link #detect}, which may not have been asked
     * @throws dev.nightjar.ConfigException if it cannot be read so; the message says what to do
     */
    Reader reader(String beginning);

    /**
     * Reads the records of one file.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    interface Reader {
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
}
