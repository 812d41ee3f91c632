/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command as a user starts it: the script {@code samples/nightjar}, in a process of its own. */
public final class Launched implements AutoCloseable {
    /** A valid path with spaces and, if this JVM can name such a file, with letters beyond ASCII. */
    public static final String SPACED =
            System.getProperty("sun.jnu.encoding").equals("UTF-8") ? "my \u00e9tat \u732b" : "my state";

    /** Java's options for a short run: on two cores the better compiler and collector cost more than they bring. */
    public static final Map<String, String> QUICK =
            Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC");

    private final Process process;
    private final Path output;

    private Launched(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts the command.
     *
     * @param home where it keeps its files
     */
    public static Launched start(Path home, String... arguments) throws IOException {
        return start(Path.of("../nightjar").toAbsolutePath(), home, QUICK, arguments);
    }

    /**
     * Starts the command of another checkout, in the poorest of locales and without a terminal.
     *
     * @param variables for its environment
     */
    public static Launched start(Path script, Path home, Map<String, String> variables, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(home, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        builder.environment().put("NIGHTJAR_HOME", home.resolve("home").toString());
        builder.environment().put("NIGHTJAR_BUILD", "never");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(variables);
        return new Launched(builder.start(), output);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, as Ctrl-C does. */
    public void stop() {
        process.destroy();
    }

    /** Waits for its end and returns the exit code. */
    public int await(long seconds) throws InterruptedException, IOException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("Still running after " + seconds + " s; it printed:\n" + output());
        }
        return process.exitValue();
    }

    /** What it has printed so far. */
    public String output() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
