/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tweets of a table, page by page: those with a time and an id in the order of both, then the rows that lack one of
 * them and so have no place in that order.
 *
 * <p>Confined to one thread.
 */
final class JdbcFeed implements Feed {
    private static final Pattern TOKEN =
            Pattern.compile("jdbc1:([0-9a-f]{1,8}):(\\d{1,18}):(\\d{1,9}):(\\d{1,9}):([^:]*):([^:]*)");

    private final JdbcTable table;
    private final long count;
    private final List<Duration> pauses;
    private final long seed;
    private final Deque<Placed> queue = new ArrayDeque<>();
    private JdbcPlace place;
    private JdbcPlace read;
    private boolean ordered = true;
    private boolean begun;
    private Duration pause = Duration.ZERO;

    private JdbcFeed(JdbcReplayConfig config, JdbcTable table, JdbcPlace place) {
        this.table = table;
        this.count = Objects.requireNonNullElse(config.find(ReplayConfig.COUNT), Long.MAX_VALUE);
        this.pauses = config.pauses();
        this.seed = config.get(JdbcReplayConfig.SEED);
        this.place = place;
        this.read = place;
    }

    static JdbcFeed open(JdbcReplayConfig config, SourcePosition position) {
        JdbcPlace place = JdbcPlace.parse(config, position);
        return new JdbcFeed(config, JdbcTable.open(config), place);
    }

    @Override
    public @Nullable Placed next() {
        pause = Duration.ZERO;
        while (place.tweets() < count && (!queue.isEmpty() || readPage())) {
            Placed next = queue.poll();
            if (next != null) {
                place = (JdbcPlace) next.place();
                return next;
            }
        }
        return null;
    }

    @Override
    public Duration pause() {
        return pause;
    }

    @Override
    public @Nullable Instant begin() {
        return null;
    }

    @Override
    public void close() {
        table.close();
    }

    /** Queues the rows of the next page; false at the end. */
    private boolean readPage() {
        List<JdbcTable.Found> rows =
                ordered ? table.after(read.key(), read.id(), read.alike()) : table.unordered(read.unordered());
        if (rows.isEmpty()) {
            boolean more = ordered;
            ordered = false;
            return more;
        }
        if (begun) {
            pause = pause(read);
        }
        begun = true;
        Map<String, List<String>> hashtags = table.hashtags(rows);
        for (JdbcTable.Found row : rows) {
            FeedItem item = item(row, hashtags.getOrDefault(row.id(), List.of()));
            read = read.behind(row, ordered, item instanceof FeedItem.Tweet ? 1 : 0);
            queue.add(new Placed(item, read));
        }
        return true;
    }

    private FeedItem item(JdbcTable.Found row, List<String> hashtags) {
        try {
            Tweet tweet = table.tweet(row, hashtags);
            return new FeedItem.Tweet(tweet);
        } catch (DataException e) {
            return FeedItem.dead(e, table.origin(row, read.unordered()), table.original(row));
        }
    }

    /** A pause of its own for each place, so that a replay that goes on pauses as one that was not stopped. */
    private Duration pause(JdbcPlace after) {
        Duration least = pauses.get(0);
        double share = new Random(seed * 31 + after.token().hashCode()).nextDouble();
        return least.plusMillis((long) (share * pauses.get(1).minus(least).toMillis()));
    }

    /**
     * A place in the table.
     *
     * @param table tells this table and its columns from others
     * @param tweets how many tweets come before the place
     * @param unordered how many rows without a key or an id do
     * @param alike how many rows that are equal in key and id come before it, itself included
     * @param key what the row before the place is ordered by, its time unless told others; empty for none
     * @param id of that row
     */
    private record JdbcPlace(String table, long tweets, int unordered, int alike, String key, String id)
            implements Place {
        static JdbcPlace parse(JdbcReplayConfig config, SourcePosition position) {
            String table = Integer.toHexString(List.of(
                            config.get(JdbcReplayConfig.TABLE),
                            config.get(JdbcReplayConfig.COLUMNS),
                            Objects.requireNonNullElse(config.find(JdbcReplayConfig.ORDER), ""))
                    .hashCode());
            if (position.isStart()) {
                return new JdbcPlace(table, 0, 0, 0, "", "");
            }
            Matcher matcher = TOKEN.matcher(position.token());
            if (!matcher.matches() || !matcher.group(1).equals(table)) {
                throw new ConfigException("The position '" + position.token() + "' is not one of "
                        + config.what().replaceFirst("The", "the")
                        + " with these columns; open the source that it is from, or begin at the start");
            }
            return new JdbcPlace(
                    table,
                    Long.parseLong(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)),
                    Integer.parseInt(matcher.group(4)),
                    URLDecoder.decode(matcher.group(5), UTF_8),
                    URLDecoder.decode(matcher.group(6), UTF_8));
        }

        JdbcPlace behind(JdbcTable.Found row, boolean ordered, int newTweets) {
            if (!ordered) {
                return new JdbcPlace(table, tweets + newTweets, unordered + 1, alike, key, id);
            }
            // What is not null and yet no time, as 0000-00-00, counts with the row before.
            String newKey = Objects.requireNonNullElse(row.key(), key);
            String newId = row.key() == null ? id : Objects.requireNonNullElse(row.id(), "");
            boolean same = newKey.equals(key) && newId.equals(id);
            return new JdbcPlace(table, tweets + newTweets, unordered, same ? alike + 1 : 1, newKey, newId);
        }

        @Override
        public String token() {
            return "jdbc1:" + table + ':' + tweets + ':' + unordered + ':' + alike + ':' + URLEncoder.encode(key, UTF_8)
                    + ':' + URLEncoder.encode(id, UTF_8);
        }
    }
}
