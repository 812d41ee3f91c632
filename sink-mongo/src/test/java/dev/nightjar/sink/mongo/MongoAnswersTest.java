/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Retry;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.Tweets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sink makes of a server's answers, by a stub that gives them: errors, their codes, half-done writes. */
class MongoAnswersTest {
    private static final String RACE =
            "{index: %d, code: 11000, errmsg: 'E11000 duplicate key error collection: nightjar.tweets index: _id_ dup key:"
                    + " { _id: \"1\" }'}";

    private final StubMongo mongo = new StubMongo();

    @AfterEach
    void stop() throws IOException {
        mongo.close();
    }

    @Test
    void writesAreUpsertsAcknowledgedByTheMajorityFromItsJournalAndRetriedByTheDriver() {
        write(Tweets.classifieds(3));
        assertThat(mongo.updates).hasSize(1);
        BsonDocument command = mongo.updates.get(0);
        assertThat(command.getDocument("writeConcern")).isEqualTo(BsonDocument.parse("{w: 'majority', j: true}"));
        assertThat(command.getBoolean("ordered").getValue()).isFalse();
        assertThat(command).containsKeys("txnNumber", "lsid");
        assertThat(command.getArray("updates")).hasSize(3).allSatisfy(update -> {
            assertThat(update.asDocument().getBoolean("upsert").getValue()).isTrue();
            assertThat(update.asDocument().getDocument("q").keySet()).containsExactly("_id");
        });
    }

    @Test
    void aBatchGoesOutInBulksOfLimitedCountAndBytes() {
        write(Tweets.classifieds(2_500));
        assertThat(mongo.updates)
                .extracting(update -> update.getArray("updates").size())
                .containsExactly(1000, 1000, 500);
        mongo.updates.clear();
        List<ClassifiedTweet> batch = Tweets.classifieds(10);
        try (Sink<ClassifiedTweet> sink =
                MongoSinkConfig.builder(mongo.uri()).batchBytes(1_500).build().open()) {
            sink.write(batch);
        }
        assertThat(mongo.updates).hasSizeGreaterThan(3);
        assertThat(mongo.documents).hasSize(2_500);
    }

    @ParameterizedTest
    @CsvSource({
        "2, bad-value",
        "9, bad-value",
        "121, document-validation",
        "171, parallel-arrays",
        "10334, too-large",
        "16755, bad-geometry",
        "17280, index-key-too-long"
    })
    void aFaultOfOneDocumentRejectsItAlone(int code, String rejection) {
        mongo.answerUpdate("{ok: 1, n: 2, nModified: 0, writeErrors: [{index: 1, code: " + code
                + ", errmsg: 'bad: so sad that the season is over'}]}");
        RejectedRecordsException rejected = rejected(Tweets.classifieds(3));
        assertThat(rejected.rejections())
                .containsExactly(new Rejection(
                        1, Tweets.tweet(1).id(), rejection, "MongoDB refuses the document with error " + code));
        assertThat(mongo.documents).hasSize(2);
    }

    @Test
    void theRejectedIndexIsThatInTheBatchNotThatInTheBulk() {
        mongo.answerUpdate("{ok: 1, n: 1000, nModified: 0}")
                .answerUpdate("{ok: 1, n: 999, nModified: 0, writeErrors: [{index: 7, code: 121, errmsg: ''}]}");
        assertThat(rejected(Tweets.classifieds(2_000)).rejections())
                .extracting(Rejection::index)
                .containsExactly(1007);
        assertThat(mongo.documents)
                .hasSize(1999)
                .doesNotContainKey(Tweets.tweet(1007).id());
    }

    @Test
    void aRejectedRecordGivesWayToTheOneBeforeItOfTheSameId() {
        ClassifiedTweet plain = Tweets.classified(0);
        ClassifiedTweet edited = Tweets.classified(
                Tweet.builder(plain.tweet().id(), "edited", plain.tweet().createdAt())
                        .build());
        mongo.answerUpdate("{ok: 1, n: 1, nModified: 0, writeErrors: [{index: 0, code: 121, errmsg: ''}]}");
        assertThat(rejected(List.of(plain, Tweets.classified(1), edited)).rejections())
                .extracting(Rejection::index)
                .containsExactly(2);
        assertThat(mongo.documents).hasSize(2);
        assertThat(mongo.documents.get(plain.tweet().id()).getString("text").getValue())
                .isEqualTo(plain.tweet().text());
    }

