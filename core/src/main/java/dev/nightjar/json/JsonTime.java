/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times as ISO-8601 in UTC with milliseconds, of the years 0 to 9999. */
final class JsonTime {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00.000Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static final String FORM = "0000-00-00T00:00:00.000Z";

    private JsonTime() {}

    /** By hand: a formatter of the JDK takes five times as long, which in a short tweet is a fifth of the whole. */
    static String format(Instant time) {
        LocalDateTime utc = LocalDateTime.ofInstant(check(time), ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(24);
        append(text, utc.getYear() / 100);
        append(text, utc.getYear() % 100).append('-');
        append(text, utc.getMonthValue()).append('-');
        append(text, utc.getDayOfMonth()).append('T');
        append(text, utc.getHour()).append(':');
        append(text, utc.getMinute()).append(':');
        append(text, utc.getSecond()).append('.');
        int millis = utc.getNano() / 1_000_000;
        append(text, millis / 10).append((char) ('0' + millis % 10));
        return text.append('Z').toString();
    }

    private static StringBuilder append(StringBuilder text, int twoDigits) {
        return text.append((char) ('0' + twoDigits / 10)).append((char) ('0' + twoDigits % 10));
    }

    /** Reads a time with any offset from UTC; one without an offset is refused as ambiguous. */
    static Instant parse(String text) {
        try {
            return isOurs(text) ? ours(text) : check(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new DataException("bad-time", "A time is not ISO-8601 with an offset, like 2021-04-01T15:52:31.000Z");
        }
    }

    /** Whether it has the form of {@link #format}, which X's times have too: the JDK's parser takes a sixth of a tweet. */
    private static boolean isOurs(String text) {
        boolean ours = text.length() == FORM.length();
        for (int i = 0; ours && i < FORM.length(); i++) {
            char c = text.charAt(i);
            ours = FORM.charAt(i) == '0' ? c >= '0' && c <= '9' : c == FORM.charAt(i);
        }
        return ours;
    }

    private static Instant ours(String text) {
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        1_000_000 * number(text, 20, 23))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text, start, end, 10);
    }

    private static Instant check(Instant time) {
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new DataException("bad-time", "The time " + time + " is not in the years 0 to 9999");
        }
        return time;
    }
}
