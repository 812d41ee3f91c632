/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayLoopTest {
    @TempDir
    Path folder;

    @Test
    void everyPassHasNewIdsAndLaterTimes() {
        // Newest first, two in one millisecond, one whose time is not that of its id.
        Path file = file("{\"data\":[" + Replays.line(5) + "," + Replays.line(3) + ","
                + Replays.line(3).replace("tweet 3", "x").replaceFirst("\\d\",", "9\",") + "]}\n"
                + Replays.line(1).replaceFirst("2024-05-01T12:00:01Z", "2024-05-01T11:00:00Z")
                + "\n{\"delete\":{\"status\":{\"id_str\":\"1785640366233616384\"}}}\n");
        List<Tweet> pass = Replays.all(file).tweets();
        assertThat(pass).extracting(Tweet::id).doesNotHaveDuplicates().hasSize(4);

        SourceBatch read = Replays.all(ReplayConfig.file(file).loop().count(4_000));

        assertThat(read.tweets()).hasSize(4_000);
        assertThat(read.tweets().subList(0, 4)).isEqualTo(pass);
        assertThat(read.tweets()).extracting(Tweet::id).doesNotHaveDuplicates();
        assertThat(read.deletedIds()).doesNotHaveDuplicates().hasSize(999);
        Set<Duration> shifts = new HashSet<>();
        for (int i = 4; i < 4_000; i++) {
            Tweet before = read.tweets().get(i - 4);
            Tweet tweet = read.tweets().get(i);
            shifts.add(Duration.between(before.createdAt(), tweet.createdAt()));
            assertThat(tweet.text()).isEqualTo(before.text());
            Instant idTime = TweetId.of(tweet.id()).time();
            Instant idTimeBefore = TweetId.of(before.id()).time();
            assertThat(Duration.between(idTimeBefore, idTime))
                    .isEqualTo(Duration.between(before.createdAt(), tweet.createdAt()));
        }
        assertThat(shifts).hasSize(1);
        assertThat(shifts.iterator().next()).isGreaterThan(Duration.ofHours(1));
    }

    @Test
    void idsFromBeforeSnowflakesStayUniqueToo() {
        Path file = file("{\"id\":\"1\",\"text\":\"a\",\"created_at\":\"2009-06-01T00:00:00Z\"}\n"
                + "{\"id\":\"2525024021\",\"text\":\"b\",\"created_at\":\"2009-06-02T00:00:00Z\"}\n");

        List<Tweet> tweets =
                Replays.all(ReplayConfig.file(file).loop().count(100)).tweets();

        assertThat(tweets).extracting(Tweet::id).doesNotHaveDuplicates();
        assertThat(tweets).extracting(Tweet::createdAt).isSorted();
    }

    @Test
    void aLoopGoesOnAtEachPosition() {
        Path file = file(Replays.lines(7) + "\n");
        ReplayConfig.Builder looped = ReplayConfig.file(file).loop().count(50);
        List<Tweet> all = Replays.all(looped).tweets();
        ReplayConfig config = looped.batchSize(3).build();
        List<Tweet> tweets = new ArrayList<>();
        SourcePosition position = SourcePosition.START;
        for (boolean ended = false; !ended; ) {
            try (ReplaySource source = config.open(position)) {
                tweets.addAll(Replays.poll(source).tweets());
                position = source.position();
                ended = source.isExhausted();
            }
        }
        assertThat(tweets).isEqualTo(all);
    }

    @Test
    void aLoopOverNothingEnds() {
        for (String text : List.of("", "\n\n", "{}\n")) {
            assertThat(Replays.all(ReplayConfig.file(file(text)).loop()).tweets())
                    .isEmpty();
        }
    }

    @Test
    void aLoopEndsWhereIdsWouldNotFit() {
        Path file = file("{\"id\":\"1\",\"text\":\"a\",\"created_at\":\"2009-06-01T00:00:00Z\"}\n"
                + "{\"id\":\"3000000000000000000\",\"text\":\"b\",\"created_at\":\"2009-06-02T00:00:00Z\"}\n");

        List<Tweet> tweets = Replays.all(ReplayConfig.file(file).loop()).tweets();

        assertThat(tweets).hasSize(6);
        assertThat(tweets).extracting(Tweet::id).doesNotHaveDuplicates();
    }

    private Path file(String text) {
        return Replays.write(folder.resolve("tweets"), text);
    }
}
