/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Made-up tweets.
 *
 * <p>Confined to one thread.
 */
final class SyntheticFeed implements Feed {
    private static final Pattern TOKEN = Pattern.compile("synthetic1:(-?\\d{1,19}):(\\d{1,15}):(\\d{1,15})");

    private final long seed;
    private final Instant start;
    private final long count;
    private final SyntheticTweets tweets;
    private final Instant begin;
    private long number;

    private SyntheticFeed(ReplayConfig config, long number) {
        this.seed = config.get(ReplayConfig.SEED);
        this.start = config.get(ReplayConfig.START);
        this.count = config.count();
        this.tweets = new SyntheticTweets(seed, start);
        this.number = number;
        this.begin = number == 0 ? start : tweets.createdAt(number - 1);
    }

    /**
     * Opens the feed at a position.
     *
     * @throws ConfigException if the position is not one of a feed with this seed and start
     */
    static SyntheticFeed open(ReplayConfig config, SourcePosition position) {
        if (position.isStart()) {
            return new SyntheticFeed(config, 0);
        }
        long seed = config.get(ReplayConfig.SEED);
        Instant start = config.get(ReplayConfig.START);
        Matcher matcher = TOKEN.matcher(position.token());
        boolean same = matcher.matches()
                && matcher.group(1).equals(Long.toString(seed))
                && matcher.group(2).equals(Long.toString(start.toEpochMilli()));
        if (!same) {
            throw new ConfigException("The position '" + position.token() + "' is not one of tweets made up from seed "
                    + seed + " and start " + start + "; give the same ones, or begin at the start");
        }
        return new SyntheticFeed(config, Long.parseLong(matcher.group(3)));
    }

    @Override
    public @Nullable Placed next() {
        if (number >= count) {
            return null;
        }
        FeedItem item = new FeedItem.Tweet(tweets.tweet(number));
        number++;
        return new Placed(item, new SyntheticPlace(seed, start.toEpochMilli(), number));
    }

    @Override
    public Instant begin() {
        return begin;
    }

    @Override
    public void close() {}

    private record SyntheticPlace(long seed, long start, long number) implements Place {
        @Override
        public String token() {
            return "synthetic1:" + seed + ':' + start + ':' + number;
        }
    }
}
