/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.testkit.ClassifiedTweetSinkContract;
import dev.nightjar.testkit.Tweets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The contract of a sink, kept over a store that is no more than a map. */
class KeyedSinkTest implements ClassifiedTweetSinkContract {
    private static final Map<String, ClassifiedTweet> ROWS = new ConcurrentHashMap<>();

    private final MapStore store = new MapStore();

    KeyedSinkTest() {
        ROWS.clear();
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return new MapFactory();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return List.copyOf(ROWS.values());
    }

    @Override
    public Optional<? extends SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.empty();
    }

    @Override
    public Optional<ClassifiedTweet> unstorable(int number) {
        return Optional.of(Tweets.classified(
                Tweets.tweet(1_000_000 + number, number % 2 == 0 ? "refused by encode" : "refused by write")));
    }

    @Test
    void aRequestIsLimitedInEntriesAndBytes() {
        KeyedSink<ClassifiedTweet, ClassifiedTweet> sink = new KeyedSink<>(store, 3, 100);
        sink.write(List.of(text(0, 10), text(1, 10), text(2, 10), text(3, 10)));
        sink.write(List.of(text(4, 60), text(5, 40), text(6, 1), text(7, 500), text(8, 1)));
        assertThat(store.requests)
                .extracting(
                        request -> request.stream().map(KeyedStore.Entry::index).toList())
                .containsExactly(List.of(0, 1, 2), List.of(3), List.of(0, 1), List.of(2), List.of(3), List.of(4));
    }

    @Test
    void noRequestHasAKeyTwice() {
        KeyedSink<ClassifiedTweet, ClassifiedTweet> sink = new KeyedSink<>(store, 100, 10_000);
        sink.write(List.of(text(0, 1), text(1, 2), text(0, 3), text(0, 4)));
        assertThat(store.requests).hasSize(1);
        assertThat(store.requests.get(0)).extracting(KeyedStore.Entry::index).containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void aRejectedRecordGivesWayToTheOneBeforeItOfItsKey() {
        KeyedSink<ClassifiedTweet, ClassifiedTweet> sink = new KeyedSink<>(store, 100, 10_000);
        List<ClassifiedTweet> batch = List.of(
                text(0, 5),
                text(1, 1),
                refused(0, "write"),
                refused(0, "write"),
                refused(0, "encode"),
                refused(2, "write"));
        RejectedRecordsException rejected =
                catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(batch));
        assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(2, 3, 4, 5);
        assertThat(readBack()).containsExactlyInAnyOrder(batch.get(0), batch.get(1));
    }

    @Test
    void anErrorOfTheStoreEndsTheWrite() {
        store.failure = new RetriableException("The store is away", null);
        KeyedSink<ClassifiedTweet, ClassifiedTweet> sink = new KeyedSink<>(store, 1, 1);
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> sink.write(List.of(text(0, 1), text(1, 1))))
                .withMessage("The store is away");
        assertThat(store.requests).hasSize(1);
    }

    @Test
    void aRequestMustBeAbleToHoldSomething() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyedSink<>(store, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyedSink<>(store, 1, 0));
    }

    private static ClassifiedTweet text(int number, int length) {
        return ClassifiedTweet.of(Tweets.tweet(number, "x".repeat(length)), Map.of());
    }

    private static ClassifiedTweet refused(int number, String by) {
        return ClassifiedTweet.of(Tweets.tweet(number, "refused by " + by), Map.of());
    }

    private record MapFactory() implements SinkFactory<ClassifiedTweet> {
        @Override
        public Sink<ClassifiedTweet> open() {
            return new KeyedSink<>(new MapStore(), 7, 100_000);
        }
    }

    /** Holds the tweets of all its instances, and takes no text that says so. */
    private static final class MapStore implements KeyedStore<ClassifiedTweet, ClassifiedTweet> {
        private final List<List<Entry<ClassifiedTweet>>> requests = new CopyOnWriteArrayList<>();
        private RetriableException failure;

        @Override
        public String key(ClassifiedTweet row) {
            return row.tweet().id();
        }

        @Override
        public ClassifiedTweet encode(ClassifiedTweet row) {
            if (row.tweet().text().equals("refused by encode")) {
                throw new DataException("refused", "The text says so");
            }
            return row;
        }

        @Override
        public long bytes(ClassifiedTweet entry) {
            return entry.tweet().text().length();
        }

        @Override
        public List<Rejection> write(List<Entry<ClassifiedTweet>> request) {
            requests.add(request);
            if (failure != null) {
                throw failure;
            }
            List<Rejection> rejections = new ArrayList<>();
            for (Entry<ClassifiedTweet> entry : request) {
                if (entry.value().tweet().text().equals("refused by write")) {
                    rejections.add(entry.rejected("refused", "The text says so"));
                } else {
                    ROWS.put(entry.key(), entry.value());
                }
            }
            return rejections;
        }

        @Override
        public void close() {}
    }
}
