/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person must change the set-up before the call can work: an option is missing or misspelt, a file is damaged,
 * credentials are refused. It names every fault at once.
 *
 * @since 0.1.0
 */
public final class ConfigException extends FatalException {
    private static final long serialVersionUID = 1L;

    private final String[] faults;

    /** An error of one fault. */
    public ConfigException(String fault) {
        this(fault, null);
    }

    /** An error of one fault with its cause. */
    public ConfigException(String fault, @Nullable Throwable cause) {
        super(fault, cause);
        this.faults = new String[] {fault};
    }

    /**
     * An error of several faults.
     *
     * @param faults a sentence each; not empty
     */
    public ConfigException(List<String> faults) {
        super(faults.size() == 1 ? faults.get(0) : faults.size() + " faults: " + String.join("; ", faults), null);
        this.faults = faults.toArray(String[]::new);
        if (this.faults.length == 0) {
            throw new IllegalArgumentException("A configuration error needs a fault");
        }
    }

    /** The faults, a sentence each. */
    public List<String> faults() {
        return List.of(faults);
    }
}
