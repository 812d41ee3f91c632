/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XPayload;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TweetPublisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What happens to a stored tweet that X reports as gone, end to end: from X's own lines through a source, a topic and a
 * pipeline to an {@link dev.nightjar.ErasableSink}. It needs what {@link EmbeddedKafka} needs.
 *
 * @since 0.1.0
 */
public interface DeletedTweetsContract {
    /** Opens the sink under test; the store is empty. */
    SinkFactory<ClassifiedTweet> factory();

    /** Everything in the store. */
    List<ClassifiedTweet> readBack();

    /**
     * Of ten tweets, compliance events delete one and withhold one, lines of the answer to a compliance job delete one
     * and withhold one, and a v1.1 notice deletes one. One is edited, which erases the version that was before and not
     * the new one. The others stay, also when the whole topic is read a second time.
     */
    @Test
    default void aTweetThatXSaysIsGoneIsGoneFromTheStore() throws Exception {
        List<Tweet> tweets = Tweets.tweets(10);
        List<String> lines = List.of(
                "{\"data\":{\"delete\":{\"tweet\":{\"id\":\"%s\",\"author_id\":\"1\"},\"event_at\":\"2026-11-21T12:00:00Z\"}}}"
                        .formatted(tweets.get(0).id()),
                "{\"data\":{\"withheld\":{\"post\":{\"id\":\"%s\",\"author_id\":\"1\"},\"withheld_in_countries\":[\"XY\"]}}}"
                        .formatted(tweets.get(1).id()),
                "{\"id\":\"%s\",\"action\":\"delete\",\"created_at\":\"2026-11-20T12:00:00+00:00\",\"reason\":\"deleted\"}"
                        .formatted(tweets.get(2).id()),
                "{\"id\":\"%s\",\"action\":\"withhold\",\"created_at\":\"2026-11-20T12:00:00+00:00\",\"reason\":\"x\"}"
                        .formatted(tweets.get(3).id()),
                "{\"delete\":{\"status\":{\"id\":%s,\"id_str\":\"%s\",\"user_id\":1,\"user_id_str\":\"1\"}}}"
                        .formatted(tweets.get(4).id(), tweets.get(4).id()),
                "{\"data\":{\"tweet_edit\":{\"tweet\":{\"id\":\"%s\",\"author_id\":\"1\"},\"initial_tweet_id\":\"%s\",\"edit_tweet_ids\":[\"%s\",\"%s\"]}}}"
                        .formatted(
                                tweets.get(6).id(),
                                tweets.get(5).id(),
                                tweets.get(5).id(),
                                tweets.get(6).id()));
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
            try (KafkaTopics topics = KafkaTopics.open(kafka)) {
                topics.ensure("deleted", 2, 1, Map.of());
            }
            TweetPublisher publisher = TweetPublisher.builder(new Lines(tweets, lines), kafka, "deleted")
                    .build();
            publisher.run();
            assertThat(publisher.tombstones()).isEqualTo(6);
            for (String group : List.of("first", "again")) {
                KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "deleted", group)
                        .sink("store", factory())
                        .build();
                drain(pipeline, 16);
                assertThat(pipeline.counts().out()).isEqualTo(10);
                assertThat(pipeline.counts().skipped()).isEqualTo(Map.of("erased", 6L));
                assertThat(readBack())
                        .extracting(record -> record.tweet().id())
                        .containsExactlyInAnyOrderElementsOf(
                                tweets.subList(6, 10).stream().map(Tweet::id).toList());
            }
        }
    }

    private static void drain(KafkaPipeline pipeline, long records) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor(Wait::daemon);
        try {
            Future<?> run = thread.submit(pipeline::run);
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (pipeline.counts().in() < records && !run.isDone() && System.nanoTime() < deadline) {
                Wait.briefly();
            }
            pipeline.close();
            Wait.result(Duration.ofMinutes(1), "The pipeline", run);
            assertThat(pipeline.counts().in()).isEqualTo(records);
        } finally {
            thread.shutdownNow();
        }
    }

    /**
     * A source of tweets, followed by what X's lines report.
     *
     * @since 0.1.0
     */
    final class Lines implements TweetSourceFactory {
        private static final long serialVersionUID = 1L;

        private final transient List<Tweet> tweets;
        private final transient List<String> lines;

        Lines(List<Tweet> tweets, List<String> lines) {
            this.tweets = tweets;
            this.lines = lines;
        }

        @Override
        public TweetSource open(SourcePosition position) {
            List<SourceBatch> batches = new ArrayList<>();
            batches.add(SourceBatch.of(tweets));
            for (String line : lines) {
                XPayload payload = XJson.read(line.getBytes(UTF_8), "compliance");
                batches.add(new SourceBatch(
                        payload.tweets(), payload.deadLetters(), payload.deletedIds(), payload.skipped()));
            }
            return new TweetSource() {
                @Override
                public SourceBatch poll(Duration timeout) {
                    return batches.isEmpty() ? SourceBatch.empty() : batches.remove(0);
                }

                @Override
                public boolean isExhausted() {
                    return batches.isEmpty();
                }

                @Override
                public SourcePosition position() {
                    return SourcePosition.START;
                }

                @Override
                public void close() {}
            };
        }
    }
}
