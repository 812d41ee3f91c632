/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.source.twitter.StreamRule;
import dev.nightjar.source.twitter.TwitterRules;
import dev.nightjar.source.twitter.TwitterRules.Changes;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** What became of stream rules, for people to read. */
final class RuleReport {
    private static final int LABEL = 11;

    private RuleReport() {}

    /** The rules as a table. */
    static void print(List<StreamRule> rules, PrintWriter out) {
        rules.forEach(rule -> line("", rule, out));
        out.println(rules.size() == 1 ? "1 rule" : rules.size() + " rules");
        out.flush();
    }

    /** What a change brought about, each rule once. */
    static void print(Changes changes, boolean dryRun, PrintWriter out) {
        changes.added().forEach(rule -> line("added", rule, out));
        changes.unchanged().forEach(rule -> line("unchanged", rule, out));
        changes.otherTag().forEach(rule -> line("other tag", rule, out));
        changes.deleted().forEach(rule -> line("deleted", rule, out));
        for (TwitterRules.Refused refused : changes.refused()) {
            out.printf("%-10s %s: %s (%s)%n", "REFUSED", text(refused.rule()), text(refused.details()), refused.kind());
        }
        out.printf(
                "%s%d added, %d unchanged, %d there with another tag, %d deleted, %d refused%n",
                dryRun ? "Dry run, nothing is changed: " : "",
                changes.added().size(),
                changes.unchanged().size(),
                changes.otherTag().size(),
                changes.deleted().size(),
                changes.refused().size());
        out.flush();
    }

    /** Fails if something was refused. */
    static void require(Changes changes) {
        if (!changes.isComplete()) {
            throw new ConfigException(changes.refused().stream()
                    .map(refused -> "X refuses the rule '" + text(refused.rule()) + "': " + text(refused.details()))
                    .collect(Collectors.toList()));
        }
    }

    private static void line(String what, StreamRule rule, PrintWriter out) {
        String line = String.format(
                "%-10s %-20s %-16s %s%n",
                what,
                rule.id() == null ? "" : rule.id(),
                rule.tag() == null ? "-" : text(rule.tag()),
                text(rule.value()));
        out.print(what.isEmpty() ? line.substring(LABEL) : line);
    }

    private static String text(String text) {
        return Printable.of(text);
    }
}
