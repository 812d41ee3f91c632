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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every piece of Java in the documents is in a source that is compiled, and every link leads somewhere. */
class DocumentationTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("^ *```java\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SQL = Pattern.compile("^ *```sql\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

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
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                if (!Files.exists(document.resolveSibling(matcher.group(1)))) {
                    broken.add(ROOT.relativize(document) + ": " + matcher.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
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
