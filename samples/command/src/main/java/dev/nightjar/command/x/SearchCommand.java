/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.ConfigException;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.command.kafka.PublishOptions;
import dev.nightjar.command.shared.Given;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.shared.TweetTable;
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.json.TweetJson;
import dev.nightjar.source.twitter.TweetQuery;
import dev.nightjar.source.twitter.TwitterApi;
import dev.nightjar.source.twitter.TwitterSearchConfig;
import dev.nightjar.source.twitter.TwitterSearchConfig.Archive;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar search}. */
@Command(
        name = "search",
        description = {
            "Searches the posts of the last seven days, or all there are, and prints them page by page as a table, as"
                    + " JSON lines, or publishes them to a Kafka topic.",
            "Each post that X returns is charged to the account: count them first."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar search --query superbowl --min-likes 60000 --lang en --dry-run",
            "  nightjar search --query '#superbowl -is:reply' --start 2026-02-08 --end 2026-02-09 --archive"
                    + " --count-first --max-posts 5000",
            "  nightjar search --query superbowl --follow 10 --publish --position superbowl.position"
        })
public final class SearchCommand extends Subcommand {
    /** The smallest page that X gives. */
    private static final int SMALLEST_PAGE = 10;

    /** The length of a date. */
    private static final int DATE = 10;

    @Option(names = "--query", required = true, description = "As X writes it: words, #tags, from:, OR, -, groups.")
    private String query = "";

    @Option(
            names = "--start",
            paramLabel = "TIME",
            converter = Time.class,
            description = "The oldest posts, inclusive: 2026-02-08T23:30:00Z, or a date for its beginning in UTC.")
    private @Nullable Instant start;

    @Option(names = "--end", paramLabel = "TIME", converter = Time.class, description = "The newest posts, exclusive.")
    private @Nullable Instant end;

    @Option(
            names = "--min-likes",
            paramLabel = "N",
            description =
                    "Only posts that so many like. Where X does not know the operator, all are read and charged, and"
                            + " the others passed over.")
    private @Nullable Long minLikes;

    @Option(names = "--lang", paramLabel = "CODE", description = "Only posts in this language, such as en.")
    private @Nullable String lang;

    @Option(names = "--archive", description = "Search all posts since 2006, not those of the last seven days.")
    private boolean archive;

    @Option(names = "--count-first", description = "Say how many posts there are, and what they cost, before reading.")
    private boolean countFirst;

    @Option(names = "--dry-run", description = "Only count; read nothing.")
    private boolean dryRun;

    @Option(
            names = "--price",
            paramLabel = "USD",
            defaultValue = "0.005",
            description = "What a post costs, in the plan of the account. Default: ${DEFAULT-VALUE}.")
    private double price;

    @Option(
            names = "--follow",
            paramLabel = "SECONDS",
            description = "After the last page, ask again for newer posts every so many seconds.")
    private @Nullable Integer follow;

    @Option(names = "--page-size", paramLabel = "N", description = "Posts per request. Default: 100.")
    private @Nullable Integer pageSize;

    @Option(names = "--max-requests", paramLabel = "N", description = "End after so many pages.")
    private @Nullable Integer maxRequests;

    @Mixin
    private ReadingOptions reading = new ReadingOptions();

    @Option(names = "--print", description = "Print JSON lines in place of a table.")
    private boolean print;

    @Option(names = "--publish", description = "Publish to a Kafka topic in place of printing.")
    private boolean publishing;

    @Mixin
    private WhereOption where = new WhereOption();

    @Mixin
    private PublishOptions publish = new PublishOptions();

    @Override
    public Integer call() throws InterruptedException {
        Long most = reading.perRun();
        if (most != null && most < SMALLEST_PAGE) {
            throw wrong("--max-posts is " + SMALLEST_PAGE + " at least: X gives no smaller page");
        }
        if (print && publishing) {
            throw wrong("Either --print or --publish");
        }
        if (publish.hasPosition() && !publishing) {
            throw wrong("--position goes with --publish");
        }
        TwitterSearchConfig search = search(minLikes);
        long expected = -1;
        if (countFirst || dryRun) {
            expected = count(search);
        }
        if (!dryRun) {
            if (publishing) {
                publish.run(where.of(search), follow == null ? expected : -1, err());
            } else {
                read(search);
            }
        }
        return 0;
    }

