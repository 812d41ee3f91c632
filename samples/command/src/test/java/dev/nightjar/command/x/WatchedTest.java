/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.source.twitter.spending.SpendLimits.Spent;
import dev.nightjar.source.twitter.stream.StreamStatus;
import dev.nightjar.source.twitter.stream.StreamStatus.State;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WatchedTest {
    @Test
    void aStreamThatIsWellSaysLittle() {
        StreamStatus status = new StreamStatus(
                State.LIVE,
                4.24,
                Duration.ofSeconds(3),
                Duration.ofSeconds(9),
                1234,
                0,
                0,
                0,
                1,
                Duration.ZERO,
                0,
                new Spent(1234, 0, 0),
                null,
                null);
        assertThat(Watched.line(status, null))
                .isEqualTo("live | 1,234 posts, 4.2/s | last byte 3 s ago | spent 1,234 | 0 gaps");
    }

    @Test
    void aStreamInTroubleSaysAllOfIt() {
        StreamStatus status = new StreamStatus(
                State.CONNECTING,
                0,
                Duration.ofSeconds(31),
                null,
                90,
                2,
                7,
                1500,
                3,
                Duration.ofSeconds(125),
                2,
                new Spent(190, 400, 9000),
                "Status 503 \u001b[31m",
                Instant.now().plusSeconds(125).plusMillis(500));
        assertThat(Watched.line(status, 500L))
                .startsWith(
                        "waiting | 90 posts, 0.0/s | last byte 31 s ago | spent 190 of 500, 400 today, 9,000 this month"
                                + " | 2 gaps, 2 min 5 s missing | connection 3 | 1,500 waiting | 7 thrown away | Status 503"
                                + "  [31m | next attempt at ")
                .endsWith("Z, in 2 min 5 s");
    }

    @Test
    void aStreamThatHasEndedIsInNoTrouble() {
        StreamStatus status = new StreamStatus(
                State.ENDED,
                0,
                Duration.ZERO,
                null,
                15,
                0,
                0,
                0,
                1,
                Duration.ZERO,
                0,
                new Spent(15, 0, 0),
                "The connection broke: closed",
                null);
        assertThat(Watched.line(status, 15L))
                .isEqualTo("ended | 15 posts, 0.0/s | last byte 0 s ago | spent 15 of 15 | 0 gaps");
    }

    @Test
    void aLengthIsSaidInItsTwoLargestUnits() {
        assertThat(Watched.text(Duration.ofMillis(6_700))).isEqualTo("6.7 s");
        assertThat(Watched.text(Duration.ofSeconds(65))).isEqualTo("1 min 5 s");
        assertThat(Watched.text(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
        assertThat(Watched.text(Duration.ofHours(51))).isEqualTo("2 d 3 h");
    }
}
