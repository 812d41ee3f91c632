/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.WindowedCount;
import dev.nightjar.command.pipeline.TrendView.Layer;
import dev.nightjar.command.pipeline.TrendView.Served;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrendViewTest {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant SECOND = FIRST.plusSeconds(900);

    @TempDir
    private Path folder;

    @Test
    void eachBatchIsServedAsItIsAndNothingOfTheOneBefore() {
        try (TrendView view = TrendView.open(folder.resolve("trends"))) {
            view.batch(List.of(count("cup", FIRST, 3), count("gone", FIRST, 2), count("cup", SECOND, 1)), SECOND);
            view.batch(List.of(count("cup", FIRST, 5), count("new", FIRST, 4), count("cup", SECOND, 1)), SECOND);
            assertThat(batch(view)).containsExactly(count("cup", FIRST, 5), count("new", FIRST, 4));
        }
    }

    @Test
    void theFirstBatchOfARunReplacesThoseOfARunThatWasKilled() {
        try (TrendView view = TrendView.open(folder.resolve("trends"))) {
            view.batch(List.of(count("cup", FIRST, 3), count("gone", FIRST, 2)), SECOND);
        }
        try (TrendView view = TrendView.open(folder.resolve("trends"))) {
            view.batch(List.of(count("cup", FIRST, 3)), SECOND);
            assertThat(batch(view)).containsExactly(count("cup", FIRST, 3));
        }
    }

    @Test
    void whatIsAfterTheCutOffIsOfTheStream() {
        try (TrendView view = TrendView.open(folder.resolve("trends"))) {
            view.speed(List.of(count("cup", FIRST, 1), count("cup", SECOND, 7)));
            view.batch(List.of(count("cup", FIRST, 2), count("cup", SECOND, 6)), SECOND);
            assertThat(view.served("hashtag", 4, 5))
                    .containsExactly(
                            new Served(Layer.BATCH, count("cup", FIRST, 2)),
                            new Served(Layer.SPEED, count("cup", SECOND, 7)));
        }
    }

    private static List<WindowedCount> batch(TrendView view) {
        return view.served("hashtag", 4, 5).stream().map(Served::count).toList();
    }

    private static WindowedCount count(String hashtag, Instant begin, long count) {
        return new WindowedCount("hashtag", hashtag, begin, begin.plus(Duration.ofMinutes(15)), count);
    }
}
