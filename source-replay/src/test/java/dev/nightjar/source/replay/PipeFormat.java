/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A format as a user adds one: id, time and text with bars between them. */
public final class PipeFormat implements TweetFormat {
    @Override
    public String name() {
        return "pipes";
    }

    @Override
    public @Nullable String detect(String beginning) {
        return beginning.matches("(?s)\\d+\\|.*") ? "its first line has an id before a bar" : null;
    }

    @Override
    public Reader reader(String beginning) {
        return (record, origin) -> {
            String[] fields = new String(record, UTF_8).split("\\|", 3);
            Tweet tweet = Tweet.builder(fields[0], fields[2], Instant.parse(fields[1]))
                    .build();
            return SourceBatch.of(List.of(tweet));
        };
    }
}
