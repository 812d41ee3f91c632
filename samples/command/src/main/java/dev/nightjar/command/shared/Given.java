/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on what the user has given. */
public final class Given {
    private Given() {}

    /** Gives a value to a setter, unless the user has given none. */
    public static <T> void pass(@Nullable T value, Consumer<? super T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
