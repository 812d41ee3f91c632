/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The id of a tweet. Since {@link #EPOCH} it is a snowflake: the bits above the lowest {@value #SEQUENCE_BITS} are the
 * milliseconds from then to when it was given out. Earlier ids were given out in sequence and hold no time.
 *
 * <p>Immutable.
 *
 * @param number positive
 * @since 0.1.0
 */
public record TweetId(long number) {
    /** The milliseconds from 1970 to the first snowflake id, 2010-11-04T01:42:54.657Z. */
    public static final long EPOCH = 1_288_834_974_657L;

    /** How many bits of a snowflake distinguish the tweets of one millisecond. */
    public static final int SEQUENCE_BITS = 22;

    /** The first id that is certainly a snowflake. */
    private static final long FIRST_SNOWFLAKE = 29_700_859_247L;

    /** Checks the number. */
    public TweetId {
        if (number < 1) {
            throw new DataException("bad-id", "A tweet id is positive, not " + number);
        }
    }

    /**
     * Reads an id.
     *
     * @throws DataException if it is not 1 to 19 ASCII digits without a leading zero, at most {@link Long#MAX_VALUE}
     */
    public static TweetId of(String text) {
        if (!isOne(text)) {
            throw new DataException(
                    "bad-id",
                    "A tweet id is 1 to 19 digits without a leading zero, not a text of " + text.length()
                            + " characters that is none");
        }
        return new TweetId(Long.parseLong(text));
    }

    /** Whether a text is an id, as {@link #of} reads it. */
    public static boolean isOne(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 19 && text.charAt(0) != '0';
        for (int i = 0; digits && i < text.length(); i++) {
            digits = '0' <= text.charAt(i) && text.charAt(i) <= '9';
        }
        return digits && (text.length() < 19 || text.compareTo(Long.toString(Long.MAX_VALUE)) <= 0);
    }

    /** The lowest number of an id that is given out in this millisecond; not positive before there were snowflakes. */
    public static long lowest(Instant time) {
        return (time.toEpochMilli() - EPOCH) << SEQUENCE_BITS;
    }

    /** When it was given out; null for an id from before snowflakes. */
    public @Nullable Instant time() {
        return number < FIRST_SNOWFLAKE ? null : Instant.ofEpochMilli(timestamp());
    }

    /**
     * When the id was assigned, in milliseconds since 1970. For an id older than snowflakes, a moment in the eight
     * seconds after they began, which grows with the id.
     */
    public long timestamp() {
        return (number >> SEQUENCE_BITS) + EPOCH;
    }

    /** Its decimal digits, as a tweet has them. */
    @Override
    public String toString() {
        return Long.toString(number);
    }
}
