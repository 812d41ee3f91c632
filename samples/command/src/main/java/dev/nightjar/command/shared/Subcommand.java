/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command has: {@code --help}, its options in the order of their declaration, and its two outputs. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
public abstract class Subcommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** The command as it was parsed. */
    protected final CommandSpec spec() {
        return spec;
    }

    /** Where results go. */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where all goes that is no result. */
    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a line of the result at once. */
    protected final void say(String line) {
        out().println(line);
        out().flush();
    }

    /** To be thrown where options do not go together; it ends the command with the exit code 2. */
    protected final ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