    @Test
    void aRaceOfTwoInsertsIsWrittenAgainOnce() {
        mongo.answerUpdate("{ok: 1, n: 1, nModified: 0, writeErrors: [" + RACE.formatted(1) + "]}");
        write(Tweets.classifieds(3));
        assertThat(mongo.documents).hasSize(3);
        assertThat(mongo.updates)
                .extracting(update -> update.getArray("updates").size())
                .containsExactly(3, 1);
    }

    @Test
    void aRaceThatGoesOnIsRetriableNotRejected() {
        mongo.answerUpdate("{ok: 1, n: 0, nModified: 0, writeErrors: [" + RACE.formatted(0) + "]}")
                .answerUpdate("{ok: 1, n: 0, nModified: 0, writeErrors: [" + RACE.formatted(0) + "]}");
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> write(Tweets.classifieds(1)))
                .withMessage("Another writer keeps inserting the same ids into MongoDB");
    }

    @Test
    void aWriteConcernErrorLeavesTheWholeBatchUncertainThusRetriable() {
        mongo.answerUpdate("{ok: 1, n: 2, nModified: 0, writeErrors: [{index: 1, code: 121, errmsg: ''}],"
                + " writeConcernError: {code: 64, errmsg: 'waiting for replication timed out'}}");
        Sink<ClassifiedTweet> sink = open();
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> sink.write(Tweets.classifieds(3)))
                .withMessage("Nobody knows whether a majority has stored the documents: write concern error 64");
        sink.write(Tweets.classifieds(3));
        sink.close();
        assertThat(mongo.documents).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {91, 189, 10107, 11600, 11602, 13435, 50, 262, 14031})
    void aServerThatCannotJustNowIsRetriable(int code) {
        mongo.answerUpdate("{ok: 0, code: " + code + ", errmsg: 'not now', codeName: 'NotNow'}")
                .answerUpdate("{ok: 0, code: " + code + ", errmsg: 'not now', codeName: 'NotNow'}")
                .answerUpdate("{ok: 0, code: " + code + ", errmsg: 'not now', codeName: 'NotNow'}");
        try (Sink<ClassifiedTweet> sink = open()) {
            Throwable failure = catchThrowable(() -> sink.write(Tweets.classifieds(1)));
            assertThat(failure)
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining(code == 50 ? "timeout" : "error " + code);
            Retry.upTo(Duration.ofSeconds(20)).run("write a tweet", () -> sink.write(Tweets.classifieds(1)));
        }
        assertThat(mongo.documents).hasSize(1);
    }

    @Test
    void aServerThatCannotWriteOneDocumentJustNowIsRetriable() {
        mongo.answerUpdate("{ok: 1, n: 2, nModified: 0, writeErrors: [{index: 0, code: 121, errmsg: ''},"
                + " {index: 1, code: 112, errmsg: ''}]}");
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> write(Tweets.classifieds(3)));
    }

    @Test
    void anUnknownErrorIsFatalAndShowsNothingOfTheDocument() throws IOException {
        mongo.answerUpdate(
                        "{ok: 1, n: 2, nModified: 0, writeErrors: [{index: 1, code: 4711, errmsg: 'I hate it when'}]}")
                .answerUpdate("{ok: 0, code: 4712, errmsg: 'I hate it when', codeName: 'Odd'}");
        for (String described : List.of("not known: error 4711", "not known: error 4712 Odd")) {
            Throwable failure = catchThrowable(() -> write(Tweets.classifieds(3)));
            assertThat(failure).isExactlyInstanceOf(FatalException.class).hasMessageContaining(described);
            assertThat(failure).hasStackTraceContaining("MongoStore").hasMessageNotContaining("hate");
            assertThat(failure.getCause()).isNull();
            new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(failure);
        }
    }

    @Test
    void aRefusedLoginIsAFaultOfTheConfiguration() {
        mongo.answer(
                "saslStart", "{ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.'}");
        MongoSinkConfig config = MongoSinkConfig.builder(mongo.uri())
                .login("robin", Credential.literal("canary-secret"))
                .build();
        Throwable failure = catchThrowable(config::open);
        assertThat(failure)
                .isInstanceOf(ConfigException.class)
                .hasMessage("MongoDB refuses the login; check the user, the password and auth-source");
        assertThat(failure).hasStackTraceContaining("Failures").hasMessageNotContaining("canary-secret");
    }

    @Test
    void aServerThatIsShuttingDownAtTheLoginIsRetriable() {
        mongo.answer("saslStart", "{ok: 0, code: 91, codeName: 'ShutdownInProgress', errmsg: 'going'}");
        MongoSinkConfig config = MongoSinkConfig.builder(mongo.uri())
                .login("robin", Credential.literal("canary-secret"))
                .timeout(Duration.ofSeconds(1))
                .build();
        assertThat(catchThrowable(config::open)).isInstanceOf(RetriableException.class);
    }

    @Test
    void aMissingRightIsAFaultOfTheConfiguration() {
        mongo.answerUpdate("{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized to execute {u: ..}'}");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> write(Tweets.classifieds(1)))
                .withMessage(
                        "The MongoDB user lacks a right that the sink needs: error 13 Unauthorized; readWrite on the"
                                + " database is enough");
    }

    @Test
    void aUserWhoMayNotListIndexesCanStillWrite() {
        mongo.answer("listIndexes", "{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: ''}");
        write(Tweets.classifieds(1));
        assertThat(mongo.documents).hasSize(1);
    }

    @Test
    void whatATtlIndexWouldDeleteAtOnceIsRejected() {
        mongo.answer(
                "listIndexes",
                "{ok: 1, cursor: {id: {$numberLong: '0'}, ns: 'nightjar.tweets', firstBatch: [{v: 2, key: {_id: 1}, name:"
                        + " '_id_'}, {v: 2, key: {created_at: 1}, name: 't', expireAfterSeconds: 3600}]}}");
        ClassifiedTweet old = Tweets.classified(0);
        ClassifiedTweet fresh =
                Tweets.classified(Tweet.builder("20", "new", java.time.Instant.parse("2999-01-01T00:00:00Z"))
                        .build());
        assertThat(rejected(List.of(old, fresh)).rejections())
                .containsExactly(new Rejection(
                        0,
                        old.tweet().id(),
                        "expired",
                        "The collection's TTL index deletes what has a 'created_at' more than 3600 s ago, as this record"
                                + " has"));
        assertThat(mongo.documents).containsOnlyKeys("20");
    }

    @Test
    void nothingFromATweetBecomesAKey() {
        ClassifiedTweet odd = ClassifiedTweet.of(
                Tweets.rich(),
                Map.of(
                        "emotion",
                        new dev.nightjar.Classification.Scored(
                                "m@1", List.of(new dev.nightjar.ScoredLabel("$where.a\u0000b", 1)), false)));
        write(List.of(odd));
        BsonDocument stored = mongo.documents.get(odd.tweet().id());
        assertThat(stored.getDocument("classifications")
                        .getDocument("emotion")
                        .getString("label")
                        .getValue())
                .isEqualTo("$where.a\u0000b");
        assertThat(stored.keySet()).allMatch(key -> key.matches("[a-z_]+"));
    }

    @Test
    void aServerThatIsTooSlowForABulkGetsHalfOfItAndLaterALittleMore() {
        mongo.slowAbove(100);
        List<ClassifiedTweet> batch = Tweets.classifieds(1_000);
        try (Sink<ClassifiedTweet> sink = MongoSinkConfig.builder(mongo.uri())
                .timeout(Duration.ofSeconds(1))
                .build()
                .open()) {
            Retry.upTo(Duration.ofSeconds(40)).run("write 1,000 tweets", () -> sink.write(batch));
            sink.write(batch);
        }
        assertThat(mongo.documents).hasSize(1_000);
        assertThat(mongo.updates)
                .extracting(update -> update.getArray("updates").size())
                .startsWith(1_000, 500, 250, 125)
                .contains(62, 69)
                .satisfies(sizes ->
                        assertThat(sizes).filteredOn(size -> size > 100).hasSize(4));
    }

    private void write(List<ClassifiedTweet> batch) {
        try (Sink<ClassifiedTweet> sink = open()) {
            sink.write(batch);
        }
    }

    private RejectedRecordsException rejected(List<ClassifiedTweet> batch) {
        RejectedRecordsException rejected = catchThrowableOfType(RejectedRecordsException.class, () -> write(batch));
        assertThat(rejected).as("the rejection").isNotNull();
        return rejected;
    }

    private Sink<ClassifiedTweet> open() {
        return MongoSinkConfig.builder(mongo.uri())
                .timeout(Duration.ofSeconds(5))
                .build()
                .open();
    }
}
