/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * A command that was run in this JVM, and what it said.
 *
 * @param exit the exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Ran(int exit, String out, String err) {
    /** Runs a command without input. */
    public static Ran command(String... arguments) {
        return withInput("", arguments);
    }

    /** Runs a command that reads a text. */
    public static Ran withInput(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Nightjar.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            int exit = command.execute(arguments);
            return new Ran(exit, out.toString(), err.toString());
        } finally {
            System.setIn(before);
        }
    }
}
