/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.kafka.PublishOptions;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.twitter.TwitterApi;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar live}. */
@Command(
        name = "live",
        description = {
            "Publishes the filtered stream of the X API to a Kafka topic, or prints it as JSON lines. Ctrl-C ends it.",
            "Each post that X delivers is charged to the account. X delivers what matches any rule of the application;"
                    + " rules stay until they are deleted, and cost nothing while no stream is open."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar live --rule 'potus OR biden' --count 100 --print --credentials x.credentials",
            "  X_BEARER_TOKEN=... nightjar live --topic tweets --bootstrap-servers localhost:9092",
            "  nightjar fake-x                    an X API on this machine, for those without an account"
        })
public final class LiveCommand extends Subcommand {
    /** What marks the rules that this command adds. */
    static final String TAG = "nightjar-live";

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Stop after so many tweets. What X has sent by then is charged too; --max-posts is exact.")
    private long count;

    @Option(names = "--run-for", paramLabel = "TIME", description = "End after this time, as in 30s, 5m or 2h.")
    private @Nullable Duration runFor;

    @Mixin
    private WhereOption where = new WhereOption();

    @Mixin
    private StreamOptions stream = new StreamOptions();

    @Option(
            names = "--gaps-topic",
            paramLabel = "TOPIC",
            description =
                    "Publishes what the stream has of which time to this compacted topic, for 'nightjar gaps --topic'.")
    private @Nullable String gapsTopic;

    @Option(names = "--print", description = "Print JSON lines to standard output in place of publishing.")
    private boolean print;

    @Mixin
    private PublishOptions publish = new PublishOptions();

    @Override
    public Integer call() throws InterruptedException {
        if (print && publish.hasPosition()) {
            throw wrong("--position goes with publishing");
        }
        try (Stop stop = Stop.by(() -> {})) {
            if (runFor != null) {
                stop.after(runFor);
            }
            return read(stop);
        }
    }

    private int read(Stop stop) throws InterruptedException {
        if (stream.hasRules()) {
            patiently(stop, () -> stream.ensureRules(TAG, List.of(), Duration.ZERO, err()));
            if (stop.isAsked()) {
                err().println("Stopped");
                return count > 0 ? Exit.FAILED : 0;
            }
        }
        Watched watched = stream.stream();
        long tweets;
        try (GapsTopic gaps = gapsTopic == null ? null : GapsTopic.of(publish.kafka(), gapsTopic, watched::gaps)) {
            assert gaps != null || gapsTopic == null;
            tweets = print ? print(watched, stop) : publish(watched, stop);
        }
        if (stream.hasRules()) {
            err().println("The rule stays and costs nothing without a stream; nightjar rules delete --tag " + TAG
                    + " deletes it");
        }
        if (count > tweets) {
            err().printf(Locale.ROOT, "Ended after %,d of %,d tweets%n", tweets, count);
        }
        err().flush();
        return count > tweets ? Exit.FAILED : 0;
    }

    /**
     * Does something that X may put off, however often it does, until it is done or the command is to stop. An X that
     * does not answer is asked again for half a minute.
     */
    private void patiently(Stop stop, Runnable action) throws InterruptedException {
        Instant end = Instant.now().plus(TwitterApi.DEFAULT_RETRY_LIMIT);
        while (!stop.isAsked()) {
            try {
                action.run();
                return;
            } catch (RetriableException e) {
                Duration wait = e.retryAfter().orElse(Duration.ZERO);
                Instant until = Instant.now().plus(wait);
                boolean answered = e.getCause() == null;
                if (wait.isZero() || (!answered && until.isAfter(end))) {
                    throw e;
                }
                String why = Printable.of(String.valueOf(e.getMessage()));
                try (StatusLine line =
                        StatusLine.of(() -> "waiting | " + why + " | next attempt " + Watched.at(until), err())) {
                    assert line != null;
                    stop.await(wait.toMillis());
                }
            }
        }
    }

    private TweetSourceFactory limited(Watched stream) {
        TweetSourceFactory kept = where.of(stream);
        return count < 0 ? kept : new FirstTweets(kept, count);
    }

    private long publish(Watched stream, Stop stop) {
        try (TweetPublisher publisher = publish.publisher(limited(stream))) {
            stop.then(publisher::close);
            try (StatusLine line = StatusLine.of(stream::line, err())) {
                assert line != null;
                publisher.run();
            }
            publish.report(publisher.counts(), err());
            if (stop.isAsked()) {
                err().println("Stopped");
            }
            return publisher.counts().out() - publisher.tombstones();
        }
    }

    private long print(Watched stream, Stop stop) throws InterruptedException {
        PrintWriter out = out();
        long tweets = 0;
        long unreadable = 0;
        try (StatusLine line = StatusLine.of(stream::line, err());
                TweetSource source = limited(stream).open()) {
            stop.then(source::close);
            for (SourceBatch batch = stop.poll(source); batch != null; batch = stop.poll(source)) {
                List<Tweet> read = batch.tweets();
                tweets += read.size();
                unreadable += batch.deadLetters().size();
                if (!read.isEmpty()) {
                    line.above(() -> print(read, out));
                }
            }
        }
        err().printf(Locale.ROOT, "%,d tweets printed%n", tweets);
        if (unreadable > 0) {
            err().printf(Locale.ROOT, "%,d records could not be read as a tweet%n", unreadable);
        }
        return tweets;
    }

    private static void print(List<Tweet> tweets, PrintWriter out) {
        tweets.forEach(tweet -> out.println(TweetJson.toJson(tweet)));
        out.flush();
    }
}
