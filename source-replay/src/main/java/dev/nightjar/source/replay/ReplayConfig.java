/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.XJson;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
public final class ReplayConfig extends Configuration implements TweetSourceFactory {
    static final Options OPTIONS = Options.of("source-replay");
    static final Option<Path> FILE = OPTIONS.add(Option.path("file")
            .valid("a path", file -> !file.toString().isBlank())
            .means("whose tweets are replayed; without it, tweets are made up"));
    static final Option<String> FORMAT = OPTIONS.add(Option.text("format")
            .valid("auto, x, nightjar, sentiment140, csv or the name of a format of yours", Formats::isKnown)
            .quoted()
            .defaultTo(Formats.AUTO)
            .means("what the file's records are; with `file`"));
    static final Option<String> COLUMNS = OPTIONS.add(Option.text("columns")
            .valid("pairs of what a column holds and its name or number: id=tweet_id,text=3", ReplayConfig::areColumns)
            .quoted()
            .means("which column of a CSV file holds what: `columns(String)`; with `file`"));
    static final Option<String> ID_FROM = OPTIONS.add(Option.text("id-from")
            .valid("some of text, created_at, author, with commas between them", ReplayConfig::isIdRule)
            .quoted()
            .means("gives an id to tweets that have none: `idFrom(String)`; with `file`"));
    static final Option<Double> SPEED = OPTIONS.add(factor("speed").means("recorded seconds in a second"));
    static final Option<Double> MAX_RATE = OPTIONS.add(factor("max-rate").means("tweets per second"));
    static final Option<Long> COUNT = OPTIONS.add(Option.longInteger("count", 1, Long.MAX_VALUE)
            .means("tweets, over all runs, after which it is exhausted; no limit unless set"));
    static final Option<Boolean> LOOP = OPTIONS.add(Option.flag("loop")
            .means("again and again, each pass with new ids and later times: `loop()`; with `file`"));
    static final Option<Integer> BATCH_SIZE = OPTIONS.add(
            Option.integer("batch-size", 1, 100_000).defaultTo(500).means("records that one poll returns at most"));
    static final Option<Integer> MAX_RECORD_BYTES =
            OPTIONS.add(Option.integer("max-record-bytes", 1024, XJson.MAX_BYTES)
                    .defaultTo(XJson.MAX_BYTES)
                    .means("bytes; a longer record is a dead letter; with `file`"));
    static final Option<Long> SEED = OPTIONS.add(Option.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE)
            .valid("a whole number", seed -> true)
            .defaultTo(1L)
            .means("which tweets are made up; without `file`"));
    static final Option<Instant> START =
            OPTIONS.add(Option.of("start", "a time such as 2026-01-01T00:00:00Z", text -> Instant.parse(text.strip()))
                    .valid("a time in the years 2011 to 2069, ISO-8601", ReplayConfig::isPossibleStart)
                    .quoted()
                    .defaultTo(Instant.parse("2026-01-01T00:00:00Z"))
                    .means("when the first tweet is written; without `file`"));

    private static final long serialVersionUID = 1L;

    private ReplayConfig(Builder builder) {
        super(builder);
    }

    /** Begins the replay of a file. */
    public static Builder file(Path file) {
        return new Builder().set(FILE, file);
    }

    /**
     * Begins the replay of tweets that are made up, about 20 of them in a second of recorded time and eight times as many in
     * a burst: several languages and moods, hashtags of which a few are frequent and many are rare, mentions, links, emoji,
     * retweets with the text of an earlier tweet, quotes and replies. Two replays with one seed and start are equal, and
     * they have no end unless {@link Builder#count} gives one.
     */
    public static Builder synthetic() {
        return new Builder();
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is malformed, refused or unknown
     */
    public static ReplayConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    /** A builder that begins with this configuration. */
    public Builder toBuilder() {
        return new Builder().setAll(this);
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Opens the source.
     *
     * @throws ConfigException if the position is not one of such a source; if the file does not exist, is no regular file,
     *     may not be read, is of no kind that can be read, or is not the one of the position
     * @throws RetriableException if reading the file fails
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

    /**
     * Looks what the file is, and says on one line what it is read as and why.
     *
     * @throws ConfigException as {@link #open(SourcePosition)}, and if it is of no kind that can be read
     * @throws RetriableException if reading the file fails
     */
    public String describe() {
        Path file = find(FILE);
        try {
            return file == null ? "The tweets are made up" : OpenFile.describe(this, file);
        } catch (IOException e) {
            throw new RetriableException("The file '" + file + "' cannot be opened", e);
        }
    }

    @Nullable
    IdRule idRule() {
        String fields = find(ID_FROM);
        return fields == null ? null : IdRule.parse(fields);
    }

    Feed feed(SourcePosition position) throws IOException {
        Path file = find(FILE);
        return file == null ? SyntheticFeed.open(this, position) : FileFeed.open(this, file, position);
    }

    /** After how many tweets the source is exhausted. */
    long count() {
        return Objects.requireNonNullElse(find(COUNT), Long.MAX_VALUE);
    }

    /** Whether it is exhausted some day. */
    boolean hasEnd() {
        return find(COUNT) != null || (find(FILE) != null && !get(LOOP));
    }

    private static boolean areColumns(String text) {
        try {
            return !RowMapping.parse(text).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isIdRule(String text) {
        try {
            return !IdRule.parse(text).fields().isEmpty();
        } catch (ConfigException e) {
            return false;
        }
    }

    private static Option<Double> factor(String key) {
        return Option.of(key, "a number, or max", ReplayConfig::factorOf)
                .valid("a number above 0, or max", factor -> factor > 0)
                .quoted()
                .shownAs(factor -> factor.isInfinite() ? "max" : factor.toString())
                .defaultTo(Double.POSITIVE_INFINITY);
    }

    private static double factorOf(String text) {
        return text.strip().equals("max") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static boolean isPossibleStart(Instant start) {
        return !start.isBefore(Instant.parse("2011-01-01T00:00:00Z"))
                && start.isBefore(Instant.parse("2070-01-01T00:00:00Z"));
    }

    /**
     * Collects the options of a {@link ReplayConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<ReplayConfig, Builder> {
        private Builder() {
            super(OPTIONS, ReplayConfig::new);
        }

        /**
         * What the file's records are, by the name of a {@link TweetFormat}: {@code x}, {@code nightjar}, {@code sentiment140},
         * {@code csv} or one of your own; looked for unless set. Only for a file.
         */
        public Builder format(String value) {
            return set(FORMAT, value);
        }

        /**
         * Which column of a CSV file holds what, by its name or, in a file without a header, its number from 1:
         * {@code id=tweet_id,text=content,time=posted}. There are id, text, time, author, author-id, author-name, followers,
         * language, source, retweets, replies, likes, quotes, impressions, bookmarks, replied-to, retweeted and quoted; what is
         * not given goes by its name if that is known. Only for a file.
         */
        public Builder columns(String value) {
            return set(COLUMNS, value);
        }

        /**
         * Gives an id to tweets that have none, made from {@code text}, {@code created_at} or {@code author}, with commas
         * between them, as {@link IdRule} says; such tweets are refused unless set. Only for a file.
         */
        public Builder idFrom(String value) {
            return set(ID_FROM, value);
        }

        /**
         * How many seconds of recorded time pass in one second: 1 as it was, 0.1 ten times slower, infinity, which is the
         * default, without waiting. Records keep their order: a tweet older than one before it comes at once.
         */
        public Builder speed(double value) {
            return set(SPEED, value);
        }

        /** The most tweets per second, whatever the speed; infinity unless set. */
        public Builder maxRate(double value) {
            return set(MAX_RATE, value);
        }

        /** After how many tweets the source is exhausted, counted from its beginning; no limit unless set. */
        public Builder count(long value) {
            return set(COUNT, value);
        }

        /**
         * Replays the file again and again. Each pass moves ids and times behind those of the pass before, so that no id
         * comes twice. Only for a file; not done unless asked.
         */
        public Builder loop() {
            return set(LOOP, true);
        }

        /** The most records that one poll returns, from 1 to 100,000; 500 unless set. */
        public Builder batchSize(int value) {
            return set(BATCH_SIZE, value);
        }

        /**
         * The longest record, in bytes; a longer one is a dead letter. From 1 KiB to 32 MiB, which is the default, for a record
         * may be a page of 500 tweets. Only for a file.
         */
        public Builder maxRecordBytes(int value) {
            return set(MAX_RECORD_BYTES, value);
        }

        /** Which tweets are made up; 1 unless set. Only for synthetic tweets. */
        public Builder seed(long value) {
            return set(SEED, value);
        }

        /**
         * When the first made-up tweet is written, from 2011 to 2069; 2026-01-01T00:00:00Z unless set. Only for synthetic
         * tweets.
         */
        public Builder start(Instant value) {
            return set(START, value);
        }

        @Override
        protected void check(ReplayConfig config, List<String> faults) {
            if (config.find(FILE) == null) {
                refuse(List.of(FORMAT, COLUMNS, ID_FROM, LOOP, MAX_RECORD_BYTES), "needs the option 'file'", faults);
            } else {
                if (config.find(COLUMNS) != null
                        && !List.of(Formats.AUTO, CsvFormat.NAME).contains(config.get(FORMAT))) {
                    faults.add("The option 'columns' is for the format csv");
                }
                refuse(List.of(SEED, START), "is for tweets that are made up, not for those of a 'file'", faults);
            }
        }

        private void refuse(List<Option<?>> options, String why, List<String> faults) {
            for (Option<?> option : options) {
                Object value = find(option);
                if (value != null && !value.equals(false)) {
                    faults.add("The option '" + option + "' " + why);
                }
            }
        }
    }
}
