/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import java.util.Map;

/**
 * A point as it is stored.
 *
 * @param values its tags and fields by name
 */
record Row(long time, Map<String, Object> values) {
    String text(String name) {
        return (String) values.getOrDefault(name, "");
    }

    Long integer(String name) {
        return values.get(name) instanceof Number number ? (Long) number.longValue() : null;
    }

    double number(String name) {
        return ((Number) values.get(name)).doubleValue();
    }

    boolean flag(String name) {
        return (Boolean) values.get(name);
    }
}
