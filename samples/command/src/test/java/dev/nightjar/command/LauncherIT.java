/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nightjar.command.shared.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code samples/nightjar}, in a checkout whose path has spaces and other letters. */
@Timeout(300)
class LauncherIT {
    private static final long PATIENCE = 120;

    @TempDir
    private Path folder;

    private Path checkout;
    private Path samples;
    private Path script;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = folder.resolve(Launched.SPACED);
        samples = checkout.resolve("samples");
        Path target = samples.resolve("command/target");
        Path launcher = Files.createDirectories(target.resolve("launcher"));
        script = Files.copy(Path.of("../nightjar"), samples.resolve("nightjar"));
        Path classes = Path.of("target", "classes").toAbsolutePath();
        Files.createSymbolicLink(target.resolve("classes"), classes);
        Files.copy(Path.of("target", "launcher", "java.options"), launcher.resolve("java.options"));
        String options = Files.readString(Path.of("target", "launcher", "class-path.options"));
        assertThat(options).contains("\"" + classes + ':');
        Files.writeString(
                launcher.resolve("class-path.options"),
                options.replace("\"" + classes + ':', "\"" + target.resolve("classes") + ':'));
    }

    @AfterEach
    void makeWritable() throws Exception {
        bash("chmod -R u+w \"$1\"", checkout.toString());
    }

    @Test
    void filesWithAnyNameAreReadAndWhatIsPrintedIsUtf8() throws Exception {
        Path file = Files.writeString(
                folder.resolve(Launched.SPACED + ".jsonl"),
                "{\"id\":\"1\",\"text\":\"caf\u00e9 \ud83d\ude00 \u732b\",\"created_at\":\"2024-01-10T10:00:00.000Z\"}\r\n");
        Map<String, String> ascii =
                Map.of("JDK_JAVA_OPTIONS", "-Dsun.stdout.encoding=US-ASCII -Dstdout.encoding=US-ASCII");
        try (Launched replay = launch(ascii, "replay", "--from", file.toString(), "--print")) {
            assertThat(replay.await(PATIENCE)).as(replay.output()).isZero();
            assertThat(replay.output()).contains("caf\u00e9 \ud83d\ude00 \u732b");
        }
        assertThat(folder.resolve("home/nightjar.log")).exists();
    }

    @Test
    void whatIsReadOnlyRunsAndKeepsItsFilesWithTheUsers() throws Exception {
        makeReadOnly();
        Path home = Files.createDirectory(folder.resolve("user"));
        Map<String, String> variables = Map.of("NIGHTJAR_HOME", "", "HOME", home.toString());
        try (Launched replay = launch(variables, "replay", "--count", "3", "--print")) {
            assertThat(replay.await(PATIENCE)).as(replay.output()).isZero();
            assertThat(replay.output().lines())
                    .filteredOn(line -> line.startsWith("{"))
                    .hasSize(3);
        }
        assertThat(home.resolve(".nightjar/nightjar.log")).exists();
    }

    @Test
    void whatIsReadOnlyAndNotBuiltSaysSo() throws Exception {
        Files.delete(samples.resolve("command/target/launcher/java.options"));
        makeReadOnly();
        try (Launched launched = launch(Map.of("NIGHTJAR_BUILD", ""), "--version")) {
            assertThat(launched.await(PATIENCE)).isEqualTo(Exit.SET_UP);
            assertThat(launched.output()).contains(samples + " cannot be written");
        }
    }

    @Test
    void aCheckoutThatWasMovedIsBuiltAgain() throws Exception {
        Path classPath = samples.resolve("command/target/launcher/class-path.options");
        Path right = Files.copy(classPath, checkout.resolve("right.options"));
        Files.writeString(classPath, Files.readString(right).replace(checkout.toString(), "/where/it/was"));
        Path maven = Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\ncp right.options '" + classPath + "'\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        for (String built : List.of("Building nightjar", "nightjar 0.1.0")) {
            try (Launched launched = launch(Map.of("NIGHTJAR_BUILD", ""), "--version")) {
                assertThat(launched.await(PATIENCE)).as(launched.output()).isZero();
                assertThat(launched.output()).startsWith(built).contains("nightjar 0.1.0");
            }
        }
    }

    @Test
    void withoutJavaItSaysWhatItNeeds() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        bash("for tool in bash dirname readlink locale; do ln -s \"$(command -v $tool)\" \"$1\"; done", bin.toString());
        Map<String, String> variables = Map.of("JAVA_HOME", "", "PATH", bin.toString());
        try (Launched launched = launch(variables, "--version")) {
            assertThat(launched.await(PATIENCE)).isEqualTo(Exit.SET_UP);
            assertThat(launched.output()).contains("JDK 17 or later");
        }
    }

    /** Newer JVMs write of native libraries and of memory, unless they are told not to. */
    @Test
    void theJvmWarnsOfNothing() throws Exception {
        Path text = Files.writeString(folder.resolve("text.tsv"), "joy\tWhat a game!\n");
        try (Launched launched = launch(Map.of(), "evaluate", "--model", "emotion", "--data", text.toString())) {
            assertThat(launched.await(PATIENCE)).as(launched.output()).isZero();
            assertThat(launched.output()).doesNotContainIgnoringCase("warning");
        }
    }

    @Test
    void theShellCompletesCommandsAndOptions() throws Exception {
        Path script = folder.resolve("completion");
        Files.writeString(script, Ran.command("generate-completion").out());
        assertThat(completed(script, "eval")).containsExactly("evaluate");
        assertThat(completed(script, "demo", "--head")).containsExactly("--headless");
        assertThat(completed(script, "topics", "desc")).containsExactly("describe");
    }

    private static List<String> completed(Path script, String... words) throws Exception {
        String line = "source \"$1\"; shift; COMP_WORDS=(samples/nightjar \"$@\"); COMP_CWORD=$#;"
                + " $(complete -p nightjar | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
        String[] arguments = new String[words.length + 1];
        arguments[0] = script.toString();
        System.arraycopy(words, 0, arguments, 1, words.length);
        return bash(line, arguments).lines().map(String::strip).toList();
    }

    private Launched launch(Map<String, String> variables, String... arguments) throws IOException {
        return Launched.start(script, folder, variables, arguments);
    }

    /** Root is kept out by no mode, but by one without the capability to ignore modes. */
    private void makeReadOnly() throws Exception {
        bash("chmod -R a-w \"$1\"", checkout.toString());
        if (Files.isWritable(samples)) {
            String restrained = "setpriv --bounding-set=-dac_override bash";
            script = Files.writeString(
                    folder.resolve("restrained"), "exec " + restrained + " '" + script + "' \"$@\"\n");
            assumeThat(bash(restrained + " -c '[[ -w $0 ]] || echo read-only' \"$1\" 2>&1 || true", samples.toString()))
                    .contains("read-only");
        }
    }

    private static String bash(String line, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", line, "bash"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
