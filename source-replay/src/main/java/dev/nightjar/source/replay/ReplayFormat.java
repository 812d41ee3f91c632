/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.spark.SourceFormat;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Spark's format {@code nightjar-replay}: tweets of a file or made-up ones, by the options of {@link
 * ReplayConfig#fromMap} except {@code batch-size}. {@code path}, which {@code load} sets, is its {@code file}.
 *
 * <p>A batch reads the file where its task runs, a stream reads it on the driver.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class ReplayFormat implements SourceFormat {
    private static final String PATH = "path";
    private static final Options OPTIONS = Options.of("nightjar-replay")
            .addAll(ReplayConfig.OPTIONS.all().stream()
                    .filter(option -> !option.equals(ReplayConfig.BATCH_SIZE))
                    .toList());

    static {
        OPTIONS.add(Option.text(PATH).means("the `file`"));
    }

    /** For Spark. */
    public ReplayFormat() {}

    @Override
    public String shortName() {
        return "nightjar-replay";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public TweetSourceFactory source(Map<String, String> given) {
        return config(given);
    }

    @Override
    public boolean hasEnd(Map<String, String> given) {
        return config(given).hasEnd();
    }

    /** One record at a time. */
    private static ReplayConfig config(Map<String, String> given) {
        Map<String, String> options = new TreeMap<>(given);
        String path = options.remove(PATH);
        if (path != null && options.putIfAbsent(ReplayConfig.FILE.key(), plain(path)) != null) {
            throw new ConfigException("'path' and 'file' are the same option; give one of them");
        }
        return ReplayConfig.fromMap(options).toBuilder().batchSize(1).build();
    }

    /** The catalog of Spark has it as a URI; what is none is a name, of a file that is then looked for. */
    private static String plain(String path) {
        try {
            return path.startsWith("file:/") ? Path.of(URI.create(path)).toString() : path;
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
