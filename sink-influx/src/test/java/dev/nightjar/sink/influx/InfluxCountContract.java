/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.testkit.WindowedCountSinkContract;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The contract of a sink of counts, against any server. */
interface InfluxCountContract extends WindowedCountSinkContract {
    InfluxServer server();

    @Override
    default SinkFactory<WindowedCount> factory() {
        return server().config().build().counts();
    }

    @Override
    default List<WindowedCount> readBack() {
        return server().rows("counts").stream()
                .map(row -> {
                    Instant start = Instant.ofEpochSecond(0, row.time());
                    return new WindowedCount(
                            row.text("metric"),
                            URLDecoder.decode(row.text("key").replace("+", "%2B"), StandardCharsets.UTF_8),
                            start,
                            start.plus(Duration.parse(row.text("window"))),
                            row.integer("count"));
                })
                .toList();
    }

    @Override
    default Optional<? extends SinkFactory<WindowedCount>> unreachable() {
        return Optional.of(InfluxSinkConfig.builder("http://127.0.0.1:1", "birds", "night")
                .timeout(Duration.ofSeconds(1))
                .build()
                .counts());
    }

    /** A window that begins when no point can. */
    @Override
    default Optional<WindowedCount> unstorable(int number) {
        Instant start = Instant.parse("2300-01-01T00:00:00Z");
        return Optional.of(new WindowedCount("word", "k" + number, start, start.plusSeconds(60), 1));
    }
}
