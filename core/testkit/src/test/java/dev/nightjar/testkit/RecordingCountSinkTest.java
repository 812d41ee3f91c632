/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

class RecordingCountSinkTest implements WindowedCountSinkContract {
    private final RecordingSink.Factory<WindowedCount> factory = RecordingSink.counts("RecordingCountSinkTest");

    @BeforeEach
    void emptyTheStore() {
        factory.clear();
    }

    @Override
    public SinkFactory<WindowedCount> factory() {
        return factory;
    }

    @Override
    public List<WindowedCount> readBack() {
        return factory.records();
    }

    @Override
    public Optional<SinkFactory<WindowedCount>> unreachable() {
        return Optional.empty();
    }
}
