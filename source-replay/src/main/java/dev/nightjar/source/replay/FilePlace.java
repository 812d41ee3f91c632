/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a file between two records.
 *
 * <p>Immutable.
 *
 * @param fingerprint of the file's beginning
 * @param pass how many times the file has been read to its end
 * @param offset where the line begins, in bytes of the decompressed file; {@link #END} behind the last record
 * @param line the line's number, from 1
 * @param item how many records of the line come before the place
 * @param tweets how many tweets come before the place, over all passes
 * @param span what ids and times the tweets of the first pass have
 */
record FilePlace(Fingerprint fingerprint, long pass, long offset, long line, int item, long tweets, Span span)
        implements Feed.Place {
    static final long END = -1;

    private static final Pattern TOKEN = Pattern.compile("file1:(\\d{1,6}):([0-9a-f]{16})"
            + ":(\\d{1,18}):(-1|\\d{1,18}):(\\d{1,18}):(\\d{1,9}):(\\d{1,18})"
            + ":(\\d{1,19}):(\\d{1,19}):(-?\\d{1,19}):(-?\\d{1,19})");

    static FilePlace parse(SourcePosition position) {
        Matcher matcher = TOKEN.matcher(position.token());
        if (!matcher.matches()) {
            throw notOne(position);
        }
        try {
            return new FilePlace(
                    new Fingerprint(Integer.parseInt(matcher.group(1)), matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    Long.parseLong(matcher.group(4)),
                    Long.parseLong(matcher.group(5)),
                    Integer.parseInt(matcher.group(6)),
                    Long.parseLong(matcher.group(7)),
                    new Span(
                            Long.parseLong(matcher.group(8)),
                            Long.parseLong(matcher.group(9)),
                            Long.parseLong(matcher.group(10)),
                            Long.parseLong(matcher.group(11))));
        } catch (NumberFormatException e) {
            throw notOne(position);
        }
    }

    /** The beginning of another line. */
    FilePlace at(long newOffset, long newLine) {
        return at(newOffset, newLine, 0);
    }

    /** Another place in the same pass. */
    FilePlace at(long newOffset, long newLine, int newItem) {
        return new FilePlace(fingerprint, pass, newOffset, newLine, newItem, tweets, span);
    }

    /** The same place with other tweets before it. */
    FilePlace after(long newTweets, Span newSpan) {
        return new FilePlace(fingerprint, pass, offset, line, item, newTweets, newSpan);
    }

    @Override
    public String token() {
        return "file1:" + fingerprint.length() + ':' + fingerprint.digest() + ':' + pass + ':' + offset + ':' + line
                + ':' + item + ':' + tweets + ':' + span.lowestId() + ':' + span.highestId() + ':' + span.earliest()
                + ':'
                + span.latest();
    }

    private static ConfigException notOne(SourcePosition position) {
        return new ConfigException("The position '" + position.token()
                + "' is not one of a file; open the source that it is from, or begin at the start");
    }
}
