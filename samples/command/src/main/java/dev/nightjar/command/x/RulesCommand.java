/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.io.FileFault;
import dev.nightjar.io.TextFile;
import dev.nightjar.source.twitter.StreamRule;
import dev.nightjar.source.twitter.TwitterRules;
import dev.nightjar.source.twitter.TwitterRules.Changes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nightjar rules}. */
@Command(
        name = "rules",
        description = {
            "Lists and changes the rules by which X chooses the posts of the filtered stream. X keeps them; they belong"
                    + " to the application, whichever program reads the stream.",
            "Exit code 3 if X refuses a rule; the others of the same call are changed all the same."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar rules list",
            "  nightjar rules add 'potus OR biden' --tag politics --dry-run",
            "  nightjar rules delete --tag politics",
            "  nightjar rules sync --file rules.txt --prefix politics:"
        })
public final class RulesCommand extends Subcommand {
    private static final String RULES = "RULE";
    private static final String FILE_HELP =
            "A file with a rule per line, or a tag, a tab and a rule; lines that begin" + " with '# ' are comments.";
    private static final String DRY_RUN = "Let X check the change, and make none.";

    @Override
    public Integer call() {
        throw wrong("Say what to do: list, add, delete or sync");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the rules with their ids and tags.")
    int list(@Mixin XOptions x) {
        RuleReport.print(x.api().rules().list(), out());
        return 0;
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds rules; one that is there already stays as it is.")
    int add(
            @Mixin XOptions x,
            @Parameters(arity = "0..*", paramLabel = RULES, description = "As X writes them.") @Nullable
                    List<String> rules,
            @Option(names = "--file", paramLabel = "FILE", description = FILE_HELP) @Nullable Path file,
            @Option(names = "--tag", description = "What the posts that a rule finds are marked with.") @Nullable
                    String tag,
            @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun) {
        List<StreamRule> wanted = read(rules, file, tag);
        if (wanted.isEmpty()) {
            throw wrong("Name a rule, or a --file of rules");
        }
        return report(rules(x, dryRun).add(wanted), dryRun);
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes rules.")
    int delete(
            @Mixin XOptions x,
            @Parameters(arity = "0..*", paramLabel = RULES, description = "As they were added.") @Nullable
                    List<String> values,
            @Option(names = "--id", description = "By their ids. Repeatable.") @Nullable List<String> ids,
            @Option(names = "--tag", description = "All rules with exactly this tag.") @Nullable String tag,
            @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun) {
        if (values == null && ids == null && tag == null) {
            throw wrong("Name a rule, an --id or a --tag");
        }
        List<String> unknown = new ArrayList<>(
                values == null ? List.of() : values.stream().map(String::strip).toList());
        List<String> unknownIds = new ArrayList<>(ids == null ? List.of() : ids);
        List<StreamRule> found = new ArrayList<>();
        TwitterRules rules = rules(x, dryRun);
        for (StreamRule rule : rules.list()) {
            boolean byValue = unknown.remove(rule.value());
            boolean byId = unknownIds.remove(rule.id());
            if (byValue || byId || (tag != null && tag.equals(rule.tag()))) {
                found.add(rule);
            }
        }
        if (tag != null && found.stream().noneMatch(rule -> Objects.equals(tag, rule.tag()))) {
            unknown.add("any rule with the tag " + tag + "; 'nightjar rules list' shows what there is");
        }
        Changes changes = rules.deleteIds(
                found.stream().map(StreamRule::id).map(String::valueOf).toList());
        int exit = report(changes, dryRun);
        unknown.addAll(unknownIds);
        unknown.forEach(rule -> out().println("not there  " + Printable.of(rule)));
        out().flush();
        return unknown.isEmpty() ? exit : Exit.SET_UP;
    }

    @Command(
            name = "sync",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Makes X's rules those of a file.")
    int sync(
            @Mixin XOptions x,
            @Option(names = "--file", paramLabel = "FILE", required = true, description = FILE_HELP) Path file,
            @Option(
                            names = "--mode",
                            paramLabel = "M",
                            description = "add-only: deletes nothing. replace-own-prefix: deletes the other rules whose"
                                    + " tag begins with --prefix. replace-all: deletes all other rules. Default:"
                                    + " replace-own-prefix if there is a --prefix, else add-only.")
                    @Nullable
                    String mode,
            @Option(
                            names = "--prefix",
                            paramLabel = "P",
                            description = "What the tags of one's own rules begin with; a rule without a tag gets it.")
                    @Nullable
                    String prefix,
            @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun) {
        String chosen = mode != null ? mode : prefix == null ? "add-only" : "replace-own-prefix";
        if (chosen.equals("replace-own-prefix") == (prefix == null)) {
            throw wrong("--prefix and the mode replace-own-prefix go together");
        }
        List<StreamRule> wanted = read(null, file, prefix);
        TwitterRules rules = rules(x, dryRun);
        Changes changes = switch (chosen) {
            case "add-only" -> rules.addMissing(wanted);
            case "replace-own-prefix" -> rules.replaceTagged(String.valueOf(prefix), wanted);
            case "replace-all" -> rules.replaceAll(wanted);
            default -> throw wrong("The mode '" + chosen + "' is not add-only, replace-own-prefix or replace-all");
        };
        return report(changes, dryRun);
    }

    private static TwitterRules rules(XOptions x, boolean dryRun) {
        TwitterRules rules = x.api().rules();
        return dryRun ? rules.dryRun() : rules;
    }

    private static List<StreamRule> read(@Nullable List<String> values, @Nullable Path file, @Nullable String tag) {
        List<StreamRule> rules = new ArrayList<>();
        if (values != null) {
            values.forEach(value -> rules.add(StreamRule.of(value, tag)));
        }
        if (file == null) {
            return rules;
        }
        try {
            for (String line : TextFile.read(file).lines().toList()) {
                // A hashtag has no space after its sign.
                if (line.isBlank() || line.startsWith("# ") || line.strip().equals("#")) {
                    continue;
                }
                int tab = line.indexOf('\t');
                rules.add(
                        tab < 0
                                ? StreamRule.of(line, tag)
                                : StreamRule.of(
                                        line.substring(tab + 1),
                                        line.substring(0, tab).strip()));
            }
        } catch (IOException e) {
            throw new ConfigException("Cannot read the rules '" + file + "': " + FileFault.of(e), e);
        }
        return rules;
    }

    private int report(Changes changes, boolean dryRun) {
        RuleReport.print(changes, dryRun, out());
        return changes.isComplete() ? 0 : Exit.SET_UP;
    }
}
