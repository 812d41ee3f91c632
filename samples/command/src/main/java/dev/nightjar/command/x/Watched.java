/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.NightjarException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.WireName;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.source.twitter.stream.StreamStatus;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig;
import dev.nightjar.source.twitter.stream.TwitterStreamSource;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stream that is read, and how it is doing; the latter may be asked from another thread. */
public final class Watched implements TweetSourceFactory {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_TROUBLE = 100;

    private final TwitterStreamConfig stream;
    private final @Nullable Long mostPosts;
    private transient volatile @Nullable TwitterStreamSource source;

    /**
     * A stream that is not open yet.
     *
     * @param mostPosts the limit of this run, null for none
     */
    Watched(TwitterStreamConfig stream, @Nullable Long mostPosts) {
        this.stream = stream;
        this.mostPosts = mostPosts;
    }

    @Override
    public TweetSource open(SourcePosition position) {
        TwitterStreamSource opened = stream.open(position);
        source = opened;
        return opened;
    }

    /** The ledger of gaps, see {@link dev.nightjar.source.twitter.stream.GapLedger#records()}; also when closed. */
    Map<String, @Nullable String> gaps() {
        TwitterStreamSource opened = source;
        return opened == null ? Map.of() : opened.gaps().records();
    }

    /** How the stream is doing, on one line. */
    public String line() {
        TwitterStreamSource opened = source;
        try {
            return opened == null ? "connecting" : line(opened.status(), mostPosts);
        } catch (NightjarException e) {
            // The spend file cannot be read: the reader of the stream gets the same error.
            return Printable.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return stream.toString();
    }

    static String line(StreamStatus status, @Nullable Long mostPosts) {
        StringBuilder line = new StringBuilder();
        Instant next = status.nextAttempt();
        boolean ended = status.state() == StreamStatus.State.ENDED;
        line.append(next == null || ended ? WireName.of(status.state()) : "waiting");
        line.append(String.format(Locale.ROOT, " | %,d posts", status.posts()));
        line.append(String.format(Locale.ROOT, ", %.1f/s", status.postsPerSecond()));
        line.append(" | last byte ").append(status.sinceLastByte().toSeconds()).append(" s ago");
        // What searches for gaps read is spent too.
        line.append(String.format(Locale.ROOT, " | spent %,d", status.spent().thisRun()));
        if (mostPosts != null) {
            line.append(String.format(Locale.ROOT, " of %,d", mostPosts));
        }
        if (status.spent().thisMonth() > 0) {
            line.append(String.format(
                    Locale.ROOT,
                    ", %,d today, %,d this month",
                    status.spent().today(),
                    status.spent().thisMonth()));
        }
        line.append(" | ").append(status.gaps()).append(status.gaps() == 1 ? " gap" : " gaps");
        if (status.gaps() > 0) {
            line.append(", ").append(text(status.missing())).append(" missing");
        }
        if (status.connections() > 1) {
            line.append(" | connection ").append(status.connections());
        }
        if (status.waiting() > 0 && !ended) {
            line.append(String.format(Locale.ROOT, " | %,d waiting", status.waiting()));
        }
        if (status.thrownAway() > 0) {
            line.append(String.format(Locale.ROOT, " | %,d thrown away", status.thrownAway()));
        }
        String trouble = status.trouble();
        // After its end it is reported by other means, or it was asked to stop.
        if (trouble != null && !ended) {
            String printable = Printable.of(trouble);
            line.append(" | ").append(printable, 0, Math.min(LONGEST_TROUBLE, printable.length()));
        }
        if (next != null && !ended) {
            line.append(" | next attempt ").append(at(next));
        }
        return line.toString();
    }

    /** A time to come, and how long that is from now: {@code at 15:04:05Z, in 58.3 s}. */
    static String at(Instant time) {
        Duration left = Duration.between(Instant.now(), time);
        return "at "
                + OffsetDateTime.ofInstant(time, ZoneOffset.UTC).toOffsetTime().truncatedTo(ChronoUnit.SECONDS)
                + (left.isNegative() ? "" : ", in " + text(left));
    }

    /** A length of time as people say it: {@code 2 d 3 h}, {@code 4 min 5 s}, {@code 6.7 s}. */
    static String text(Duration length) {
        if (length.toDays() > 0) {
            return length.toDays() + " d " + length.toHoursPart() + " h";
        }
        if (length.toHours() > 0) {
            return length.toHours() + " h " + length.toMinutesPart() + " min";
        }
        if (length.toMinutes() > 0) {
            return length.toMinutes() + " min " + length.toSecondsPart() + " s";
        }
        return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1e3);
    }
}
