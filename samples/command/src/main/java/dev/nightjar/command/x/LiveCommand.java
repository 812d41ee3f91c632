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
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.PositionStore;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.twitter.StreamRule;
import dev.nightjar.source.twitter.TwitterApi;
import dev.nightjar.source.twitter.TwitterRules;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig;
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
            names = "--rule",
            paramLabel = "RULE",
            description =
                    "Adds this rule before, if it is not there. Repeatable. Without it, the rules are used that the"
                            + " application has.")
    private List<String> rules = List.of();

    @Option(
            names = "--replace-rules",
            description = "Deletes the rules that earlier runs of this command added, and names them.")
    private boolean replaceRules;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Stop after so many tweets. What X has sent by then is charged too; --max-posts is exact.")
    private long count;

    @Option(names = "--run-for", paramLabel = "TIME", description = "End after this time, as in 30s, 5m or 2h.")
    private @Nullable Duration runFor;

    @Mixin
    private XOptions x = new XOptions();

    @Option(
            names = "--vocabulary",
            paramLabel = "tweet|post",
            defaultValue = "tweet",
            description = "In which words X is asked for posts; where it refuses these, in the others. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Vocabulary vocabulary = Vocabulary.TWEET;

    @Mixin
    private SpendOptions spend = new SpendOptions();

    @Option(
            names = "--ledger",
            paramLabel = "FILE",
            description =
                    "Keeps here what the stream has of which time, for 'nightjar gaps'. A run that continues a ledger"
                            + " searches what was written since the last one, which is charged too.")
    private @Nullable Path ledger;

    @Option(
            names = "--gaps-topic",
            paramLabel = "TOPIC",
            description =
                    "Publishes what the stream has of which time to this compacted topic, for 'nightjar gaps --topic'.")
    private @Nullable String gapsTopic;

    @Option(
            names = "--gap-fill",
            paramLabel = "search|none",
            defaultValue = "search",
            description =
                    "Whether what was missed while there was no connection is searched. Default: ${DEFAULT-VALUE}.")
    private TwitterStreamConfig.GapFill gapFill = TwitterStreamConfig.GapFill.SEARCH;

    @Option(
            names = "--kill-stale-connections",
            description = "If X counts a connection of an earlier run still, end all connections of the application.")
    private boolean killStale;

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
        if (!rules.isEmpty()) {
            patiently(stop, this::ensureRules);
            if (stop.isAsked()) {
                err().println("Stopped");
                return count > 0 ? Exit.FAILED : 0;
            }
        }
        Watched stream = new Watched(stream(), spend.perRun());
        long tweets;
        try (GapsTopic gaps = gapsTopic == null ? null : GapsTopic.of(publish.kafka(), gapsTopic, stream::gaps)) {
            assert gaps != null || gapsTopic == null;
            tweets = print ? print(stream, stop) : publish(stream, stop);
        }
        if (!rules.isEmpty()) {
            err().println("The rule stays and costs nothing without a stream; nightjar rules delete --tag " + TAG
                    + " deletes it");
        }
        if (count > tweets) {
            err().printf(Locale.ROOT, "Ended after %,d of %,d tweets%n", tweets, count);
        }
        err().flush();
        return count > tweets ? Exit.FAILED : 0;
    }

    private TwitterStreamConfig stream() {
        TwitterStreamConfig.Builder stream = TwitterStreamConfig.builder(x.credentials())
                .baseUrl(x.baseUrl())
                .spend(spend.limits(x))
                .gapFill(gapFill)
                .vocabulary(vocabulary)
                .opening(TwitterStreamConfig.Opening.WAITING)
                .staleConnections(
                        killStale
                                ? TwitterStreamConfig.StaleConnections.KILL
                                : TwitterStreamConfig.StaleConnections.LEAVE);
        if (ledger != null) {
            stream.ledgerFile(ledger);
        }
        return stream.build();
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

    /** Adds the rules, and says which others there are, since their posts come and are charged too. */
    private void ensureRules() {
        TwitterRules ofX =
                TwitterApi.open(x.credentials(), x.baseUrl(), Duration.ZERO).rules();
        List<StreamRule> wanted =
                rules.stream().map(rule -> StreamRule.of(rule, TAG)).toList();
        TwitterRules.Changes changes = replaceRules ? ofX.replaceTagged(TAG, wanted) : ofX.addMissing(wanted);
        RuleReport.require(changes);
        for (StreamRule rule : changes.added()) {
            err().println("Added the rule " + Printable.of(rule.value()));
        }
        List<String> values = wanted.stream().map(StreamRule::value).toList();
        List<StreamRule> others = ofX.list().stream()
                .filter(rule -> !values.contains(rule.value()))
                .toList();
        changes.deleted().forEach(rule -> err().println("Deleted the rule " + Printable.of(rule.value())));
        if (!others.isEmpty()) {
            err().println("The application has other rules, whose posts come and are charged too:");
            RuleReport.print(others, err());
        }
        err().flush();
    }

    private TweetSourceFactory limited(Watched stream) {
        return count < 0 ? stream : new FirstTweets(stream, count);
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
