/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every piece of Java in the documents is in a source that is compiled, every link leads somewhere, every message is one. */
class DocumentationTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("^ *```java\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SQL = Pattern.compile("^ *```sql\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*)$", Pattern.MULTILINE);
    private static final Pattern CODED_LINE = Pattern.compile("^\\| ([A-Z][0-9]+) \\|.*$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+)[.](\\w+)`");
    private static final Pattern OWN_MESSAGE = Pattern.compile("^### `(.*)`$", Pattern.MULTILINE);

    @Test
    void everyPieceOfJavaIsCompiled() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path source : files(ROOT, ".java")) {
            sources.add(withoutSpace(Files.readString(source)));
        }
        List<String> strangers = new ArrayList<>();
        int pieces = 0;
        for (Path document : documents()) {
            String text = Files.readString(document);
            for (Pattern pattern : List.of(JAVA, SQL)) {
                Matcher matcher = pattern.matcher(text);
                while (matcher.find()) {
                    pieces++;
                    String piece = matcher.group(1);
                    if (sources.stream().noneMatch(source -> source.contains(withoutSpace(piece)))) {
                        strangers.add(ROOT.relativize(document) + ": "
                                + piece.lines().findFirst().orElse(""));
                    }
                }
            }
        }
        assertThat(pieces).as("pieces of code in the documents").isGreaterThan(5);
        assertThat(strangers)
                .as("pieces that stand in no source; put them, or what they became, into a test")
                .isEmpty();
    }

    @Test
    void everyLinkLeadsToAFileAndItsHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                Path target = matcher.group(1).isEmpty() ? document : document.resolveSibling(matcher.group(1));
                String heading = matcher.group(2);
                // Directories are listed by a forge, and by nothing else.
                if (!Files.isRegularFile(target)
                        || (heading != null && !anchors(target).contains(heading))) {
                    broken.add(ROOT.relativize(document) + ": " + matcher.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** The anchors that a forge gives to the headings of a document. */
    private static List<String> anchors(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(heading -> heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"))
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Test
    void everyMessageThatTroubleshootingQuotesIsOfACommandOrClass() throws IOException {
        StringBuilder sources = new StringBuilder(Files.readString(ROOT.resolve("samples/nightjar")));
        for (Path source : files(ROOT, ".java")) {
            if (source.toString().contains("/src/main/")) {
                // A message that is put together of two literals is one.
                sources.append(Files.readString(source).replaceAll("\"\\s*\\+\\s*\"", ""));
            }
        }
        String code = sources.toString();
        List<String> strangers = new ArrayList<>();
        int messages = 0;
        Matcher message = OWN_MESSAGE.matcher(Files.readString(ROOT.resolve("docs/troubleshooting.md")));
        while (message.find()) {
            messages++;
            for (String part : message.group(1).split("\u2026")) {
                if (!code.contains(part)) {
                    strangers.add(part);
                }
            }
        }
        assertThat(messages).isGreaterThan(25);
        assertThat(strangers)
                .as("parts of messages that stand in no source; quote the message as it is now")
                .isEmpty();
    }

    @Test
    void everyFaultAndEveryRuleHasATestThatExistsOrAReason() throws IOException {
        List<String> expected = new ArrayList<>();
        List.of("F34", "M6", "I5", "H6", "S18")
                .forEach(last -> IntStream.rangeClosed(1, Integer.parseInt(last.substring(1)))
                        .forEach(number -> expected.add(last.charAt(0) + "" + number)));
        Set<String> codes = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (String document : List.of("docs/reliability.md", "docs/security.md")) {
            Matcher line = CODED_LINE.matcher(Files.readString(ROOT.resolve(document)));
            while (line.find()) {
                codes.add(line.group(1));
                List<MatchResult> tests = TEST.matcher(line.group()).results().toList();
                if (tests.isEmpty() && !line.group().contains("not tested: ")) {
                    wrong.add(line.group());
                }
                for (MatchResult test : tests) {
                    List<Path> sources = files(ROOT, '/' + test.group(1) + ".java");
                    if (sources.size() != 1
                            || !Files.readString(sources.get(0)).contains("void " + test.group(2) + '(')) {
                        wrong.add(test.group());
                    }
                }
            }
        }
        assertThat(codes).containsAll(expected);
        assertThat(wrong)
                .as("lines without a test or the reason, and tests that are not there")
                .isEmpty();
    }

    @Test
    void everyAdapterHasADocumentWithTheSameHeadings() throws IOException {
        for (String adapter : List.of("sink-mongo", "sink-influx", "sink-hbase")) {
            assertThat(headings(adapter))
                    .as(adapter)
                    .containsSubsequence(
                            "Install",
                            "Use",
                            "Configuration",
                            "Data model written",
                            "Delivery guarantee",
                            "Known deviations",
                            "Tested versions");
        }
        for (String adapter : List.of("source-twitter", "source-replay")) {
            assertThat(headings(adapter))
                    .as(adapter)
                    .containsSubsequence(
                            "Install",
                            "Use",
                            "Configuration",
                            "Data read",
                            "Delivery guarantee",
                            "Known deviations",
                            "Tested versions");
        }
        for (String adapter : List.of("classifier-onnx", "classifier-lr")) {
            assertThat(headings(adapter))
                    .as(adapter)
                    .contains(
                            "Install",
                            "Use",
                            "Configuration",
                            "Scores",
                            "Guarantees",
                            "Known deviations",
                            "Tested versions");
        }
    }

    private static List<String> headings(String module) throws IOException {
        try (Stream<String> lines = Files.lines(ROOT.resolve(module).resolve("README.md"))) {
            return lines.filter(line -> line.startsWith("## "))
                    .map(line -> line.substring(3).strip())
                    .toList();
        }
    }

    private static List<Path> documents() throws IOException {
        return files(ROOT, ".md").stream()
                .filter(file -> !file.toString().contains("/target/"))
                .toList();
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    /** The text without any white space: the formatter wraps a line in a source where a document does not. */
    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
