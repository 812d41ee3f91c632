/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.Classifier;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.command.shared.Subcommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nightjar check}. */
@Command(
        name = "check",
        description = {
            "Asks a model for what figures do not show: does it read negations, emoji, shouting, and are names of people and"
                    + " groups nothing to it? Prints which share of the tests of each capability fails."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar check --model sentiment-lr",
            "  nightjar check --model models/mood --pairs mine.tsv --failures"
        })
public final class CheckCommand extends Subcommand {
    @Option(names = "--model", required = true, paramLabel = "M", description = Models.HELP)
    private String model = "";

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = {
                "Tests of your own in place of those of sentiment that come with the command. UTF-8, a line each of capability,"
                        + " type, template, expectation, text and, for two, other, parted by tabs. The expectation is LABEL or"
                        + " 'not LABEL' of one text; 'same' label, 'same LABEL' to measure its score too, 'more LABEL' or"
                        + " 'no less LABEL' of the other than of the text."
            })
    private @Nullable Path pairs;

    @Option(names = "--failures", description = "Show the texts that failed and their answers.")
    private boolean failures;

    @Override
    public Integer call() {
        MatchedPairs tests = pairs == null ? MatchedPairs.bundled() : MatchedPairs.read(pairs);
        try (Classifier classifier = Models.of(model).open()) {
            List<MatchedPairs.Checked> all = tests.check(classifier);
            say("Model         " + classifier.model());
            say("");
            report(all);
        }
        return 0;
    }

    private void report(List<MatchedPairs.Checked> all) {
        Map<String, List<MatchedPairs.Checked>> byCapability = all.stream()
                .collect(Collectors.groupingBy(
                        checked -> checked.pair().capability(), LinkedHashMap::new, Collectors.toList()));
        say(String.format("%-20s %6s %7s %8s", "capability", "tests", "failed", "share"));
        byCapability.forEach(this::row);
        row("all", all);
        byCapability.forEach((capability, tests) -> MatchedPairs.Gap.largest(tests)
                .ifPresent(gap -> say(String.format(
                        Locale.ROOT,
                        "%nLargest change among %s: %.3f in the score of '%s'%n  from  %s%n  to    %s",
                        Printable.of(capability),
                        gap.size(),
                        gap.label(),
                        Printable.of(gap.least()),
                        Printable.of(gap.most())))));
        if (failures) {
            say("");
            all.stream().filter(checked -> !checked.holds()).forEach(this::failure);
        }
    }

    private void row(String name, List<MatchedPairs.Checked> tests) {
        long failed = tests.stream().filter(checked -> !checked.holds()).count();
        say(String.format(
                Locale.ROOT,
                "%-20s %6d %7d %6.1f %%",
                Printable.of(name),
                tests.size(),
                failed,
                100.0 * failed / tests.size()));
    }

    private void failure(MatchedPairs.Checked checked) {
        MatchedPairs.Pair pair = checked.pair();
        say(Printable.of(pair.capability()) + ": " + Printable.of((pair.kind() + ' ' + pair.label()).strip()));
        for (int i = 0; i < pair.texts().size(); i++) {
            Optional<String> best = checked.answers()
                    .get(i)
                    .top()
                    .map(scored -> String.format(Locale.ROOT, "%s %.3f", scored.label(), scored.score()));
            say("  " + best.orElse("no answer") + "  "
                    + Printable.of(pair.texts().get(i)));
        }
    }
}
