/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.json.IdRule;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The formats that are known, and which of them a file has. */
final class Formats {
    static final String AUTO = "auto";

    private Formats() {}

    /**
     * What a file was taken for.
     *
     * @param why how that shows
     */
    record Found(TweetFormat format, String why) {}

    /** Whether a format has this name. */
    static boolean isKnown(String name) {
        return name.equals(AUTO) || find(all(null, null), name) != null;
    }

    /**
     * The format of a file: that which is asked for, or else the one it looks like.
     *
     * @throws ConfigException if it looks like none
     */
    static Found of(ReplayConfig config, String beginning, String file) {
        String columns = config.find(ReplayConfig.COLUMNS);
        List<TweetFormat> all = all(columns, config.idRule());
        String name = config.get(ReplayConfig.FORMAT);
        TweetFormat asked = find(all, columns != null && name.equals(AUTO) ? CsvFormat.NAME : name);
        if (asked != null) {
            return new Found(asked, name.equals(AUTO) ? "its columns are given" : "it is asked for");
        }
        for (TweetFormat format : all) {
            String why = format.detect(beginning);
            if (why != null) {
                return new Found(format, why);
            }
        }
        String unknown = new CsvFormat(null, null).unknown(beginning);
        throw new ConfigException("The file '" + file + "' is of no kind that is known"
                + (unknown == null
                        ? ": no line of its beginning is JSON, and its first line names no columns. Convert it to JSON lines"
                                + " of the X API, or to CSV with columns for id and text"
                        : unknown));
    }

    private static List<TweetFormat> all(@Nullable String columns, @Nullable IdRule idRule) {
        List<TweetFormat> all = new ArrayList<>();
        ServiceLoader.load(TweetFormat.class).forEach(all::add);
        all.add(new Sentiment140(idRule));
        all.add(new XFormat(idRule));
        all.add(new CanonicalFormat());
        all.add(new CsvFormat(columns, idRule));
        return all;
    }

    private static @Nullable TweetFormat find(List<TweetFormat> formats, String name) {
        return formats.stream()
                .filter(format -> format.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** What is to be said of a name that no format has. */
    static String names() {
        List<String> names = new ArrayList<>(List.of(AUTO));
        all(null, null).forEach(format -> names.add(format.name()));
        return String.join(", ", names);
    }
}
