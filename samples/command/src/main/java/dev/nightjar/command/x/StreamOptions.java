/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.command.shared.Given;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.source.twitter.StreamRule;
import dev.nightjar.source.twitter.TwitterRules;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the filtered stream of the X API, and the stream. */
public final class StreamOptions {
    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description =
                    "Adds this rule before, if it is not there. Repeatable. Without it, that of the command is used, or"
                            + " those that the application has.")
    private List<String> rules = List.of();

    @Option(
            names = "--replace-rules",
            description = "Deletes the rules that earlier runs of this command added, and names them.")
    private boolean replaceRules;

    @Mixin
    private ReadingOptions reading = new ReadingOptions();

    @Option(
            names = "--ledger",
            paramLabel = "FILE",
            description =
                    "Keeps here what the stream has of which time, for 'nightjar gaps'. A run that continues a ledger"
                            + " searches what was written since the last one, which is charged too.")
    private @Nullable Path ledger;

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

    /** Whether the user names an X API. */
    public boolean isNamed() {
        return reading.x().isNamed();
    }

    /** Whether the user gives rules. */
    boolean hasRules() {
        return !rules.isEmpty();
    }

    /** The stream, not open yet. */
    public Watched stream() {
        TwitterStreamConfig.Builder stream = TwitterStreamConfig.builder(
                        reading.x().credentials())
                .baseUrl(reading.x().baseUrl())
                .spend(reading.limits())
                .gapFill(gapFill)
                .vocabulary(reading.vocabulary())
                .opening(TwitterStreamConfig.Opening.WAITING)
                .staleConnections(
                        killStale
                                ? TwitterStreamConfig.StaleConnections.KILL
                                : TwitterStreamConfig.StaleConnections.LEAVE);
        Given.pass(ledger, stream::ledgerFile);
        return new Watched(stream.build(), reading.perRun());
    }

    /**
     * Adds the rules, and says which others there are, since their posts come and are charged too.
     *
     * @param tag what marks the rules that the command adds
     * @param otherwise the rules if the user gives none; empty for those that the application has
     * @param patience how long X is asked again
     */
    public void ensureRules(String tag, List<String> otherwise, Duration patience, PrintWriter err) {
        List<String> texts = rules.isEmpty() ? otherwise : rules;
        if (texts.isEmpty()) {
            return;
        }
        TwitterRules ofX = reading.x().api(patience).rules();
        List<StreamRule> wanted =
                texts.stream().map(rule -> StreamRule.of(rule, tag)).toList();
        TwitterRules.Changes changes = replaceRules ? ofX.replaceTagged(tag, wanted) : ofX.addMissing(wanted);
        RuleReport.require(changes);
        for (StreamRule rule : changes.added()) {
            err.println("Added the rule " + Printable.of(rule.value()));
        }
        List<String> values = wanted.stream().map(StreamRule::value).toList();
        List<StreamRule> others = ofX.list().stream()
                .filter(rule -> !values.contains(rule.value()))
                .toList();
        changes.deleted().forEach(rule -> err.println("Deleted the rule " + Printable.of(rule.value())));
        if (!others.isEmpty()) {
            err.println("The application has other rules, whose posts come and are charged too:");
            RuleReport.print(others, err);
        }
        err.flush();
    }
}
