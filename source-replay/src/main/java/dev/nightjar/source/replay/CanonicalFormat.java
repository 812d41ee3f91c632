/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.SourceBatch;
import dev.nightjar.json.TweetJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nightjar's canonical JSON. It looks like that of the X API, so that it must be asked for. */
final class CanonicalFormat implements TweetFormat {
    @Override
    public String name() {
        return "nightjar";
    }

    @Override
    public @Nullable String detect(String beginning) {
        return null;
    }

    @Override
    public Reader reader(String beginning) {
        return new Reader() {
            @Override
            public Framing framing() {
                return Framing.JSON;
            }

            @Override
            public SourceBatch read(byte[] record, String origin) {
                return SourceBatch.of(List.of(TweetJson.fromBytes(record)));
            }
        };
    }
}
