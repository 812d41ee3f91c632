/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetId;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was passed on.
 *
 * @param newestId the newest id, 0 for none
 * @param until up to when all that came was passed on; null if that is not known
 * @param gaps the gaps before then that are not filled yet
 */
record StreamPosition(long newestId, @Nullable Instant until, List<Interval> gaps) {
    /** The end of a gap that lasts. */
    static final Instant OPEN_END = Instant.parse("9999-12-31T23:59:59Z");

    private static final StreamPosition START = new StreamPosition(0, null, List.of());
    private static final String NEWEST = "newest-id=";
    private static final String UNTIL = "until=";
    private static final String GAPS = "gaps=";
    private static final int MOST_GAPS = 100;

    /**
     * Reads a position.
     *
     * @throws ConfigException if it is not one of a filtered stream
     */
    static StreamPosition of(SourcePosition position) {
        if (position.isStart()) {
            return START;
        }
        long newestId = -1;
        Instant until = null;
        List<Interval> gaps = new ArrayList<>();
        try {
            for (String part : position.token().split(" ", -1)) {
                if (part.startsWith(NEWEST)) {
                    String id = part.substring(NEWEST.length());
                    newestId = id.equals("0") ? 0 : TweetId.of(id).number();
                } else if (part.startsWith(UNTIL)) {
                    until = Instant.ofEpochMilli(Long.parseLong(part.substring(UNTIL.length())));
                } else if (part.startsWith(GAPS)) {
                    for (String gap : part.substring(GAPS.length()).split(",", -1)) {
                        int colon = gap.indexOf(':');
                        Reason reason = colon < 0 ? Reason.DROPPED : Reason.valueOf(gap.substring(0, colon));
                        String times = gap.substring(colon + 1);
                        int minus = times.indexOf('-');
                        Instant from = Instant.ofEpochMilli(Long.parseLong(times.substring(0, minus)));
                        String end = times.substring(minus + 1);
                        Instant to = end.isEmpty() ? until : Instant.ofEpochMilli(Long.parseLong(end));
                        if (to != null && from.isBefore(to)) {
                            gaps.add(new Interval(from, to, State.MISSING, reason, 0));
                        }
                    }
                } else {
                    throw foreign(position, null);
                }
            }
        } catch (DataException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw foreign(position, e);
        }
        if (newestId < 0) {
            throw foreign(position, null);
        }
        return new StreamPosition(newestId, until, gaps);
    }

    static SourcePosition of(long newestId, Instant until, Collection<Interval> gaps) {
        StringBuilder token = new StringBuilder(NEWEST)
                .append(newestId)
                .append(' ')
                .append(UNTIL)
                .append(until.toEpochMilli());
        if (!gaps.isEmpty()) {
            List<Interval> oldestFirst = new ArrayList<>(gaps);
            String sign = " " + GAPS;
            // When there are too many, the oldest become one.
            int merged = Math.max(0, oldestFirst.size() - MOST_GAPS);
            for (int i = merged; i < oldestFirst.size(); i++) {
                Instant from = oldestFirst.get(i == merged ? 0 : i).from();
                Instant to = oldestFirst.get(i).to();
                Reason reason = i == merged
                        ? reason(oldestFirst.subList(0, merged + 1))
                        : oldestFirst.get(i).reason();
                token.append(sign);
                if (reason != null && reason != Reason.DROPPED) { // which is what a gap without one is
                    token.append(reason).append(':');
                }
                token.append(from.toEpochMilli()).append('-');
                if (to.isBefore(OPEN_END)) {
                    token.append(to.toEpochMilli());
                }
                sign = ",";
            }
        }
        return new SourcePosition(token.toString());
    }

    /** Gaps that become one are all to be searched if one of them is. */
    private static @Nullable Reason reason(List<Interval> gaps) {
        return gaps.stream()
                .map(gap -> gap.reason() == null ? Reason.DROPPED : gap.reason())
                .filter(reason -> reason != Reason.SPEND_LIMIT)
                .findFirst()
                .orElse(Reason.SPEND_LIMIT);
    }

    private static ConfigException foreign(SourcePosition position, @Nullable Throwable cause) {
        return new ConfigException("The position '" + position.token() + "' is not one of a filtered stream", cause);
    }
}
