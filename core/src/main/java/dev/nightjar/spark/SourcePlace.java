/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.connector.read.streaming.Offset;

/** A position of a source as Spark keeps it in a checkpoint. Equal if its JSON is. */
final class SourcePlace extends Offset {
    static final SourcePlace START = new SourcePlace(0, SourcePosition.START);

    private static final Pattern JSON = Pattern.compile("\\{\"records\":(\\d{1,18}),\"position\":\"(.*)\"\\}");

    private final long records;
    private final SourcePosition position;

    /**
     * A place.
     *
     * @param records how many records come before it
     */
    SourcePlace(long records, SourcePosition position) {
        this.records = records;
        this.position = position;
    }

    static SourcePlace parse(String json) {
        Matcher matcher = JSON.matcher(json);
        if (!matcher.matches()) {
            throw new ConfigException("The checkpoint's offset '" + json
                    + "' is not one of such a source; give the query a checkpointLocation of its own");
        }
        String token = matcher.group(2).replaceAll("\\\\(.)", "$1");
        return new SourcePlace(Long.parseLong(matcher.group(1)), new SourcePosition(token));
    }

    long records() {
        return records;
    }

    SourcePosition position() {
        return position;
    }

    @Override
    public String json() {
        String token = position.token().replaceAll("[\\\\\"]", "\\\\$0");
        return "{\"records\":" + records + ",\"position\":\"" + token + "\"}";
    }
}