    private TwitterSearchConfig search(@Nullable Long likes) {
        TwitterSearchConfig.Builder search = TwitterSearchConfig.builder(
                        reading.x().credentials(), TweetQuery.raw(query))
                .archive(archive ? Archive.FULL : Archive.RECENT)
                .spend(reading.limits())
                .vocabulary(reading.vocabulary())
                .baseUrl(reading.x().baseUrl());
        Given.pass(start, search::startTime);
        Given.pass(end, search::endTime);
        Given.pass(likes, search::minLikes);
        Given.pass(lang, search::lang);
        Given.pass(follow, seconds -> search.pollInterval(Duration.ofSeconds(seconds)));
        Given.pass(pageSize, search::pageSize);
        Given.pass(maxRequests, search::maxRequests);
        return search.build();
    }

    /** Says how many posts will be charged, and returns it. */
    private long count(TwitterSearchConfig search) {
        PrintWriter out = err();
        TwitterApi.Counts counts;
        try {
            counts = reading.x().api().counts(search);
        } catch (ConfigException e) {
            if (minLikes == null || !String.valueOf(e.getMessage()).contains("min_likes")) {
                throw e;
            }
            out.println("X does not know min_likes: all these posts are charged, those with fewer likes passed over");
            counts = reading.x().api().counts(search(null));
        }
        long largest = Math.max(
                1,
                counts.buckets().stream()
                        .mapToLong(TwitterApi.Bucket::count)
                        .max()
                        .orElse(1));
        for (TwitterApi.Bucket bucket : counts.buckets()) {
            Instant from = bucket.start();
            String day = from == null ? "" : from.toString().substring(0, DATE);
            out.printf(Locale.ROOT, "  %s %,10d %s%n", day, bucket.count(), "#".repeat((int)
                            (40 * bucket.count() / largest)));
        }
        out.printf(
                Locale.ROOT,
                "%,d %s, $%,.2f at $%s each%s%n",
                counts.total(),
                counts.total() == 1 ? "post" : "posts",
                counts.total() * price,
                Double.toString(price),
                reading.x().isX() ? "" : ", were it X");
        Long most = reading.perRun();
        if (most != null && most < counts.total()) {
            out.printf(Locale.ROOT, "The search ends at the limit of %,d, the newest come first%n", most);
        }
        out.flush();
        return most == null ? counts.total() : Math.min(most, counts.total());
    }

    private void read(TwitterSearchConfig search) throws InterruptedException {
        PrintWriter out = out();
        long batches = 0;
        long shown = 0;
        SortedMap<String, Long> passed = new TreeMap<>();
        long unreadable = 0;
        try (TweetSource source = where.of(search).open();
                Stop stop = Stop.by(source::close)) {
            for (SourceBatch batch = stop.poll(source); batch != null; batch = stop.poll(source)) {
                shown += batch.tweets().size();
                batch.skipped().forEach((reason, count) -> passed.merge(reason, count, Long::sum));
                unreadable += batch.deadLetters().size();
                if (!batch.tweets().isEmpty()) {
                    batches++;
                    show(batch, batches, out);
                }
            }
            summarize(shown, passed, unreadable);
        }
    }

    private void show(SourceBatch batch, long number, PrintWriter out) {
        if (print) {
            for (Tweet tweet : batch.tweets()) {
                out.println(TweetJson.toJson(tweet));
            }
        } else {
            out.printf(
                    Locale.ROOT,
                    "%nBatch %,d: %,d posts%n",
                    number,
                    batch.tweets().size());
            TweetTable.print(batch.tweets(), out);
        }
        out.flush();
    }

    private void summarize(long shown, Map<String, Long> passed, long unreadable) {
        PrintWriter err = err();
        err.printf(Locale.ROOT, "%,d posts", shown);
        passed.forEach(
                (reason, count) -> err.printf(Locale.ROOT, "; %,d more were read and passed over: %s", count, reason));
        if (unreadable > 0) {
            err.printf(Locale.ROOT, "; %,d could not be read as a tweet", unreadable);
        }
        err.println();
        long all = passed.values().stream().mapToLong(Long::longValue).sum();
        Long most = reading.perRun();
        if (most != null && most - (shown + all + unreadable) < SMALLEST_PAGE) {
            err.printf(Locale.ROOT, "The limit of %,d posts is reached; there may be more%n", most);
        }
        err.flush();
    }

    /** A time or a date. */
    static final class Time implements CommandLine.ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return TwitterSearchConfig.time(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }
}
