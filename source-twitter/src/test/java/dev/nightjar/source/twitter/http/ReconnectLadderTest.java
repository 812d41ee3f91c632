/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReconnectLadderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RandomGenerator NO_JITTER = () -> 0L;

    private final ReconnectLadder ladder = new ReconnectLadder(NO_JITTER);

    @Test
    void aDroppedConnectionIsReplacedAtOnceThenLaterByTheQuarterSecond() {
        assertThat(IntStream.range(0, 4).mapToLong(i -> ladder.afterDrop(NOW).toMillis()))
                .containsExactly(0L, 250L, 500L, 750L);
        LongStream more =
                IntStream.range(0, 100).mapToLong(i -> ladder.afterDrop(NOW).toMillis());
        assertThat(more.max()).hasValue(16_000);
    }

    @Test
    void httpErrorsDoubleFromFiveSeconds() {
        assertThat(IntStream.range(0, 9)
                        .mapToLong(i -> ladder.afterHttpError(NOW).toSeconds()))
                .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 320L, 320L);
    }

    @Test
    void rateLimitsDoubleFromAMinuteAndRespectTheWindow() {
        assertThat(ladder.afterRateLimit(NOW, null)).isEqualTo(Duration.ofSeconds(60));
        assertThat(ladder.afterRateLimit(NOW, NOW.plusSeconds(30))).isEqualTo(Duration.ofSeconds(120));
        assertThat(ladder.afterRateLimit(NOW, NOW.plusSeconds(700))).isEqualTo(Duration.ofSeconds(700));
    }

    @Test
    void onlyDataMakesItForget() {
        assertThat(ladder.afterDrop(NOW)).isZero();
        ladder.connecting(NOW);
        assertThat(ladder.afterDrop(NOW)).isEqualTo(Duration.ofMillis(250));
        ladder.alive();
        assertThat(ladder.afterDrop(NOW)).isZero();
    }

    @Test
    void fiftyConnectionsInAQuarterOfAnHourAreTheMost() {
        for (int i = 0; i < ReconnectLadder.CONNECTIONS; i++) {
            ladder.connecting(NOW.plusSeconds(i));
            ladder.alive();
        }
        Instant later = NOW.plusSeconds(60);
        assertThat(later.plus(ladder.afterDrop(later))).isEqualTo(NOW.plus(ReconnectLadder.WINDOW));
    }

    @Test
    void jitterOnlyAdds() {
        ReconnectLadder jittery = new ReconnectLadder(() -> -1L);
        assertThat(jittery.afterHttpError(NOW)).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_500));
    }
}
