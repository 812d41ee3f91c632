/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** A source that plays given batches, or throws what they throw; its position is the number of batches played. */
final class ScriptedSource implements TweetSource {
    private final List<Supplier<SourceBatch>> script;
    private int next;

    private ScriptedSource(List<Supplier<SourceBatch>> script, int next) {
        this.script = script;
        this.next = next;
    }

    static TweetSourceFactory of(List<Supplier<SourceBatch>> script) {
        return new Factory(script);
    }

    static TweetSourceFactory of(SourceBatch... batches) {
        return of(List.of(batches).stream()
                .<Supplier<SourceBatch>>map(batch -> () -> batch)
                .toList());
    }

    @Override
    public SourceBatch poll(Duration timeout) {
        SourceBatch batch = next < script.size() ? script.get(next).get() : SourceBatch.empty();
        next++;
        return batch;
    }

    @Override
    public boolean isExhausted() {
        return next >= script.size();
    }

    @Override
    public SourcePosition position() {
        return new SourcePosition(Integer.toString(next));
    }

    @Override
    public void close() {}

    private record Factory(List<Supplier<SourceBatch>> script) implements TweetSourceFactory {
        @Override
        public TweetSource open(SourcePosition position) {
            return new ScriptedSource(script, position.isStart() ? 0 : Integer.parseInt(position.token()));
        }
    }
}
