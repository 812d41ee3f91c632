/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Entity;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.testkit.TweetSourceContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JetstreamTest implements TweetSourceContract {
    private static final long TIME = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli() * 1000;

    private final List<SocketServer> servers = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (SocketServer server : servers) {
            server.close();
        }
    }

    @Override
    public TweetSourceFactory factory() {
        if (servers.isEmpty()) {
            server((connection, peer) -> {
                for (int i = 0; i < 2_000; i++) {
                    peer.send(create(i, "post " + i));
                }
                peer.awaitEnd();
            });
        }
        return config(servers.get(0));
    }

    @Override
    public int batchSize() {
        return 500;
    }

    @Override
    public boolean isFinite() {
        return false;
    }

    @Override
    public Optional<TweetSourceFactory> silent() {
        return Optional.of(config(server((connection, peer) -> peer.awaitEnd())));
    }

    @Test
    void aPostIsATweetOfTheSameKindAsAnyOther() throws Exception {
        SocketServer server = server((connection, peer) -> {
            peer.sendInParts("""
                    {"did":"did:plc:abc","time_us":%d,"kind":"commit","commit":{"rev":"r","operation":"create",
                    "collection":"app.bsky.feed.post","rkey":"%s","cid":"c","record":{"$type":"app.bsky.feed.post",
                    "createdAt":"2026-11-21T11:59:59.5Z","langs":["pt","en"],"text":"olá 🦉 #coruja","facets":[{"index":
                    {"byteStart":10,"byteEnd":17},"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"coruja"}]}]}}}
                    """.formatted(TIME, key(TIME)), 300);
            peer.awaitEnd();
        });
        try (TweetSource source = config(server).open()) {
            Tweet tweet = await(source, 1).tweets().get(0);
            assertThat(tweet.text()).isEqualTo("olá 🦉 #coruja");
            assertThat(tweet.lang()).isEqualTo("pt");
            assertThat(tweet.createdAt()).isEqualTo(Instant.parse("2026-11-21T11:59:59.5Z"));
            assertThat(TweetId.of(tweet.id()).time()).isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
            assertThat(tweet.author()).extracting("id").isEqualTo("did:plc:abc");
            assertThat(tweet.hashtags()).containsExactly(Entity.of("coruja"));
        }
        assertThat(server.targets()).containsExactly("/subscribe?wantedCollections=app.bsky.feed.post");
    }

    @Test
    void aConnectionThatEndsOrBreaksGoesOnFromTheLastEvent() throws Exception {
        // A post that a connection breaks with may be lost with it; this server would not send it again.
        CountDownLatch read = new CountDownLatch(1);
        SocketServer server = server((connection, peer) -> {
            peer.send(create(connection, "post " + connection));
            if (connection == 1) {
                peer.end();
            } else if (connection == 2) {
                read.await();
            } else {
                peer.awaitEnd();
            }
        });
        SourcePosition position;
        try (TweetSource source = config(server).open()) {
            List<Tweet> tweets = new ArrayList<>(await(source, 2).tweets());
            read.countDown();
            tweets.addAll(await(source, 1).tweets());
            assertThat(tweets).extracting(Tweet::text).containsExactly("post 1", "post 2", "post 3");
            position = source.position();
        }
        try (TweetSource source = config(server).open(position)) {
            assertThat(await(source, 1).tweets()).hasSize(1);
        }
        assertThat(server.targets().stream().map(target -> target.replaceFirst(".*post(&cursor=)?", "")))
                .containsExactly("", time(1), time(2), time(3));
    }

    @Test
    void aServerThatSendsAMessageAndClosesIsNotHammered() throws Exception {
        SocketServer server = server((connection, peer) -> {
            peer.send(create(connection, "post " + connection));
            peer.end();
        });
        long start = System.nanoTime();
        try (TweetSource source = config(server).open()) {
            assertThat(await(source, 5).tweets()).hasSize(5);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("0, 250, 500 and 750 ms between five connections")
                .isGreaterThan(Duration.ofMillis(1_450));
    }

    @Test
    void aSilentConnectionIsReplaced() throws Exception {
        SocketServer server = server((connection, peer) -> {
            if (connection > 1) {
                peer.send(create(1, "at last"));
            }
            peer.awaitEnd();
        });
        JetstreamConfig config = JetstreamConfig.builder()
                .endpoint(server.uri())
                .stallLimit(Duration.ofMillis(300))
                .build();
        try (TweetSource source = config.open()) {
            assertThat(await(source, 1).tweets()).extracting(Tweet::text).containsExactly("at last");
        }
    }

    @Test
    void aDeletionHasTheIdOfItsPostAndAnOddMessageCostsItselfAlone() throws Exception {
        SocketServer server = server((connection, peer) -> {
            peer.send(create(1, "to be deleted"));
            peer.send("{\"kind\":");
            peer.send("{\"did\":\"did:plc:a\",\"time_us\":" + time(2)
                    + ",\"kind\":\"commit\",\"commit\":{\"operation\":\"delete\","
                    + "\"collection\":\"app.bsky.feed.post\",\"rkey\":\"" + key(TIME + 1_000_000) + "\"}}");
            peer.send("{\"did\":\"did:plc:a\",\"time_us\":" + time(3) + ",\"kind\":\"identity\",\"identity\":{}}");
            peer.send("{\"did\":\"did:plc:a\",\"time_us\":" + time(4)
                    + ",\"kind\":\"commit\",\"commit\":{\"operation\":\"create\","
                    + "\"collection\":\"app.bsky.feed.post\",\"rkey\":\"self\",\"record\":{\"text\":\"x\"}}}");
            peer.send("x".repeat(2_000_000));
            peer.send(create(5, "goes on"));
            peer.awaitEnd();
        });
        try (TweetSource source = config(server).open()) {
            SourceBatch all = await(source, 7);
            assertThat(all.tweets()).extracting(Tweet::text).containsExactly("to be deleted", "goes on");
            assertThat(all.deletedIds()).containsExactly(all.tweets().get(0).id());
            assertThat(all.deadLetters()).extracting("code").containsExactly("bad-json", "message-too-large");
            assertThat(all.skipped()).isEqualTo(Map.of("identity", 1L, "odd-key", 1L));
        }
    }

    @Test
    void noMoreMessagesAreReadThanThereIsRoomFor() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        SocketServer server = server((connection, peer) -> {
            for (int i = 0; i < 100; i++) {
                peer.send(create(i, "post " + i));
            }
            sent.countDown();
            peer.awaitEnd();
        });
        JetstreamConfig config = JetstreamConfig.builder()
                .endpoint(server.uri())
                .queueCapacity(3)
                .build();
        try (TweetSource source = config.open()) {
            sent.await();
            SourceBatch first = source.poll(Duration.ofSeconds(5));
            assertThat(first.tweets()).hasSizeBetween(1, 3);
            assertThat(await(source, 100 - first.tweets().size()).tweets())
                    .extracting(Tweet::text)
                    .endsWith("post 99");
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsRetriable() {
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> JetstreamConfig.builder()
                        .endpoint(URI.create("ws://127.0.0.1:1/subscribe"))
                        .build()
                        .open())
                .withMessageContaining("does not answer");
    }

    private SocketServer server(SocketServer.Script script) {
        try {
            SocketServer server = new SocketServer(script);
            servers.add(server);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JetstreamConfig config(SocketServer server) {
        return JetstreamConfig.builder().endpoint(server.uri()).build();
    }

    /** Polls until so many records have come. */
    private static SourceBatch await(TweetSource source, int records) throws InterruptedException {
        SourceBatch.Builder read = SourceBatch.builder();
        SourceBatch all = SourceBatch.empty();
        while (all.tweets().size() + all.deadLetters().size() + all.deletedIds().size() + all.skippedCount()
                < records) {
            all = read.add(source.poll(Duration.ofSeconds(5))).build();
        }
        return all;
    }

    private static String create(int second, String text) {
        return "{\"did\":\"did:plc:a\",\"time_us\":" + time(second)
                + ",\"kind\":\"commit\",\"commit\":{\"operation\":\"create\","
                + "\"collection\":\"app.bsky.feed.post\",\"rkey\":\"" + key(TIME + second * 1_000_000L)
                + "\",\"record\":{\"text\":\"" + text + "\"}}}";
    }

    private static String time(int second) {
        return Long.toString(TIME + second * 1_000_000L);
    }

    /** A record key of a time. */
    private static String key(long micros) {
        long number = micros << 10 | 5;
        StringBuilder key = new StringBuilder();
        for (int i = 12; i >= 0; i--) {
            key.append("234567abcdefghijklmnopqrstuvwxyz".charAt((int) (number >>> 5 * i & 31)));
        }
        return key.toString();
    }
}
