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
 * @param mark where the file's record begins
 * @param item how many records of it come before the place
 * @param tweets how many tweets come before the place, over all passes
 * @param span what ids and times the tweets of the first pass have
 */
record FilePlace(Fingerprint fingerprint, long pass, Records.Mark mark, int item, long tweets, Span span)
        implements Feed.Place {
    private static final Pattern TOKEN = Pattern.compile("file2:(\\d{1,6}):([0-9a-f]{16})"
            + ":(\\d{1,18}):(-1|\\d{1,18}):(\\d{1,18}):(\\d{1,9}):(\\d{1,9}):(\\d{1,9}):(\\d{1,18})"
            + ":(\\d{1,19}):(\\d{1,19}):(-?\\d{1,19}):(-?\\d{1,19})");

    /** The beginning of a file. */
    static FilePlace start(Fingerprint fingerprint) {
        return new FilePlace(fingerprint, 0, Records.Mark.START, 0, 0, Span.NONE);
    }

    static FilePlace parse(SourcePosition position) {
        Matcher matcher = TOKEN.matcher(position.token());
        if (!matcher.matches()) {
            throw notOne(position);
        }
        try {
            return new FilePlace(
                    new Fingerprint(Integer.parseInt(matcher.group(1)), matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    new Records.Mark(
                            Long.parseLong(matcher.group(4)),
                            Long.parseLong(matcher.group(5)),
                            Integer.parseInt(matcher.group(6)),
                            Integer.parseInt(matcher.group(7))),
                    Integer.parseInt(matcher.group(8)),
                    Long.parseLong(matcher.group(9)),
                    new Span(
                            Long.parseLong(matcher.group(10)),
                            Long.parseLong(matcher.group(11)),
                            Long.parseLong(matcher.group(12)),
                            Long.parseLong(matcher.group(13))));
        } catch (NumberFormatException e) {
            throw notOne(position);
        }
    }

    /** The beginning of another record of the file. */
    FilePlace at(Records.Mark newMark) {
        return new FilePlace(fingerprint, pass, newMark, 0, tweets, span);
    }

    /** A place within the same record of the file. */
    FilePlace at(int newItem) {
        return new FilePlace(fingerprint, pass, mark, newItem, tweets, span);
    }

    boolean isEnd() {
        return mark.offset() == Records.Mark.END;
    }

    /** The same place with other tweets before it. */
    FilePlace after(long newTweets, Span newSpan) {
        return new FilePlace(fingerprint, pass, mark, item, newTweets, newSpan);
    }

    @Override
    public String token() {
        return "file2:" + fingerprint.length() + ':' + fingerprint.digest() + ':' + pass + ':' + mark.offset() + ':'
                + mark.line() + ':' + mark.onLine() + ':' + mark.depth() + ':' + item + ':' + tweets + ':'
                + span.lowestId() + ':' + span.highestId() + ':' + span.earliest() + ':' + span.latest();
    }

    private static ConfigException notOne(SourcePosition position) {
        return new ConfigException("The position '" + position.token()
                + "' is not one of a file; open the source that it is from, or begin at the start");
    }
}
