/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.RecordingSink;
import java.util.Map;

/** The test kit's sink as another module would make a format of it. */
public final class RecordingFormat implements SinkFormat {
    private static final Options OPTIONS = Options.of("recording");

    static {
        OPTIONS.add(Option.text("store").required());
        OPTIONS.add(Option.text("address"));
        OPTIONS.add(Option.credential("password"));
        OPTIONS.add(Option.flag("locked"));
    }

    @Override
    public String shortName() {
        return "recording";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public SinkFactory<WindowedCount> counts(Map<String, String> given) {
        return RecordingSink.counts(given.get("store"));
    }

    @Override
    public SinkFactory<ClassifiedTweet> sink(Map<String, String> given) {
        return given.containsKey("locked") ? new Locked() : RecordingSink.tweets(given.get("store"));
    }

    /** A store that lets nobody in. */
    private record Locked() implements SinkFactory<ClassifiedTweet> {
        @Override
        public Sink<ClassifiedTweet> open() {
            throw new ConfigException("The store refuses the user; give another password");
        }
    }
}
