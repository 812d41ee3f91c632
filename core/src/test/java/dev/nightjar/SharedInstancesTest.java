/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedInstancesTest {
    @Test
    void equalFactoriesShareOneClassifierOverAllThreads() throws Exception {
        KeywordClassifier.Factory factory = KeywordClassifier.emotion().name("shared-over-threads");
        int callers = 16;
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            CountDownLatch start = new CountDownLatch(callers);
            List<Future<Classification>> answers = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                ClassifierFactory copy = Serialized.copyOf(factory);
                answers.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return copy.shared().classify("a happy day");
                }));
            }
            for (Future<Classification> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).top().orElseThrow().label())
                        .isEqualTo("joy");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(factory.openings()).isEqualTo(1);
    }

    @Test
    void nobodyOpensWhileAnotherDoes() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> new WaitsForAnother().shared());
            Future<?> other = threads.submit(() -> new WaitsForAnother().shared());
            one.get(60, TimeUnit.SECONDS);
            other.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        assertThat(WaitsForAnother.OPENINGS.getCount())
                .as("openings that were left")
                .isEqualTo(1);
    }

    @Test
    void anotherFactoryHasAnotherClassifier() {
        KeywordClassifier.Factory factory = KeywordClassifier.emotion().name("shared-one");
        KeywordClassifier.Factory other = factory.faultMarker("fault");
        assertThat(factory.shared().classify("a fault").top()).isPresent();
        assertThat(other.shared().classify("a fault").top()).isEmpty();
        assertThat(factory.openings()).isEqualTo(1);
        assertThat(other.openings()).isEqualTo(1);
    }

    @Test
    void closingASharedClassifierLeavesItToTheOthers() {
        KeywordClassifier.Factory factory = KeywordClassifier.emotion().name("shared-and-closed");
        Classifier shared = factory.shared();
        try (Classifier another = factory.shared()) {
            assertThat(another.labels()).isEqualTo(shared.labels());
            assertThat(another.model()).isEqualTo(shared.model()).startsWith("shared-and-closed@");
        }
        assertThat(shared.classifyAll(List.of("so sad"))).hasSize(1);
        assertThat(factory.openings()).isEqualTo(1);
    }

    @Test
    void equalFactoriesShareOneSink() {
        RecordingSink.Factory<ClassifiedTweet> factory = RecordingSink.tweets("shared-sink");
        try (Sink<ClassifiedTweet> sink = factory.shared()) {
            sink.write(Tweets.classifieds(2));
        }
        assertThatCode(() -> Serialized.copyOf(factory).shared().write(Tweets.classifieds(3)))
                .doesNotThrowAnyException();
        assertThat(factory.records()).isEqualTo(Tweets.classifieds(3));
        assertThat(factory.openings()).isEqualTo(1);
    }

    @Test
    void theLastLeaseClosesWhatTheFirstOpenedAndTheNextOpensItAgain() {
        RecordingSink.Factory<ClassifiedTweet> factory = RecordingSink.tweets("leased");
        Lease<Sink<ClassifiedTweet>> one = factory.lease();
        Lease<Sink<ClassifiedTweet>> other = Serialized.copyOf(factory).lease();
        assertThat(factory.openings()).isZero();
        assertThat(one.get()).isSameAs(one.get()).isSameAs(other.get());
        one.close();
        one.close();
        assertThat(factory.closings()).isZero();
        other.get().write(Tweets.classifieds(1));
        other.close();
        assertThat(factory.closings()).isEqualTo(1);

        other.get().write(Tweets.classifieds(2));
        assertThat(factory.openings()).isEqualTo(2);
        other.close();
        assertThat(factory.closings()).isEqualTo(2);
    }

    @Test
    void aLeaseThatIsClosedLeavesWhatIsSharedOpen() {
        RecordingSink.Factory<ClassifiedTweet> factory = RecordingSink.tweets("leased-and-shared");
        Sink<ClassifiedTweet> shared = factory.shared();
        try (Lease<Sink<ClassifiedTweet>> lease = factory.lease()) {
            lease.get().write(Tweets.classifieds(1));
        }
        shared.close();
        shared.write(Tweets.classifieds(2));
        assertThat(factory.closings()).isZero();
    }

    @Test
    void whatIsSharedHasThePowersOfTheLiveOneAndThrowsWhatItThrows() {
        RecordingSink.Factory<ClassifiedTweet> factory =
                RecordingSink.tweets("shared-erasable").thatErases();
        assertThat(factory.shared()).isInstanceOf(ErasableSink.class);
        factory.failNext(1);
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> factory.shared().write(Tweets.classifieds(1)))
                .withMessage("Told to fail");
    }

    @Test
    void aFailedOpeningIsTriedAgain() {
        FailsOnce.ATTEMPTS.set(0);
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> new FailsOnce().shared())
                .withMessage("Not yet");
        assertThatCode(() -> new FailsOnce().shared().write(List.of())).doesNotThrowAnyException();
        assertThatCode(() -> new FailsOnce().shared().write(List.of())).doesNotThrowAnyException();
        assertThat(FailsOnce.ATTEMPTS).hasValue(2);
    }

    @Test
    void aSlowOpeningDelaysNobodyElse() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Sink<ClassifiedTweet>> slow = thread.submit(() -> new Slow().shared());
            assertThat(Slow.OPENING.await(60, TimeUnit.SECONDS)).isTrue();
            RecordingSink.tweets("beside-a-slow-one").shared().write(Tweets.classifieds(1));
            assertThat(slow).isNotDone();
            Slow.MAY_OPEN.countDown();
            slow.get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void allAreClosedInReverseOrderWhenTheJvmShutsDown() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(jvm.exitValue()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.startsWith("Speaking ")))
                .containsExactly(
                        "Speaking 1 opened",
                        "Speaking 2 opened",
                        "Speaking 3 opened",
                        "Speaking 3 closed",
                        "Speaking 2 closed",
                        "Speaking 1 closed");
    }

    /** Opens three shared sinks twice, in a JVM of its own; the second fails to close. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            for (int round = 0; round < 2; round++) {
                for (int number = 1; number <= 3; number++) {
                    new Speaking(number).shared().close();
                }
            }
        }
    }

    record Speaking(int number) implements SinkFactory<ClassifiedTweet> {
        @Override
        public Sink<ClassifiedTweet> open() {
            say("opened");
            return new Sink<>() {
                @Override
                public void write(List<ClassifiedTweet> batch) {}

                @Override
                public void close() {
                    say("closed");
                    if (number == 2) {
                        throw new IllegalStateException("Cannot close");
                    }
                }
            };
        }

        private void say(String what) {
            System.out.println("Speaking " + number + ' ' + what);
        }
    }

    record FailsOnce() implements SinkFactory<ClassifiedTweet> {
        static final AtomicInteger ATTEMPTS = new AtomicInteger();

        @Override
        public Sink<ClassifiedTweet> open() {
            if (ATTEMPTS.incrementAndGet() == 1) {
                throw new RetriableException("Not yet", null);
            }
            return RecordingSink.tweets("fails-once").open();
        }
    }

    /** Takes a while to open, so that a second opening at the same time would be seen. */
    record WaitsForAnother() implements SinkFactory<ClassifiedTweet> {
        static final CountDownLatch OPENINGS = new CountDownLatch(2);

        @Override
        public Sink<ClassifiedTweet> open() {
            OPENINGS.countDown();
            try {
                OPENINGS.await(300, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return RecordingSink.tweets("waits-for-another").open();
        }
    }

    record Slow() implements SinkFactory<ClassifiedTweet> {
        static final CountDownLatch OPENING = new CountDownLatch(1);
        static final CountDownLatch MAY_OPEN = new CountDownLatch(1);

        @Override
        public Sink<ClassifiedTweet> open() {
            OPENING.countDown();
            try {
                MAY_OPEN.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return RecordingSink.tweets("slow").open();
        }
    }
}
