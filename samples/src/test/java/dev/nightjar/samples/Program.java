/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.awaitility.Awaitility.await;

import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.replay.ReplayConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A sample that runs in a thread of its own until it is closed. */
final class Program implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> end;

    private Program(Main main, String... arguments) {
        this.end = thread.submit(() -> {
            main.run(arguments);
            return null;
        });
    }

    static Program start(Main main, String... arguments) {
        return new Program(main, arguments);
    }

    /** Runs a program to its end and returns what it printed. */
    static String printed(Main main, String... arguments) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            main.run(arguments);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Publishes made-up tweets to the topic of the samples. */
    static void publish(String servers, int tweets) {
        KafkaConfig kafka = KafkaConfig.of(servers);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("tweets", 2, 1, Map.of());
        }
        try (TweetPublisher publisher = TweetPublisher.builder(
                        ReplayConfig.synthetic().count(tweets).build(), kafka, "tweets")
                .build()) {
            publisher.run();
        }
    }

    /** Waits for what the program does; its failure is the test's. */
    void awaitUntil(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> {
            if (end.isDone()) {
                end.get();
            }
            return condition.call();
        });
    }

    void awaitEnd() throws Exception {
        end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends it as an interrupt does. */
    @Override
    public void close() {
        thread.shutdownNow();
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(thread::isTerminated);
    }

    /** The main method of a program. */
    @FunctionalInterface
    interface Main {
        void run(String... arguments) throws Exception;
    }
}
