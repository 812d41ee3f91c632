/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

/**
 * What the records of a file are. Each may be compressed with gzip, whatever the file's name ends with.
 *
 * @since 0.1.0
 */
public enum TweetFormat {
    /** {@link #SENTIMENT140} if the first line looks like it, else {@link #X}. */
    AUTO,
    /**
     * JSON of the X API, a document per line, or one for the whole file: tweets, pages and stream frames of v2, tweets,
     * timelines and notices of v1.1, pages and flattened tweets of twarc; see {@link dev.nightjar.json.XJson}.
     */
    X,
    /** Nightjar's canonical JSON, a tweet per line; see {@link dev.nightjar.json.TweetJson}. */
    NIGHTJAR,
    /**
     * The CSV of Sentiment140: polarity, id, date, query, user, text, with or without a header. The polarity and the query
     * are ignored. A line that is not UTF-8 is read as ISO-8859-1.
     */
    SENTIMENT140
}
