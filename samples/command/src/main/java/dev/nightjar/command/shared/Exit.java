/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.RetriableException;

/** The exit codes of the commands besides 0, and 2 for a command line that is wrong. */
public final class Exit {
    /** It failed. */
    public static final int FAILED = 1;
    /** The set-up must be changed. */
    public static final int SET_UP = 3;
    /** A server is out of reach. */
    public static final int OUT_OF_REACH = 4;
    /** A ledger or a check does not balance. */
    public static final int UNBALANCED = 5;

    private Exit() {}

    /** The exit code of a failure. */
    public static int of(Throwable failure) {
        if (failure instanceof ConfigException || failure instanceof DataException) {
            return SET_UP;
        }
        return failure instanceof RetriableException ? OUT_OF_REACH : FAILED;
    }
}
