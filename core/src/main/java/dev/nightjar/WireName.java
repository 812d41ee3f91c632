/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an enum's constant is called outside of Java: in JSON, headers, columns and documents in lower case as declared,
 * in options and on the command line with hyphens.
 *
 * @since 0.1.0
 */
public final class WireName {
    private WireName() {}

    /** The name of {@code REPLIED_TO} in data: {@code replied_to}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The name of {@code REPLIED_TO} as an option's value: {@code replied-to}. */
    public static String kebab(Enum<?> constant) {
        return of(constant).replace('_', '-');
    }

    /** The constant with a name in data; null if there is none. */
    public static <E extends Enum<E>> @Nullable E parse(Class<E> type, String name) {
        return Stream.of(type.getEnumConstants())
                .filter(constant -> of(constant).equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * The constant that an option's value names, whatever its case, with hyphens or as declared.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static <E extends Enum<E>> E parseKebab(Class<E> type, String name) {
        return Enum.valueOf(type, name.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
