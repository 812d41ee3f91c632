/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A point as it is stored.
 *
 * @param values its tags and fields by name
 */
record Row(long time, Map<String, Object> values) {
    String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    @Nullable
    Long integer(String name) {
        return values.get(name) instanceof Number number ? (Long) number.longValue() : null;
    }

    double number(String name) {
        return values.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    /** A text as words with spaces between. */
    List<String> words(String name) {
        return text(name).isEmpty() ? List.of() : List.of(text(name).split(" ", -1));
    }
}
