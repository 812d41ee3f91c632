/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.json.XJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which tweets are replayed, and how fast: those of a {@linkplain #file(Path) file}, or {@linkplain #synthetic() made-up}
 * ones.
 *
 * <p>A position holds how far a file was read and a fingerprint of its first 64 KiB: a file may grow between two runs, but
 * one that was replaced is refused. A compressed file is decompressed again up to the position.
 *
 * <p>Immutable. Equal when all options are.
 *
 * @since 0.1.0
 */
public final class ReplayConfig implements TweetSourceFactory {
    /** The default of {@link Builder#batchSize}: {@value}. */
    public static final int DEFAULT_BATCH_SIZE = 500;

    /** The default and the maximum of {@link Builder#maxLineBytes}: {@value}, 32 MiB. */
    public static final int DEFAULT_MAX_LINE_BYTES = XJson.MAX_BYTES;

    /** The default of {@link Builder#seed}: {@value}. */
    public static final long DEFAULT_SEED = 1;

    /** The default of {@link Builder#start}: 2026-01-01T00:00:00Z. */
    public static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");

    private static final long serialVersionUID = 1L;
    private static final String MAX = "max";
    private static final int LARGEST_BATCH = 100_000;
    private static final Instant EARLIEST_START = Instant.parse("2011-01-01T00:00:00Z");
    private static final Instant LATEST_START = Instant.parse("2070-01-01T00:00:00Z");

    /** A text, since a path is not serializable. */
    private final @Nullable String file;

    private final TweetFormat format;
    private final double speed;
    private final double maxRate;
    private final long count;
    private final boolean loop;
    private final int batchSize;
    private final int maxLineBytes;
    private final long seed;
    private final Instant start;

    private ReplayConfig(Builder builder) {
        this.file = builder.file;
        this.format = builder.format == null ? TweetFormat.AUTO : builder.format;
        this.speed = builder.speed;
        this.maxRate = builder.maxRate;
        this.count = builder.count;
        this.loop = builder.loop;
        this.batchSize = builder.batchSize;
        this.maxLineBytes = builder.maxLineBytes == null ? DEFAULT_MAX_LINE_BYTES : builder.maxLineBytes;
        this.seed = builder.seed == null ? DEFAULT_SEED : builder.seed;
        this.start = builder.start == null ? DEFAULT_START : builder.start;
    }

    /** Begins the replay of a file. */
    public static Builder file(Path file) {
        return new Builder(file.toString());
    }

    /**
     * Begins the replay of tweets that are made up, about 20 of them in a second of recorded time and eight times as many in
     * a burst: several languages and moods, hashtags of which a few are frequent and many are rare, mentions, links, emoji,
     * retweets with the text of an earlier tweet, quotes and replies. Two replays with one seed and start are equal, and
     * they have no end unless {@link Builder#count} gives one.
     */
    public static Builder synthetic() {
        return new Builder(null);
    }

    /**
     * Reads the options {@code file} (without it the tweets are made up), {@code speed} and {@code max-rate} (numbers or
     * {@code max}), {@code count}, {@code batch-size}; with a file {@code format}, {@code loop} and {@code max-line-bytes};
     * without one {@code seed} and {@code start}.
     *
     * @throws ConfigException if an option is malformed, refused or unknown
     */
    public static ReplayConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("source-replay", options);
        Builder builder = synthetic();
        reader.path("file", file -> builder.file = file.toString());
        reader.choice("format", TweetFormat.class, builder::format);
        reader.string("speed", text -> factor(text, builder::speed));
        reader.string("max-rate", text -> factor(text, builder::maxRate));
        reader.longInteger("count", builder::count);
        reader.bool("loop", loop -> builder.loop = loop);
        reader.integer("batch-size", builder::batchSize);
        reader.integer("max-line-bytes", builder::maxLineBytes);
        reader.longInteger("seed", builder::seed);
        reader.string("start", text -> builder.start(instant(text)));
        reader.finish();
        return builder.build();
    }

    /**
     * Opens the source.
     *
     * @throws ConfigException if the position is not one of such a source; if the file does not exist, is no regular file,
     *     may not be read, or is not the one of the position
     * @throws dev.nightjar.RetriableException if reading the file fails
     */
    @Override
    public ReplaySource open(SourcePosition position) {
        return ReplaySource.open(this, Objects.requireNonNull(position, "position"), PollTime.system());
    }

    /** Opens the source at its beginning. */
    @Override
    public ReplaySource open() {
        return open(SourcePosition.START);
    }

    Feed feed(SourcePosition position) throws IOException {
        return file == null ? SyntheticFeed.open(this, position) : FileFeed.open(this, Path.of(file), position);
    }

    @Nullable
    String file() {
        return file;
    }

    TweetFormat format() {
        return format;
    }

    double speed() {
        return speed;
    }

    double maxRate() {
        return maxRate;
    }

    long count() {
        return count;
    }

    boolean isLoop() {
        return loop;
    }

    int batchSize() {
        return batchSize;
    }

    int maxLineBytes() {
        return maxLineBytes;
    }

    long seed() {
        return seed;
    }

    Instant start() {
        return start;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplayConfig that
                && Objects.equals(file, that.file)
                && format == that.format
                && Double.compare(speed, that.speed) == 0
                && Double.compare(maxRate, that.maxRate) == 0
                && count == that.count
                && loop == that.loop
                && batchSize == that.batchSize
                && maxLineBytes == that.maxLineBytes
                && seed == that.seed
                && start.equals(that.start);
    }

    @Override
    public int hashCode() {
        return Objects.hash(file, format, speed, maxRate, count, loop, batchSize, maxLineBytes, seed, start);
    }

    @Override
    public String toString() {
        String what = file == null
                ? "synthetic, seed=" + seed + ", start=" + start
                : "file=" + file + ", format=" + format + ", loop=" + loop + ", maxLineBytes=" + maxLineBytes;
        return "ReplayConfig[" + what + ", speed=" + speed + ", maxRate=" + maxRate + ", count="
                + (count == Long.MAX_VALUE ? "all" : count) + ", batchSize=" + batchSize + ']';
    }

    private static void factor(String text, Consumer<Double> setter) {
        try {
            setter.accept(text.strip().equals(MAX) ? Double.POSITIVE_INFINITY : Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("It is neither a number nor " + MAX, e);
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text.strip());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("It is not a time like 2026-01-01T00:00:00Z", e);
        }
    }

    /**
     * Collects the options of a {@link ReplayConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private @Nullable String file;
        private @Nullable TweetFormat format;
        private double speed = Double.POSITIVE_INFINITY;
        private double maxRate = Double.POSITIVE_INFINITY;
        private long count = Long.MAX_VALUE;
        private boolean loop;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private @Nullable Integer maxLineBytes;
        private @Nullable Long seed;
        private @Nullable Instant start;

        private Builder(@Nullable String file) {
            this.file = file;
        }

        /** What the file's records are; {@link TweetFormat#AUTO} unless set. Only for a file. */
        public Builder format(TweetFormat value) {
            format = value;
            return this;
        }

        /**
         * How many seconds of recorded time pass in one second: 1 as it was, 0.1 ten times slower, infinity, which is the
         * default, without waiting. Records keep their order: a tweet older than one before it comes at once.
         */
        public Builder speed(double value) {
            speed = value;
            return this;
        }

        /** The most tweets per second, whatever the speed; infinity unless set. */
        public Builder maxRate(double value) {
            maxRate = value;
            return this;
        }

        /** After how many tweets the source is exhausted, counted from its beginning; no limit unless set. */
        public Builder count(long value) {
            count = value;
            return this;
        }

        /**
         * Replays the file again and again. Each pass moves ids and times behind those of the pass before, so that no id
         * comes twice. Only for a file; not done unless asked.
         */
        public Builder loop() {
            loop = true;
            return this;
        }

        /** The most records that one poll returns, from 1 to 100,000; {@value #DEFAULT_BATCH_SIZE} unless set. */
        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        /**
         * The longest line, in bytes; a longer one is a dead letter. From 1 KiB to {@value #DEFAULT_MAX_LINE_BYTES}, which is
         * the default, for a line may be a page of 500 tweets. Only for a file.
         */
        public Builder maxLineBytes(int value) {
            maxLineBytes = value;
            return this;
        }

        /** Which tweets are made up; {@value #DEFAULT_SEED} unless set. Only for synthetic tweets. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * When the first made-up tweet is written, from 2011 to 2069; 2026-01-01T00:00:00Z unless set. Only for synthetic
         * tweets.
         */
        public Builder start(Instant value) {
            start = value;
            return this;
        }

        /**
         * The configuration. Nothing is opened or looked up yet.
         *
         * @throws ConfigException if an option is refused; it names all that are
         */
        public ReplayConfig build() {
            List<String> faults = new ArrayList<>();
            check(faults, file == null || isPath(file), "The option 'file' is not a path");
            check(faults, speed > 0, "The option 'speed' is " + speed + ", not above 0");
            check(faults, maxRate > 0, "The option 'max-rate' is " + maxRate + ", not above 0");
            check(faults, count > 0, "The option 'count' is " + count + ", not above 0");
            check(
                    faults,
                    1 <= batchSize && batchSize <= LARGEST_BATCH,
                    "The option 'batch-size' is " + batchSize + ", not from 1 to " + LARGEST_BATCH);
            check(
                    faults,
                    maxLineBytes == null || (1024 <= maxLineBytes && maxLineBytes <= DEFAULT_MAX_LINE_BYTES),
                    "The option 'max-line-bytes' is " + maxLineBytes + ", not from 1024 to " + DEFAULT_MAX_LINE_BYTES);
            check(
                    faults,
                    start == null || (!start.isBefore(EARLIEST_START) && start.isBefore(LATEST_START)),
                    "The option 'start' is " + start + ", not in the years 2011 to 2069");
            if (file == null) {
                checkAlone(faults, format != null, "format", "needs the option 'file'");
                checkAlone(faults, loop, "loop", "needs the option 'file'");
                checkAlone(faults, maxLineBytes != null, "max-line-bytes", "needs the option 'file'");
            } else {
                checkAlone(faults, seed != null, "seed", "is for tweets that are made up, not for those of a 'file'");
                checkAlone(faults, start != null, "start", "is for tweets that are made up, not for those of a 'file'");
            }
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new ReplayConfig(this);
        }

        private static boolean isPath(String text) {
            try {
                return !text.isBlank() && !Path.of(text).toString().isEmpty();
            } catch (java.nio.file.InvalidPathException e) {
                return false;
            }
        }

        private static void check(List<String> faults, boolean good, String fault) {
            if (!good) {
                faults.add(fault);
            }
        }

        private static void checkAlone(List<String> faults, boolean set, String name, String why) {
            check(faults, !set, "The option '" + name + "' " + why);
        }
    }
}
