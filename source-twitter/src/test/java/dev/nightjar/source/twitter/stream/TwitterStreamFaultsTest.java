/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.http.TwitterRefusedException;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.Overflow;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.StaleConnections;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stream against the simulator, over sockets. */
@Timeout(
        value = 50,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // less than the minute that X bids to wait after a 429
class TwitterStreamFaultsTest {
    private FakeX x = FakeX.start();
    private final List<SourceBatch> batches = new ArrayList<>();
    private @Nullable TwitterStreamSource source;

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        if (source != null) {
            source.close();
        }
        x.close();
    }

    @Test
    void everyBreakOfTheBodyIsADisconnectAfterWhichTheStreamGoesOn() throws Exception {
        x.addRule("owl", "birds");
        x.faults(
                Fault.reset().after(1),
                Fault.end().after(1),
                Fault.cutInsideCharacter().after(1),
                Fault.halfFrame().after(1),
                Fault.disconnectMessage("UpstreamOperationalDisconnect").after(1),
                Fault.bareDisconnectMessage("OperationalDisconnect").after(1));
        TwitterStreamSource stream = open(config());
        List<String> wanted = new ArrayList<>();
        for (int connection = 1; connection <= 7; connection++) {
            awaitConnection(connection);
            wanted.add(x.publish("owl \uD83E\uDD89 number " + connection).id());
            awaitTweets(connection);
            if (connection == 3 || connection == 4) {
                x.publish("owl that is cut \uD83E\uDD89");
            }
        }
        assertThat(tweets()).extracting(Tweet::id).isEqualTo(wanted);
        assertThat(tweets())
                .allSatisfy(tweet -> assertThat(tweet.matchingRuleTags()).containsExactly("birds"));
        assertThat(batches).allSatisfy(batch -> assertThat(batch.deadLetters()).isEmpty());
        assertThat(stream.gaps().missing()).hasSize(6);
        assertThat(stream.gaps().missing())
                .extracting(GapLedger.Interval::reason)
                .containsExactly(
                        Reason.DROPPED,
                        Reason.DROPPED,
                        Reason.DROPPED,
                        Reason.DROPPED,
                        Reason.DISCONNECTED,
                        Reason.DISCONNECTED);
        assertThat(x.faultsLeft()).isZero();
    }

    @Test
    void aStallIsNoticedAndTheStatusTellsOfIt() throws Exception {
        x.addRule("owl", null);
        x.faults(Fault.stall().after(1));
        TwitterStreamSource stream = open(config().stallLimit(Duration.ofSeconds(3)));
        x.publish("owl");
        awaitTweets(1);
        await(() -> stream.status().sinceLastByte().compareTo(Duration.ofMillis(200)) > 0);
        assertThat(stream.status().sinceLastPost()).isGreaterThan(Duration.ofMillis(200));
        awaitConnection(2);
        assertThat(stream.status().trouble()).isNull();
        assertThat(stream.status().connections()).isEqualTo(2);
        assertThat(stream.gaps().missing())
                .extracting(GapLedger.Interval::reason)
                .containsExactly(Reason.STALLED);
    }

    @Test
    void keepAlivesAreLife() throws Exception {
        x.close();
        x = FakeX.builder().keepAlive(Duration.ofMillis(100)).start();
        x.addRule("owl", null);
        TwitterStreamSource stream = open(config().stallLimit(Duration.ofSeconds(3)));
        long end = System.nanoTime() + 6_000_000_000L;
        while (System.nanoTime() < end) {
            poll();
        }
        assertThat(stream.status().connections()).isEqualTo(1);
        assertThat(batches.stream().mapToLong(SourceBatch::skippedCount).sum()).isGreaterThan(10);
    }

    @Test
    void closingASilentStreamClosesItsConnectionAtTheServer() throws Exception {
        x.addRule("owl", null);
        for (int i = 0; i < 3; i++) { // else the second open would meet TooManyConnections
            TwitterStreamSource stream = open(config());
            assertThat(x.openStreams()).isEqualTo(1);
            long start = System.nanoTime();
            stream.close();
            await(() -> x.openStreams() == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(10)); // before a keep-alive
        }
    }

    @Test
    void closingIsNoFault() throws Exception {
        x.addRule("owl", null);
        TwitterStreamSource stream = open(config());
        x.publish("owl");
        awaitTweets(1);
        stream.close();
        assertThat(stream.gaps().intervals())
                .as("what X may not have delivered yet, without the time since")
                .extracting(GapLedger.Interval::state)
                .containsExactly(State.UNSETTLED);
        assertThat(stream.status().trouble()).isNull();
    }

    /** The JDK's client sends a GET again by itself when its connection breaks before a byte of the answer. */
    @Test
    void aStreamWhoseAnswerIsLostIsNotConnectedAgainUnseen() {
        x.addRule("owl", null);
        x.faults(Fault.lostAnswer());
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> open(config()))
                .withMessageContaining("does not answer");
        assertThat(x.requests()).hasSize(1);
    }

    @Test
    void aStaleConnectionOfACrashedRunIsEndedIfAsked() throws Exception {
        x.addRule("owl", null);
        x.staleConnection();
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> open(config()))
                .satisfies(
                        e -> assertThat(e.retryAfter().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofSeconds(59)));
        x.close();
        x = FakeX.start();
        x.addRule("owl", null);
        x.staleConnection();
        open(config().staleConnections(StaleConnections.KILL));
        assertThat(x.openStreams()).isEqualTo(1);
        x.publish("owl");
        awaitTweets(1);
    }

    @Test
    void aRedirectIsNotFollowedAndTheTokenStaysHere() {
        try (FakeX elsewhere = FakeX.start()) {
            x.faults(Fault.redirect(elsewhere.uri().resolve(FakeX.STREAM)));
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> open(config()))
                    .withMessageContaining("gets no token");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void aGzipBombEndsTheConnectionAndNothingElse() throws Exception {
        x.close();
        // With a second connection allowed, as the server is busy making the bomb while the client comes back.
        x = FakeX.builder().enterprise().start();
        x.addRule("owl", null);
        x.faults(Fault.gzipBomb());
        open(config());
        awaitConnection(2);
        x.publish("owl");
        awaitTweets(1);
    }

    @Test
    void aLineOfTenMegabytesIsADeadLetterWithItsBeginning() throws Exception {
        x.addRule("owl", null);
        x.faults(Fault.longLine(10 << 20).after(1));
        open(config());
        x.publish("owl 1");
        awaitTweets(1);
        await(() -> batches.stream().anyMatch(batch -> !batch.deadLetters().isEmpty()));
        x.publish("owl 2");
        awaitTweets(2);
        List<DeadLetter> letters =
                batches.stream().flatMap(batch -> batch.deadLetters().stream()).toList();
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("frame-too-large");
            assertThat(letter.original()).hasSize(StreamReader.LARGEST_FRAME);
        });
        assertThat(source.status().connections()).isEqualTo(1);
    }

    @Test
    void aPostComesWithThePartialErrorAboutIt() throws Exception {
        x.addRule("owl", null);
        x.faults(Fault.partialError());
        open(config());
        x.publish("owl");
        awaitTweets(1);
        assertThat(batches).allSatisfy(batch -> assertThat(batch.deadLetters()).isEmpty());
    }

    @Test
    void bothVocabulariesAreRead() throws Exception {
        x.addRule("owl", "birds");
        for (Vocabulary words : Vocabulary.values()) {
            batches.clear();
            TwitterStreamSource stream = open(config().vocabulary(words));
            FakePost post = x.publish("owl & " + "\uD83E\uDD89 ".repeat(200) + "#end");
            awaitTweets(1);
            Tweet tweet = tweets().get(0);
            assertThat(tweet.text()).isEqualTo(post.text());
            assertThat(tweet.author().username()).isEqualTo("strix");
            assertThat(tweet.hashtags()).singleElement().satisfies(tag -> {
                String text = tweet.text();
                assertThat(text.substring(text.offsetByCodePoints(0, tag.start())))
                        .isEqualTo("#end");
            });
            assertThat(tweet.publicMetrics().retweetCount()).isZero();
            stream.close();
            await(() -> x.openStreams() == 0);
        }
        assertThat(x.requests()).anyMatch(request -> request.target().contains("post.fields="));
    }

    @Test
    void aTokenThatIsNotValidAnyMoreIsReplacedOnce() throws Exception {
        x.addRule("owl", null);
        TwitterCredentials credentials = TwitterCredentials.consumer(
                Credential.literal(x.consumerKey()), Credential.literal(x.consumerSecret()));
        x.faults(
                Fault.answer(401, "{\"title\":\"Unauthorized\",\"status\":401}"),
                Fault.answer(401, "{\"title\":\"Unauthorized\",\"status\":401}"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.builder(credentials)
                        .baseUrl(x.uri())
                        .build()
                        .open())
                .withMessageContaining("bearer token");
        assertThat(x.requests())
                .filteredOn(request -> request.path().equals("/oauth2/token"))
                .hasSize(2);
    }

    @Test
    void theConnectionWithAnotherTokenCountsLikeAnyOther() throws Exception {
        x.addRule("owl", null);
        x.faults("/oauth2/token", Fault.answer(200, "{\"token_type\":\"bearer\",\"access_token\":\"outdated\"}"));
        TwitterCredentials credentials = TwitterCredentials.consumer(
                Credential.literal(x.consumerKey()), Credential.literal(x.consumerSecret()));
        source = TwitterStreamConfig.builder(credentials)
                .baseUrl(x.uri())
                .gapFill(GapFill.NONE)
                .build()
                .open();
        awaitConnection(2);
        assertThat(x.requests())
                .filteredOn(request -> request.path().equals(FakeX.STREAM))
                .hasSize(2);
    }

    @Test
    void anErrorWhoseBodyDoesNotEndIsWhatItsStatusSays() {
        x.faults(Fault.unfinishedAnswer(402, "<html>"));
        long start = System.nanoTime();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(config()))
                .withMessageContaining("buy credits");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Duration.ofSeconds(40)); // of the minute for a request
    }

    @Test
    void aUsedUpAccountAndBothKindsOfUnavailableAreTheirOwnErrors() throws Exception {
        x.faults(Fault.paymentRequired());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(config()))
                .withMessageContaining("buy credits")
                .satisfies(e -> assertThat(((TwitterRefusedException) e.getCause()).reason())
                        .isEqualTo(TwitterRefusedException.Reason.CREDITS_USED_UP));
        x.faults(Fault.serviceUnavailable(Duration.ofSeconds(42)));
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> open(config()))
                .withMessageContaining("503")
                .satisfies(
                        e -> assertThat(e.retryAfter().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofSeconds(42)));
        for (Fault fault : List.of(Fault.serviceUnavailable(), Fault.provisioning())) {
            x.close();
            x = FakeX.start();
            x.addRule("owl", null);
            x.faults(fault);
            assertThatExceptionOfType(RetriableException.class)
                    .isThrownBy(() -> open(config()))
                    .withMessageContaining(fault.toString().contains("503") ? "503" : "")
                    .satisfies(e ->
                            assertThat(e.retryAfter().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofSeconds(5)));
        }
    }

    @Test
    void anOpeningThatFailsLeavesNoPostCounted() {
        SpendLimits limits = SpendLimits.builder()
                .perDay(10_000)
                .file(folder.resolve("spend"))
                .build();
        x.faults(Fault.serviceUnavailable());
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> open(config().spend(limits)));
        assertThat(limits.spent().today()).isZero();
    }

    @Test
    void closingLeavesOnlyThePostsCountedThatWereRead() throws Exception {
        x.addRule("owl", null);
        SpendLimits limits = SpendLimits.builder()
                .perDay(100_000)
                .file(folder.resolve("spend"))
                .build();
        for (int i = 1; i <= 5; i++) {
            TwitterStreamSource stream = open(config().spend(limits));
            awaitConnection(1);
            x.publish("owl " + i);
            awaitTweets(i);
            stream.close();
            assertThat(limits.spent().today()).isEqualTo(i);
            await(() -> x.openStreams() == 0);
        }
    }

    @Test
    void aStreamWithoutRulesIsASetUpFault() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(config()))
                .withMessageContaining("no stream rule")
                .withCauseInstanceOf(TwitterRefusedException.class);
    }

    @Test
    void aPollThatIsTooSlowEndsTheConnectionUntilHalfOfTheQueueIsFree() throws Exception {
        x.addRule("owl", null);
        TwitterStreamSource stream = open(config().queueCapacity(10).overflowWait(Duration.ofMillis(200)));
        for (int i = 0; i < 30; i++) {
            x.publish("owl " + i);
        }
        awaitQuietly(() -> stream.status().state() == StreamStatus.State.PAUSED);
        assertThat(stream.status().waiting()).isEqualTo(10);
        assertThat(stream.status().thrownAway()).isEqualTo(1);
        awaitTweets(10);
        awaitConnection(2);
        x.publish("owl at last");
        awaitTweets(11);
        assertThat(stream.gaps().missing())
                .singleElement()
                .satisfies(gap -> assertThat(gap.reason()).isEqualTo(Reason.OVERFLOW));
    }

    @Test
    void aReaderThatWaitsForThePollIsNoSilentConnection() throws Exception {
        x.addRule("owl", null);
        TwitterStreamSource stream = open(
                config().queueCapacity(1).overflowWait(Duration.ofMinutes(1)).stallLimit(Duration.ofMillis(500)));
        x.publish("owl 0");
        x.publish("owl 1");
        awaitQuietly(() ->
                stream.status().posts() == 2 && stream.status().sinceLastByte().compareTo(Duration.ofSeconds(1)) > 0);
        awaitTweets(2);
        assertThat(stream.status().connections()).isEqualTo(1);
    }

    @Test
    void framesThatAreThrownAwayAreCountedAndAGap() throws Exception {
        for (Overflow policy : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST)) {
            x.close();
            x = FakeX.start();
            x.addRule("owl", null);
            batches.clear();
            TwitterStreamSource stream = open(config().queueCapacity(10).overflow(policy));
            for (int i = 0; i < 30; i++) {
                x.publish("owl " + i);
            }
            awaitQuietly(() -> stream.status().thrownAway() == 20);
            awaitTweets(10);
            assertThat(tweets().get(9).text()).isEqualTo(policy == Overflow.DROP_OLDEST ? "owl 29" : "owl 9");
            assertThat(batches.stream()
                            .mapToLong(batch -> batch.skipped().getOrDefault("thrown-away", 0L))
                            .sum())
                    .isEqualTo(20);
            assertThat(stream.position().token())
                    .as("a gap that lasts")
                    .contains("gaps=")
                    .endsWith("-");
            assertThat(stream.status().connections()).isEqualTo(1);
            stream.close();
            assertThat(stream.gaps().missing()).anySatisfy(gap -> {
                assertThat(gap.reason()).isEqualTo(Reason.OVERFLOW);
                assertThat(gap.posts()).isEqualTo(20);
            });
        }
    }

    @Test
    void whatWasWrittenWhileNoStreamWasOpenIsFoundBySearchingForEachRule() throws Exception {
        x.addRule("owl", "birds");
        x.addRule("moth", null);
        Instant now = Instant.now();
        FakePost early = post(now.minusSeconds(300), "owl before the gap");
        FakePost owl = post(now.minusSeconds(200), "owl in the gap");
        FakePost both = post(now.minusSeconds(150), "owl and moth in the gap");
        FakePost late = post(now.minusSeconds(80), "moth after the gap");
        SourcePosition position = new SourcePosition("newest-id=" + early.id() + " until=" + now.toEpochMilli()
                + " gaps=" + now.minusSeconds(250).toEpochMilli() + '-'
                + now.minusSeconds(100).toEpochMilli());
        source = config().gapFill(GapFill.SEARCH).build().open(position);
        awaitTweets(2);
        assertThat(tweets())
                .extracting(Tweet::id)
                .containsExactlyInAnyOrder(owl.id(), both.id())
                .doesNotContain(late.id());
        assertThat(tweets()).extracting(Tweet::matchingRuleTags).contains(List.of("birds"));
        await(() -> !source.position()
                .token()
                .contains("gaps=" + now.minusSeconds(250).toEpochMilli()));
        assertThat(source.status().duplicates()).isEqualTo(1);
    }

    @Test
    void theLedgerIsKeptAndTheTimeBetweenTwoRunsIsAGap() throws Exception {
        x.addRule("owl", null);
        Path file = folder.resolve("gaps.jsonl");
        TwitterStreamSource first = open(config().ledgerFile(file));
        x.publish("owl 1");
        awaitTweets(1);
        SourcePosition position = first.position();
        first.close();
        await(() -> x.openStreams() == 0);
        x.publish("owl that nobody hears");
        source = config().ledgerFile(file).build().open(position);
        x.publish("owl 2");
        awaitTweets(2);
        assertThat(source.gaps().missing())
                .singleElement()
                .satisfies(gap -> assertThat(gap.reason()).isEqualTo(Reason.NOT_RUNNING));
        source.close();
        List<GapLedger.Interval> kept = GapLedger.read(file);
        assertThat(kept).anyMatch(interval -> interval.state() == State.MISSING);
        for (int i = 1; i < kept.size(); i++) {
            assertThat(kept.get(i).from()).isEqualTo(kept.get(i - 1).to());
        }
        assertThat(Files.readString(file)).contains("\"state\":\"missing\",\"reason\":\"not-running\"");
    }

    @Test
    void aRunOfAFewSecondsThatHasAllMissesNothingAndEndsWithWhatItPassedOn() throws Exception {
        x.addRule("owl", null);
        TwitterStreamSource stream = open(config());
        x.publish("owl 1");
        x.publish("owl 2");
        awaitTweets(2);
        x.publish("owl that is read, and that nobody asks for");
        awaitQuietly(() -> stream.status().waiting() == 1);
        Thread.sleep(50);
        Instant closed = Instant.now();
        stream.close();
        assertThat(stream.gaps().missing()).isEmpty();
        assertThat(stream.gaps().intervals()).singleElement().satisfies(end -> {
            assertThat(end.state()).isEqualTo(State.UNSETTLED);
            assertThat(end.to()).isBefore(closed.minusMillis(40));
        });
    }

    @Test
    void theStreamEndsWithTheLastPostThatMayBeRead() throws Exception {
        x.addRule("owl", null);
        SpendLimits limits =
                SpendLimits.builder().perDay(5).file(folder.resolve("spend")).build();
        TwitterStreamSource stream = open(config().spend(limits));
        for (int i = 0; i < 5; i++) {
            x.publish("owl " + i);
        }
        awaitTweets(5);
        await(stream::isExhausted);
        await(() -> x.openStreams() == 0);
        x.publish("owl too many");
        assertThat(x.postsBilled()).isEqualTo(5);
        assertThat(stream.status().spent().today()).isEqualTo(5);
        assertThat(stream.poll(Duration.ZERO).isEmpty()).isTrue();
        stream.close();
        TwitterStreamSource again = open(config().spend(limits));
        assertThat(again.isExhausted() || again.poll(Duration.ofSeconds(5)).isEmpty())
                .isTrue();
        assertThat(x.requests())
                .filteredOn(request -> request.path().equals(FakeX.STREAM))
                .hasSize(1);
    }

    @Test
    void theStatusTellsHowManyPostsComeInASecond() throws Exception {
        x.close();
        x = FakeX.builder().postsPerSecond(200).start();
        x.addRule("owl", null);
        TwitterStreamSource stream = open(config());
        await(() -> stream.status().posts() > 300);
        StreamStatus status = stream.status();
        assertThat(status.state()).isEqualTo(StreamStatus.State.LIVE);
        assertThat(status.postsPerSecond()).isPositive();
        assertThat(status.sinceLastPost()).isLessThan(Duration.ofSeconds(20));
        assertThat(status.missing()).isZero();
        assertThat(status.spent().thisRun())
                .isBetween(status.posts(), stream.status().posts());
    }

    private FakePost post(Instant at, String text) {
        FakePost post = FakePost.of(Long.toString(FakePost.firstId(at)), text, at);
        x.publish(post);
        return post;
    }

    private TwitterStreamConfig.Builder config() {
        return TwitterStreamConfig.builder(Credential.literal(x.bearerToken()))
                .baseUrl(x.uri())
                .gapFill(GapFill.NONE);
    }

    private TwitterStreamSource open(TwitterStreamConfig.Builder config) {
        source = config.build().open();
        return source;
    }

    private void poll() throws InterruptedException {
        SourceBatch batch = source.poll(Duration.ofMillis(20));
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
    }

    private List<Tweet> tweets() {
        return batches.stream().flatMap(batch -> batch.tweets().stream()).toList();
    }

    private void awaitTweets(int count) throws InterruptedException {
        while (tweets().size() < count) {
            poll();
        }
    }

    private void awaitConnection(int number) throws InterruptedException {
        await(() -> source.status().connections() == number && source.status().state() == StreamStatus.State.LIVE);
        await(() -> x.openStreams() == 1);
    }

    /** Waits without polling. */
    private static void awaitQuietly(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            try {
                poll();
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // closed, and only the server is waited for
            }
        }
    }
}
