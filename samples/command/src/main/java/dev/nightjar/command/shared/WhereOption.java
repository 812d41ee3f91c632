/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ConfigException;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.filter.TweetFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says which tweets to keep. */
public final class WhereOption {
    @Option(
            names = "--where",
            paramLabel = "FILTER",
            converter = Parser.class,
            description =
                    "Only tweets of which this holds, as in 'original lang:en -hashtag:ad (min_likes:100 OR from:nightjar)'."
                            + " There are original, retweet, quote, reply, text, lang:, from:, hashtag:, min_likes:, min_retweets: and"
                            + " min_followers:. The others are counted as skipped.")
    private @Nullable TweetFilter filter;

    /** The filter; null if none was given. */
    public @Nullable TweetFilter filter() {
        return filter;
    }

    /** Sets the filter, if none was given. */
    public void orElse(TweetFilter other) {
        if (filter == null) {
            filter = other;
        }
    }

    /** The tweets of a source that are to be kept. */
    public TweetSourceFactory of(TweetSourceFactory source) {
        return filter == null ? source : filter.of(source);
    }

    private static final class Parser implements ITypeConverter<TweetFilter> {
        @Override
        public TweetFilter convert(String text) {
            try {
                return TweetFilter.parse(text);
            } catch (ConfigException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
