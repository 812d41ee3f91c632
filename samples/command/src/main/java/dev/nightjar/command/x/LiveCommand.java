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
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.PositionStore;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.twitter.TwitterApi;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar live}. */
@Command(
        name = "live",
        mixinStandardHelpOptions = true,
        sortOptions = false,
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
public final class LiveCommand implements Callable<Integer> {
    /** What marks the rules that this command adds. */
    static final String TAG = "nightjar-live";

    private static final Duration POLL = Duration.ofMillis(250);

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

    @Option(
            names = "--position",
            paramLabel = "FILE",
            description = "Without --print: keeps the position here and continues from it, gaps included.")
    private @Nullable Path position;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (print && position != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--position goes with publishing");
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
        try (TweetPublisher publisher =
                publish.publisher(limited(stream), position == null ? null : PositionStore.file(position))) {
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
        PrintWriter out = spec.commandLine().getOut();
        long tweets = 0;
        long unreadable = 0;
        try (StatusLine line = StatusLine.of(stream::line, err());
                TweetSource source = limited(stream).open()) {
            stop.then(source::close);
            while (!stop.isAsked() && !source.isExhausted()) {
                SourceBatch batch;
                try {
                    batch = source.poll(POLL);
                } catch (IllegalStateException e) {
                    if (stop.isAsked()) {
                        break;
                    }
                    throw e;
                }
                tweets += batch.tweets().size();
                unreadable += batch.deadLetters().size();
                if (!batch.tweets().isEmpty()) {
                    line.above(() -> print(batch.tweets(), out));
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

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
