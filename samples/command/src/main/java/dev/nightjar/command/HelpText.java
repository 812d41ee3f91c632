/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help whose lines end between words; picocli ends them at dots and slashes, too, and so cuts paths and addresses. */
final class HelpText {
    private static final int WIDTH = 80;
    private static final int UNBROKEN = 1_000;
    /** What continues a line stands so much further right. */
    private static final int INDENT = 2;
    /** What stands before a description: nothing, or the option with the spaces around it. */
    private static final Pattern LEFT = Pattern.compile(" *(?:\\S+(?: \\S+)*? {2,}|(?:-\\S+, )?-\\S+ )?");

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[\\d;]*m");

    private HelpText() {}

    /** Has a command and all under it show such help. What it ends with is laid out by hand, with lines to copy. */
    static CommandLine in(CommandLine command) {
        Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
        for (String section : List.of(
                UsageMessageSpec.SECTION_KEY_DESCRIPTION,
                UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
                UsageMessageSpec.SECTION_KEY_OPTION_LIST,
                UsageMessageSpec.SECTION_KEY_COMMAND_LIST)) {
            sections.computeIfPresent(
                    section,
                    (key, picocli) -> help -> unbroken(picocli, help)
                            .lines()
                            .map(HelpText::broken)
                            .collect(Collectors.joining()));
        }
        sections.computeIfPresent(
                UsageMessageSpec.SECTION_KEY_FOOTER, (key, picocli) -> help -> unbroken(picocli, help));
        return command.setHelpSectionMap(sections);
    }

    private static String unbroken(IHelpSectionRenderer picocli, CommandLine.Help help) {
        UsageMessageSpec usage = help.commandSpec().usageMessage();
        usage.width(UNBROKEN);
        try {
            return picocli.render(help);
        } finally {
            usage.width(WIDTH);
        }
    }

    private static String broken(String line) {
        Matcher matcher = LEFT.matcher(line);
        String left = matcher.lookingAt() ? matcher.group() : "";
        int hanging = left.isEmpty() ? 0 : length(left) + INDENT;
        StringBuilder lines = new StringBuilder(left);
        int at = length(left);
        String space = "";
        for (String word : line.substring(left.length()).stripTrailing().split(" ", -1)) {
            if (at + space.length() + length(word) > WIDTH) {
                lines.append('\n').append(" ".repeat(hanging));
                at = hanging;
                space = "";
            }
            lines.append(space).append(word);
            at += space.length() + length(word);
            space = " ";
        }
        return lines.append('\n').toString();
    }

    /** On the screen. */
    private static int length(String text) {
        return COLOUR.matcher(text).replaceAll("").length();
    }
}
