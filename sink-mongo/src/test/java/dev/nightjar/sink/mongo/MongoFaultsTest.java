/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Retry;
import dev.nightjar.testkit.Tweets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Broken connections, many writers and shared indexes, against a server in memory behind a proxy. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MongoFaultsTest {
    /** A server that is well keeps it on a busy machine too. */
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    private final MemoryMongo mongo = new MemoryMongo();
    private final FaultProxy proxy = new FaultProxy(mongo.address());

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        mongo.close();
    }

    @Test
    void aWriteWhoseAcknowledgementIsLostIsRetriableAndStoredOnceWhenRepeated() throws IOException {
        List<ClassifiedTweet> batch = Tweets.classifieds(50);
        try (Sink<ClassifiedTweet> sink = throughProxy().open()) {
            proxy.cutReplyTo("updates", 1);
            Throwable failure = catchThrowable(() -> sink.write(batch));
            assertThat(failure).isInstanceOf(RetriableException.class);
            new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(failure);
            assertThat(mongo.tweets()).as("stored without an acknowledgement").hasSize(50);
            Retry.upTo(Duration.ofSeconds(20)).run("write 50 tweets", () -> sink.write(batch));
        }
        assertThat(proxy.cuts()).isEqualTo(1);
        assertThat(mongo.tweets()).containsExactlyInAnyOrderElementsOf(batch);
    }

    @Test
    void aBlackHoleIsReportedWithinTheTimeoutAndForgottenWhenItHeals() {
        try (Sink<ClassifiedTweet> sink = throughProxy().open()) {
            sink.write(Tweets.classifieds(1));
            proxy.mode(FaultProxy.Mode.BLACK_HOLE);
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                Throwable failure = catchThrowable(() -> sink.write(Tweets.classifieds(20)));
                assertThat(failure).isInstanceOf(RetriableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusSeconds(5));
            }
            proxy.mode(FaultProxy.Mode.PASS);
            Retry.upTo(Duration.ofSeconds(30)).run("write 20 tweets", () -> sink.write(Tweets.classifieds(20)));
        }
        assertThat(mongo.tweets()).containsExactlyInAnyOrderElementsOf(Tweets.classifieds(20));
    }

    @Test
    void resetsLoseNothingAndDoubleNothing() {
        proxy.mode(FaultProxy.Mode.RESET_EVERY_THIRD);
        proxy.cutReplyTo("updates", 5);
        List<ClassifiedTweet> all = Tweets.classifieds(2_000);
        try (Sink<ClassifiedTweet> sink = Retry.upTo(Duration.ofSeconds(20))
                .call("open the sink", () -> throughProxy().open())) {
            for (int i = 0; i < all.size(); i += 100) {
                List<ClassifiedTweet> batch = all.subList(i, i + 100);
                Retry.upTo(Duration.ofSeconds(30)).run("write 100 tweets", () -> sink.write(batch));
            }
        }
        assertThat(proxy.cuts()).isEqualTo(5);
        assertThat(mongo.tweets()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void eightWritersOfTheSameTweetsLeaveEachOnce() throws Exception {
        List<ClassifiedTweet> all = Tweets.classifieds(2_500);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Sink<ClassifiedTweet> sink = direct().open()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                writers.add(threads.submit(() -> sink.write(all)));
            }
            for (Future<?> writer : writers) {
                writer.get(100, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(mongo.collection("tweets").countDocuments()).isEqualTo(2_500);
    }

    @Test
    void aDuplicateInAnotherUniqueIndexIsRejectedAndTheRestStored() {
        mongo.collection("tweets").createIndex(Indexes.ascending("text"), new IndexOptions().unique(true));
        List<ClassifiedTweet> batch = new ArrayList<>(Tweets.classifieds(1_000));
        Tweet copied = Tweets.tweet(1234, Tweets.tweet(3).text());
        batch.set(700, Tweets.classified(copied));
        RejectedRecordsException rejected;
        try (Sink<ClassifiedTweet> sink = direct().open()) {
            rejected = catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(batch));
        }
        assertThat(rejected.rejections())
                .containsExactly(new Rejection(
                        700, copied.id(), "duplicate-key", "MongoDB refuses the document with error 11000"));
        assertThat(mongo.collection("tweets").countDocuments()).isEqualTo(999);
    }

    @Test
    void aSinkOpenedAgainGoesOnWhereTheLastOneEnded() {
        try (Sink<ClassifiedTweet> sink = direct().open()) {
            sink.write(Tweets.classifieds(700));
        }
        try (Sink<ClassifiedTweet> sink = direct().open()) {
            sink.write(Tweets.classifieds(1_500));
        }
        assertThat(mongo.tweets()).containsExactlyInAnyOrderElementsOf(Tweets.classifieds(1_500));
    }

    @Test
    void anIndexOnTheTimeIsCreatedWhenAskedFor() {
        MongoSinkConfig config =
                MongoSinkConfig.builder(mongo.uri()).indexTime().build();
        config.open().close();
        config.open().close();
        config.counts().open().close();
        assertThat(mongo.collection("tweets").listIndexes())
                .extracting(index -> index.get("key").toString())
                .contains("Document{{created_at=1}}");
        assertThat(mongo.collection("counts").listIndexes())
                .extracting(index -> index.get("key").toString())
                .contains("Document{{window_start=1}}");
    }

    @Test
    void aClientOfTheCallerIsUsedAndNotClosed() {
        try (MongoClient client = MongoClients.create(mongo.uri())) {
            MongoSinkConfig config =
                    MongoSinkConfig.builder("mongodb://elsewhere.invalid/").build();
            Sink<ClassifiedTweet> sink = config.open(client);
            sink.write(Tweets.classifieds(2));
            sink.close();
            assertThatIllegalStateException().isThrownBy(() -> sink.write(List.of()));
            try (Sink<WindowedCount> counts = config.openCounts(client)) {
                counts.write(List.of(Tweets.count(0)));
            }
            assertThat(client.getDatabase("nightjar").getCollection("tweets").countDocuments())
                    .isEqualTo(2);
        }
        assertThat(mongo.counts()).containsExactly(Tweets.count(0));
    }

    @Test
    void theDatabaseIsThatOfTheOptionThenThatOfTheUri() {
        String uri = mongo.uri() + "/seen";
        try (Sink<ClassifiedTweet> sink = MongoSinkConfig.builder(uri).build().open()) {
            sink.write(Tweets.classifieds(1));
        }
        try (Sink<ClassifiedTweet> sink =
                MongoSinkConfig.builder(uri).database("chosen").build().open()) {
            sink.write(Tweets.classifieds(2));
        }
        assertThat(mongo.client().getDatabase("seen").getCollection("tweets").countDocuments())
                .isEqualTo(1);
        assertThat(mongo.client().getDatabase("chosen").getCollection("tweets").countDocuments())
                .isEqualTo(2);
    }

    private SinkFactory<ClassifiedTweet> direct() {
        return MongoSinkConfig.builder(mongo.uri()).build();
    }

    private SinkFactory<ClassifiedTweet> throughProxy() {
        return MongoSinkConfig.builder("mongodb://127.0.0.1:" + proxy.port())
                .timeout(TIMEOUT)
                .build();
    }
}
