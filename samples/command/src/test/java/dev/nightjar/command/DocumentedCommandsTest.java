/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands that the documents and the help texts tell people to type, and the calls that they make from Python. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern IN_DOCUMENTS = Pattern.compile("(?:samples|bin)/nightjar ([^\\n`]+)");
    private static final Pattern IN_HELP = Pattern.compile("^  .*?nightjar (\\S[^\\n]+)", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern SPARK =
            Pattern.compile("^(?:spark-submit|pyspark|spark-shell) (.*)$", Pattern.MULTILINE);
    private static final Pattern SPARK_CONF = Pattern.compile("--conf (spark\\.[\\w.]+)");
    private static final Pattern ARTIFACT = Pattern.compile("dev\\.nightjar[:#](nightjar-[a-z-]+)[:;]([\\w.-]+)");
    private static final Pattern MAVEN = Pattern.compile("\\./mvnw ([^\\n`#]+)");
    private static final Pattern PYTHON =
            Pattern.compile("^ *```python\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern PYTHON_CALL = Pattern.compile("\\bnightjar\\.([a-z.]+\\.[A-Z]\\w+)\\.(\\w+)\\(");

    @Test
    void everyCommandOfTheDocumentsIsOne() throws IOException {
        assertThat(commands(IN_DOCUMENTS, documents()))
                .hasSizeGreaterThan(50)
                .allSatisfy(DocumentedCommandsTest::parse);
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

    @Test
    void everyOptionAndPropertyForSparkIsOne() throws Exception {
        Class<?> parser = Class.forName("org.apache.spark.launcher.SparkSubmitOptionParser");
        Constructor<?> made = parser.getDeclaredConstructor();
        made.setAccessible(true);
        Set<String> options = new TreeSet<>();
        for (String name : List.of("opts", "switches")) {
            Field field = parser.getDeclaredField(name);
            field.setAccessible(true);
            for (String[] same : (String[][]) field.get(made.newInstance())) {
                options.addAll(List.of(same));
            }
        }
        String documents = documents().replace("\\\n", "");

        assertThat(SPARK.matcher(documents).results())
                .hasSizeGreaterThan(1)
                .allSatisfy(command -> assertThat(command.group(1).split("\\s+"))
                        .filteredOn(word -> word.startsWith("--"))
                        .isSubsetOf(options));
        assertThat(SPARK_CONF.matcher(documents).results())
                .hasSizeGreaterThan(2)
                .allSatisfy(property -> assertThat(isKnown(property.group(1)))
                        .as(property.group(1))
                        .isTrue());
    }

    /**
     * Each property is known once the object that declares it is; two are prefixes, one of Spark's and one of ours. Those
     * of Kubernetes and YARN are in modules that are not here.
     */
    private static boolean isKnown(String property) {
        assertThat(org.apache.spark.internal.config.package$.MODULE$).isNotNull();
        assertThat(org.apache.spark.sql.internal.StaticSQLConf$.MODULE$).isNotNull();
        return Stream.of("spark.executorEnv.", "spark.nightjar.classifiers.", "spark.kubernetes.", "spark.yarn.")
                        .anyMatch(property::startsWith)
                || ConfigEntry.findEntry(property) != null;
    }

    @Test
    void everyArtifactOfTheDocumentsIsInTheBillOfMaterials() throws IOException {
        String bom = Files.readString(ROOT.resolve("core/bom/pom.xml"));
        String documents = documents();
        assertThat(ARTIFACT.matcher(documents).results()).hasSizeGreaterThan(5).allSatisfy(artifact -> {
            assertThat(bom).contains("<artifactId>" + artifact.group(1) + "</artifactId>");
            assertThat(bom).contains("<version>" + artifact.group(2) + "</version>");
        });
        assertThat(Pattern.compile("<artifactId>(nightjar-[a-z-]+)</artifactId>")
                        .matcher(documents)
                        .results())
                .hasSizeGreaterThan(2)
                .allSatisfy(artifact -> assertThat(bom).contains(artifact.group()));
    }

    @Test
    void everyFolderAndProfileForMavenIsThere() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        List<String> commands = commands(MAVEN, documents());
        assertThat(commands).hasSizeGreaterThan(5).allSatisfy(command -> {
            List<String> words = words(command);
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (word.equals("-pl") || word.equals("-f")) {
                    assertThat(words.get(i + 1).split(","))
                            .allSatisfy(
                                    folder -> assertThat(ROOT.resolve(folder).resolve("pom.xml"))
                                            .exists());
                } else if (word.startsWith("-P")) {
                    assertThat(word.substring(2).split(","))
                            .allSatisfy(profile -> assertThat(pom).contains("<id>" + profile + "</id>"));
                }
            }
        });
    }

    @Test
    void everyCallFromPythonIsAMethod() throws IOException {
        List<String> strangers = new ArrayList<>();
        int calls = 0;
        for (String piece : PYTHON.matcher(documents())
                .results()
                .map(found -> found.group(1))
                .toList()) {
            Matcher call = PYTHON_CALL.matcher(piece);
            while (call.find()) {
                calls++;
                if (!isMethod("dev.nightjar." + call.group(1), call.group(2))) {
                    strangers.add(call.group());
                }
            }
        }
        assertThat(calls).isGreaterThan(5);
        assertThat(strangers).isEmpty();
    }

    private static boolean isMethod(String type, String name) {
        try {
            return Arrays.stream(Class.forName(type).getMethods())
                    .map(Method::getName)
                    .anyMatch(name::equals);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** The README, the samples', that of the distribution, and all pages of the site. */
    private static String documents() throws IOException {
        List<Path> files = new ArrayList<>(List.of(
                ROOT.resolve("README.md"),
                ROOT.resolve("samples").resolve("README.md"),
                Path.of("src", "main", "distribution", "README.md")));
        try (Stream<Path> pages = Files.walk(ROOT.resolve("docs"))) {
            pages.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("target"))
                    .sorted()
                    .forEach(files::add);
        }
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            text.append(Files.readString(file)).append('\n');
        }
        return text.toString();
    }

    private static List<String> commands(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .map(command -> command.replaceAll("\\s(#\\s|\\s{3}).*", ""))
                .toList();
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words;
    }

    private static void parse(String command) {
        CommandLine line = Nightjar.commandLine();
        if (command.matches("[a-z][a-z-]*")) { // a page may name a command without what it needs
            assertThat(line.getSubcommands()).containsKey(command);
            return;
        }
        assertThatCode(() -> line.parseArgs(words(command).toArray(String[]::new)))
                .as(command)
                .doesNotThrowAnyException();
    }
}
