/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When tweets come, in a time of the tests' own: nothing waits in earnest. */
class ReplayPaceTest {
    @TempDir
    Path folder;

    private final HandTime time = new HandTime();

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 0.5", "0.1, 10", "1000, 0.001"})
    void tweetsComeAsFarApartAsTheyWereWrittenBySpeed(double speed, double secondsApart) throws InterruptedException {
        List<Double> arrivals =
                arrivals(ReplayConfig.file(file(Replays.lines(5))).speed(speed));

        for (int i = 0; i < 5; i++) {
            assertThat(arrivals.get(i)).isCloseTo(i * secondsApart, within(1e-6));
        }
    }

    @Test
    void atTheGreatestSpeedNothingWaits() throws InterruptedException {
        assertThat(arrivals(ReplayConfig.file(file(Replays.lines(1_000))))).containsOnly(0.0);
    }

    @Test
    void aRateIsNotExceededAndNotFallenShortOf() throws InterruptedException {
        List<Double> arrivals =
                arrivals(ReplayConfig.file(file(Replays.lines(1_001))).maxRate(100));

        assertThat(arrivals.get(1_000)).isCloseTo(10, within(1e-6));
        for (int i = 0; i < 1_000; i++) {
            assertThat(arrivals.get(i)).isCloseTo(i / 100.0, within(1e-6));
        }
    }

    @Test
    void aRateHoldsWhenTheSpeedWouldGiveMore() throws InterruptedException {
        assertThat(arrivals(ReplayConfig.file(file(Replays.lines(5))).speed(100).maxRate(2)))
                .containsExactly(0.0, 0.5, 1.0, 1.5, 2.0);
    }

    @Test
    void aCallerWhoWasSlowCatchesUpWithTheSpeedButNotWithTheRate() throws InterruptedException {
        ReplayConfig bySpeed =
                ReplayConfig.file(file(Replays.lines(10))).speed(1).build();
        try (ReplaySource source = ReplaySource.open(bySpeed, SourcePosition.START, time)) {
            assertThat(source.poll(Duration.ZERO).tweets()).hasSize(1);
            time.pass(Duration.ofSeconds(5));
            assertThat(source.poll(Duration.ZERO).tweets()).hasSize(5);
        }
        ReplayConfig byRate =
                ReplayConfig.file(file(Replays.lines(10))).maxRate(1).build();
        try (ReplaySource source = ReplaySource.open(byRate, SourcePosition.START, time)) {
            assertThat(source.poll(Duration.ZERO).tweets()).hasSize(1);
            time.pass(Duration.ofSeconds(5));
            assertThat(source.poll(Duration.ZERO).tweets()).hasSize(1);
        }
    }

    @Test
    void aTweetThatIsOlderThanTheOneBeforeComesAtOnce() throws InterruptedException {
        String newestFirst = Replays.line(9) + "\n" + Replays.line(4) + "\n" + Replays.line(10) + "\n";

        assertThat(arrivals(ReplayConfig.file(file(newestFirst)).speed(1))).containsExactly(0.0, 0.0, 1.0);
    }

    @Test
    void aPollWaitsNoLongerThanItMayAndReturnsWhatIsDue() throws InterruptedException {
        ReplayConfig config = ReplayConfig.file(
                        file(Replays.line(0) + "\n" + Replays.line(0) + "\n\n" + Replays.line(60)))
                .speed(1)
                .build();
        try (ReplaySource source = ReplaySource.open(config, SourcePosition.START, time)) {
            SourceBatch due = source.poll(Duration.ofSeconds(10));
            assertThat(due.tweets()).hasSize(2);
            assertThat(due.skippedCount()).isEqualTo(1);
            assertThat(time.seconds()).isZero();

            assertThat(source.poll(Duration.ofSeconds(10)).isEmpty()).isTrue();
            assertThat(time.seconds()).isEqualTo(10);
            assertThat(source.isExhausted()).isFalse();

            assertThat(source.poll(Duration.ofSeconds(Long.MAX_VALUE)).tweets()).hasSize(1);
            assertThat(time.seconds()).isEqualTo(60);
            assertThat(source.isExhausted()).isTrue();
        }
    }

    @Test
    void madeUpTweetsBeginWithTheirStartAndGoOnWithoutAPause() throws InterruptedException {
        ReplayConfig config = ReplayConfig.synthetic().speed(1).count(200).build();
        List<Double> arrivals = new ArrayList<>();
        SourcePosition position = SourcePosition.START;
        while (arrivals.size() < 200) {
            try (ReplaySource source = ReplaySource.open(config, position, time)) {
                while (!source.isExhausted() && arrivals.size() % 50 != 49) {
                    for (Tweet tweet : source.poll(Duration.ofMinutes(1)).tweets()) {
                        arrivals.add(time.seconds());
                        double written = Duration.between(Instant.parse("2026-01-01T00:00:00Z"), tweet.createdAt())
                                        .toMillis()
                                / 1e3;
                        assertThat(time.seconds()).isCloseTo(written, within(1e-3));
                    }
                }
                for (Tweet tweet : source.poll(Duration.ofMinutes(1)).tweets()) {
                    arrivals.add(time.seconds());
                }
                position = source.position();
            }
        }
        assertThat(arrivals).isSorted().hasSize(200);
    }

    private List<Double> arrivals(ReplayConfig.Builder config) throws InterruptedException {
        List<Double> arrivals = new ArrayList<>();
        try (ReplaySource source = ReplaySource.open(config.build(), SourcePosition.START, time)) {
            while (!source.isExhausted()) {
                source.poll(Duration.ofHours(1)).tweets().forEach(tweet -> arrivals.add(time.seconds()));
            }
        }
        return arrivals;
    }

    private Path file(String text) {
        return Replays.write(folder.resolve("tweets"), text);
    }
}
