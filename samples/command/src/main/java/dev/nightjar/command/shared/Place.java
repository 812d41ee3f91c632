/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where something is, with options after a mark, as in {@code emotion?name=mood&abstain-below=0.5}.
 *
 * @param options may be changed
 */
record Place(String place, Map<String, String> options) {
    static Place parse(String text, char mark, String example) {
        int end = text.indexOf(mark);
        Map<String, String> options = new LinkedHashMap<>();
        if (end < 0) {
            return new Place(text, options);
        }
        String place = text.substring(0, end);
        for (String option : text.substring(end + 1).split("&", -1)) {
            int equals = option.indexOf('=');
            if (equals < 1 || options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
                // Its value may be a secret.
                throw new ConfigException("'" + (equals < 1 ? option : option.substring(0, equals)) + "' after '"
                        + place + mark + "' is not an option of its own with its value, as in '" + example + "'");
            }
        }
        return new Place(place, options);
    }
}
