/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.command.Launched;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(1_500)
class EmotionMongoIT {
    private static final long PATIENCE = 400;

    @TempDir
    private Path folder;

    @Test
    void killedAndStartedAgainAndRunAnewOnABrokerAndADatabaseOfOnesOwnItHoldsEachTweetOnce() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String uri = "mongodb://127.0.0.1:" + mongo.bind().getPort() + "/politics";
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                StoredTweets stored = MongoSinkConfig.builder(uri).build().read()) {
            String[] arguments = {
                "emotion-mongo",
                "--headless",
                "--count",
                "500",
                "--rate",
                "200",
                "--mongo-uri",
                uri,
                "--where",
                "text",
                "--bootstrap-servers",
                broker.bootstrapServers()
            };
            try (Launched run = Launched.start(folder, arguments)) {
                await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                    assertThat(run.isAlive()).as(run.output()).isTrue();
                    return stored.count() > 50;
                });
                run.kill();
            }
            assertThat(stored.count()).as("tweets stored when it was killed").isLessThan(500);
            for (String begins : List.of("Continuing the run", "Keeping the run's state")) {
                try (Launched run = Launched.start(folder, arguments)) {
                    int exit = run.await(PATIENCE);
                    assertThat(run.output())
                            .contains(begins, "Ledger, read from the topic and from mongo", "It balances")
                            .doesNotContain("SQLite");
                    assertThat(exit).isZero();
                }
                assertThat(stored.count()).isEqualTo(500);
            }
            assertThat(stored.newest(500))
                    .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"))
                    .extracting(tweet -> tweet.tweet().id())
                    .doesNotHaveDuplicates();
        } finally {
            mongo.shutdownNow();
        }
    }

    @Test
    void liveItStoresOriginalsAloneAndCtrlCDrainsIt() throws Exception {
        Path state = folder.resolve(Launched.SPACED);
        try (FakeX x = FakeX.builder().postsPerSecond(100).start()) {
            Path credentials = Files.writeString(
                    folder.resolve("x.json"),
                    "{\"consumer_key\": \"\", \"bearer_token\": \"" + x.bearerToken() + "\", \"access_token\": \"u\"}");
            try (Launched run = Launched.start(
                    folder,
                    "emotion-mongo",
                    "--headless",
                    "--credentials",
                    credentials.toString(),
                    "--base-url",
                    x.uri().toString(),
                    "--state",
                    state.toString())) {
                await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                    assertThat(run.isAlive()).as(run.output()).isTrue();
                    return Files.exists(state.resolve("tweets.db")) && count(state) > 20;
                });
                assertThat(x.rules()).containsKey(EmotionMongoCommand.RULE);
                run.stop();
                int exit = run.await(PATIENCE);
                assertThat(run.output())
                        .contains(
                                "Storing in the SQLite file",
                                "Added the rule " + EmotionMongoCommand.RULE,
                                "skipped, not-original: ",
                                "It balances")
                        .doesNotContain(x.bearerToken());
                assertThat(exit).isZero();
            }
        }
        try (StoredTweets stored = SqliteTweets.open(state.resolve("tweets.db"))) {
            assertThat(stored.newest(1_000)).extracting(ClassifiedTweet::tweet).allSatisfy(tweet -> {
                assertThat(tweet.text()).containsPattern("(?i)biden|potus");
                assertThat(tweet.references()).isEmpty();
            });
        }
    }

    private static long count(Path state) {
        try (StoredTweets stored = SqliteTweets.open(state.resolve("tweets.db"))) {
            return stored.count();
        }
    }
}
