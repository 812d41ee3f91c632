/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The promises of a sink of {@linkplain ClassifiedTweet classified tweets} that can erase them by their ids, in
 * addition to {@link ClassifiedTweetSinkContract}.
 *
 * @since 0.1.0
 */
public interface ErasableTweetSinkContract extends ClassifiedTweetSinkContract {
    /**
     * Whether a tweet that is written again after its erasure stays invisible; false. An adapter that overrides this
     * says in its README for how long.
     */
    default boolean erasureHolds() {
        return false;
    }

    /** An erased tweet is gone when {@code erase} returns, and all others are there. */
    @Test
    default void anErasedTweetIsGone() {
        try (ErasableSink<ClassifiedTweet> sink = openErasable()) {
            sink.write(numbered(0, 10));
            sink.erase(List.of(id(record(3)), id(record(7))));
            List<ClassifiedTweet> left = new ArrayList<>(numbered(0, 10));
            left.remove(7);
            left.remove(3);
            assertStored(left);
        }
    }

    /** Erasing again, erasing what never existed and erasing nothing are harmless. */
    @Test
    default void erasingAgainIsHarmless() {
        try (ErasableSink<ClassifiedTweet> sink = openErasable()) {
            sink.write(numbered(0, 3));
            sink.erase(List.of());
            assertStored(numbered(0, 3));
            for (int i = 0; i < 2; i++) {
                sink.erase(List.of(id(record(1)), id(record(1)), id(record(1_000))));
            }
            assertStored(List.of(record(0), record(2)));
        }
    }

    /** Of the tweets of one millisecond, exactly those with the given ids are erased. */
    @Test
    default void tweetsOfOneMillisecondAreErasedOneByOne() {
        List<ClassifiedTweet> batch = Tweets.inOneMillisecond(100).stream()
                .map(tweet -> ClassifiedTweet.of(tweet, Map.of()))
                .toList();
        try (ErasableSink<ClassifiedTweet> sink = openErasable()) {
            sink.write(batch);
            sink.erase(batch.subList(0, 50).stream()
                    .map(ErasableTweetSinkContract::id)
                    .toList());
        }
        assertStored(batch.subList(50, 100));
    }

    /** A late replay of an erased tweet brings it back or does not, as the sink says; erased again it is gone. */
    @Test
    default void aLateReplayOfAnErasedTweetIsAsTheSinkSays() {
        try (ErasableSink<ClassifiedTweet> sink = openErasable()) {
            sink.write(numbered(0, 2));
            sink.erase(List.of(id(record(0))));
            sink.write(numbered(0, 2));
            assertStored(erasureHolds() ? List.of(record(1)) : numbered(0, 2));
            sink.erase(List.of(id(record(0))));
            assertStored(List.of(record(1)));
        }
    }

    /** A thousand tweets are erased by one call. */
    @Test
    default void aThousandTweetsAreErasedAtOnce() {
        try (ErasableSink<ClassifiedTweet> sink = openErasable()) {
            sink.write(numbered(0, 1_200));
            sink.erase(numbered(100, 1_100).stream()
                    .map(ErasableTweetSinkContract::id)
                    .toList());
        }
        List<ClassifiedTweet> left = new ArrayList<>(numbered(0, 100));
        left.addAll(numbered(1_100, 1_200));
        assertStored(left);
    }

    /** A closed sink refuses to erase, also nothing. */
    @Test
    default void aClosedSinkRefusesToErase() {
        ErasableSink<ClassifiedTweet> sink = openErasable();
        sink.write(numbered(0, 1));
        sink.close();
        assertThatIllegalStateException().isThrownBy(() -> sink.erase(List.of(id(record(0)))));
        assertThatIllegalStateException().isThrownBy(() -> sink.erase(List.of()));
        assertStored(numbered(0, 1));
    }

    private ErasableSink<ClassifiedTweet> openErasable() {
        Sink<ClassifiedTweet> sink = factory().open();
        assertThat(sink).isInstanceOf(ErasableSink.class);
        return (ErasableSink<ClassifiedTweet>) sink;
    }

    private List<ClassifiedTweet> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(this::record).toList();
    }

    private static String id(ClassifiedTweet record) {
        return record.tweet().id();
    }
}
