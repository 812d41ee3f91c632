/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands that the documents and the help texts tell people to type. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern IN_DOCUMENTS = Pattern.compile("(?:samples|bin)/nightjar ([^\\n`]+)");
    private static final Pattern IN_HELP = Pattern.compile("^  .*?nightjar (\\S[^\\n]+)", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @Test
    void everyCommandOfTheReadmesIsOne() throws IOException {
        List<String> commands = commands(
                IN_DOCUMENTS,
                Files.readString(ROOT.resolve("README.md"))
                        + Files.readString(ROOT.resolve("samples").resolve("README.md"))
                        + Files.readString(Path.of("src", "main", "distribution", "README.md")));
        assertThat(commands).hasSizeGreaterThan(10).allSatisfy(DocumentedCommandsTest::parse);
    }

    @Test
    void everyCommandOfTheHelpTextsIsOne() {
        List<String> commands = new ArrayList<>();
        Nightjar.commandLine().getSubcommands().forEach((name, command) -> {
            String[] footer = command.getCommandSpec().usageMessage().footer();
            commands.addAll(commands(IN_HELP, String.join("\n", footer).replace("%n", "\n")));
        });
        assertThat(commands).hasSizeGreaterThan(10).allSatisfy(DocumentedCommandsTest::parse);
    }

    private static List<String> commands(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .map(command -> command.replaceAll("\\s(#\\s|\\s{3}).*", ""))
                .toList();
    }

    private static void parse(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        CommandLine line = Nightjar.commandLine();
        assertThatCode(() -> line.parseArgs(words.toArray(String[]::new)))
                .as(command)
                .doesNotThrowAnyException();
    }
}
