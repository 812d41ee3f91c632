/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A source of which it is kept what could not be read, by reason, and the first of it. */
public final class ReadThrough implements TweetSourceFactory {
    private static final long serialVersionUID = 1L;

    private final TweetSourceFactory factory;
    private transient volatile Found found = new Found(0, new TreeMap<>(), null);

    ReadThrough(TweetSourceFactory factory) {
        this.factory = factory;
    }

    @Override
    public TweetSource open(SourcePosition position) {
        TweetSource source = factory.open(position);
        return new TweetSource() {
            @Override
            public SourceBatch poll(Duration timeout) throws InterruptedException {
                SourceBatch batch = source.poll(timeout);
                found = found.with(batch);
                return batch;
            }

            @Override
            public boolean isExhausted() {
                return source.isExhausted();
            }

            @Override
            public SourcePosition position() {
                return source.position();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    /**
     * Says what could not be read, if anything.
     *
     * @return whether anything was read, or nothing was there
     */
    boolean report(PrintWriter err) {
        Found all = found;
        boolean nothing = all.first != null && all.tweets == 0;
        if (all.first != null) {
            print(all.reasons, all.first, err);
        }
        if (nothing) {
            err.println("Nothing could be read");
            err.flush();
        }
        return !nothing;
    }

    /** Says why records could not be read, by reason, and where the first is. */
    public static void print(Map<String, Long> reasons, DeadLetter first, PrintWriter err) {
        reasons.forEach((reason, count) ->
                err.printf(Locale.ROOT, "%,d records could not be read as a tweet: %s%n", count, reason));
        err.println(Printable.of("The first is at " + first.origin() + ": " + first.message()));
        err.flush();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReadThrough that && factory.equals(that.factory);
    }

    @Override
    public int hashCode() {
        return factory.hashCode();
    }

    @Override
    public String toString() {
        return factory.toString();
    }

    /** What was found so far. */
    private record Found(
            long tweets,
            TreeMap<String, Long> reasons,
            @Nullable DeadLetter first) {
        Found with(SourceBatch batch) {
            TreeMap<String, Long> counted = new TreeMap<>(reasons);
            batch.deadLetters().forEach(letter -> counted.merge(letter.code(), 1L, Long::sum));
            DeadLetter earliest = first == null && !batch.deadLetters().isEmpty()
                    ? batch.deadLetters().get(0)
                    : first;
            return new Found(tweets + batch.tweets().size() + batch.deletedIds().size(), counted, earliest);
        }
    }
}
