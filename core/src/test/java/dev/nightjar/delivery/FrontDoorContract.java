/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.FatalException;
import dev.nightjar.LabelSet;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Every way from a topic into sinks behaves alike: the same records give the same rows, dead letters, ledger and
 * errors.
 */
public abstract class FrontDoorContract {
    /** A text with this is one that the classifier {@code emotion} fails on. */
    private static final String FAULT = "Kryptonite";

    /** And one with this is one that it throws on. */
    private static final String POISON = "Nitroglycerin";

    private static final Tweet OLD = Tweets.tweet(90, "before");

    private String name;
    private RecordingSink.Factory<ClassifiedTweet> first;
    private RecordingSink.Factory<ClassifiedTweet> second;
    private RecordingSink.Factory<DeadLetter> dead;

    /** A record of a topic. */
    public record Given(byte @Nullable [] key, byte @Nullable [] value) {}

    /**
     * Delivers the records of a topic of one partition, classified as {@code emotion} by {@link #emotion()}, and
     * returns what became of them.
     *
     * @param setUp completes the front door's builder
     * @throws RuntimeException what the engine threw, without what the front door wraps it in
     */
    protected abstract Ledger deliver(
            String topic, List<Given> records, Consumer<DeliveryBuilder<ClassifiedTweet, ?>> setUp) throws Exception;

    /** What the engine says of the last delivery. */
    protected abstract DeliveryMetrics metrics();

    /** The origin of a dead letter that was a record of that topic. */
    protected abstract String origin(String topic, long offset);

    /** How the records of the topic are called in messages. */
    protected abstract String records(String topic);

    /** The classifier under the name {@code emotion}. */
    protected static ClassifierFactory emotion() {
        return new Fragile(KeywordClassifier.emotion().faultMarker(FAULT).languages("en"));
    }

    private record Fragile(ClassifierFactory sturdy) implements ClassifierFactory {
        @Override
        public Set<String> languages() {
            return sturdy.languages();
        }

        @Override
        public Classifier open() {
            Classifier live = sturdy.open();
            return new Classifier() {
                @Override
                public LabelSet labels() {
                    return live.labels();
                }

                @Override
                public String model() {
                    return live.model();
                }

                @Override
                public List<Classification> classifyAll(List<String> texts) {
                    if (texts.stream().anyMatch(text -> text.contains(POISON))) {
                        throw new StackOverflowError();
                    }
                    return live.classifyAll(texts);
                }

                @Override
                public void close() {
                    live.close();
                }
            };
        }
    }

    @BeforeEach
    void nameEverythingAfterTheTest(TestInfo test) {
        name = getClass().getSimpleName()
                + '.'
                + test.getTestMethod().orElseThrow().getName();
        first = RecordingSink.tweets(name + ".b");
        second = RecordingSink.tweets(name + ".a");
        dead = RecordingSink.deadLetters(name + ".dead");
    }

    @Test
    void everyRecordEndsInASinkInADeadLetterOrInACount() throws Exception {
        Tweet fault = Tweets.tweet(3, "this one is " + FAULT);
        Tweet refusedByOne = Tweets.tweet(4);
        Tweet refusedByBoth = Tweets.tweet(5);
        Tweet blank = Tweets.tweet(6, " \n");
        first.reject(Set.of(refusedByBoth.id()));
        second.reject(Set.of(refusedByOne.id(), refusedByBoth.id()));

        Ledger ledger = deliver(
                name,
                List.of(
                        given(Tweets.tweet(0)),
                        given("key", "<html>"),
                        given("no id of a tweet", null),
                        given(fault),
                        given(refusedByOne),
                        given(refusedByBoth),
                        given(blank),
                        new Given(null, null),
                        given("key", "{\"id\":\"007\"}")),
                this::twoSinks);

        assertThat(ledger.toString())
                .isEqualTo("Ledger[in=9, out=2, deadLetters={classify/model-fault=1, decode/bad-id=1,"
                        + " decode/bad-json=1, sink/told-to-reject=2}, skipped={tombstone=2}]");
        assertThat(ledger.isBalanced()).isTrue();
        assertThat(ids(first)).containsExactly(Tweets.tweet(0).id(), refusedByOne.id(), blank.id());
        assertThat(ids(second)).containsExactly(Tweets.tweet(0).id(), blank.id());
        assertThat(first.records())
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion"));
        assertThat(first.records().get(2).classifications().values())
                .allSatisfy(answer ->
                        assertThat(((Classification.Rejected) answer).reason()).isEqualTo(Classification.Reason.BLANK));
        assertThat(dead.records())
                .extracting(
                        DeadLetter::stage,
                        DeadLetter::code,
                        DeadLetter::origin,
                        letter -> new String(letter.original(), UTF_8))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Stage.DECODE, "bad-json", origin(name, 1), "<html>"),
                        org.assertj.core.groups.Tuple.tuple(
                                Stage.CLASSIFY, "model-fault", origin(name, 3), json(fault)),
                        org.assertj.core.groups.Tuple.tuple(
                                Stage.SINK, "told-to-reject", origin(name, 4), json(refusedByOne)),
                        org.assertj.core.groups.Tuple.tuple(
                                Stage.SINK, "told-to-reject", origin(name, 5), json(refusedByBoth)),
                        org.assertj.core.groups.Tuple.tuple(
                                Stage.DECODE, "bad-id", origin(name, 8), "{\"id\":\"007\"}"));
        assertThat(dead.records().get(1).message())
                .matches("The classifier 'emotion' \\(keyword-emotion@\\w{12}\\) has no answer");
        assertThat(dead.records())
                .extracting(DeadLetter::message)
                .contains(
                        "The sink 'a' refuses it: Told to reject it",
                        "The sink 'b' refuses it: Told to reject it; The sink 'a' refuses it: Told to reject it");
        assertThat(metrics().counts()).isEqualTo(ledger);
        assertThat(metrics().sinks()).containsOnlyKeys("a", "b");
        SinkMetrics b = Objects.requireNonNull(metrics().sinks().get("b"));
        assertThat(b.stored()).isEqualTo(3);
        assertThat(b.refused()).isEqualTo(1);
        assertThat(b.timed()).isEqualTo(3);
        assertThat(metrics().sinks().get("a").refused()).isEqualTo(2);
        assertThat(metrics().health().lastBatch()).isNotNull();
        assertThat(metrics().health().trouble()).isNull();
        assertThat(metrics().inFlight().orElse(0)).isZero();
    }

    @Test
    void aTextThatAClassifierThrowsOnAndARecordThatASinkThrowsOnCostThemselvesAlone() throws Exception {
        Tweet poison = Tweets.tweet(3, "it is " + POISON);
        Tweet odd = Tweets.tweet(5);
        Tweet gone = Tweets.tweet(6);
        second.beforeWrite(batch -> {
            if (batch.stream().anyMatch(record -> record.tweet().equals(odd))) {
                throw new IllegalArgumentException(odd.text());
            }
        });
        first.thatErases();
        second.thatErases();

        Ledger ledger = deliver(
                name,
                List.of(
                        given(Tweets.tweet(1)),
                        given(Tweets.tweet(2)),
                        given(poison),
                        given(Tweets.tweet(4)),
                        given(odd),
                        given(gone),
                        given(gone.id(), null)),
                this::twoSinks);

        assertThat(ledger.toString())
                .isEqualTo("Ledger[in=7, out=4, deadLetters={classify/model-fault=1, sink/sink-fault=1},"
                        + " skipped={erased=1}]");
        assertThat(ids(first))
                .containsExactly(
                        Tweets.tweet(1).id(),
                        Tweets.tweet(2).id(),
                        Tweets.tweet(4).id(),
                        odd.id());
        assertThat(ids(second))
                .containsExactly(
                        Tweets.tweet(1).id(),
                        Tweets.tweet(2).id(),
                        Tweets.tweet(4).id());
        assertThat(dead.records())
                .extracting(letter -> new String(letter.original(), UTF_8))
                .containsExactly(json(poison), json(odd));
        assertThat(dead.records().get(1).message())
                .startsWith("The sink 'a' fails on it: java.lang.IllegalArgumentException at ")
                .doesNotContain(odd.text());
    }

    @Test
    void aTweetInALanguageThatTheModelDoesNotReadHasNoLabel() throws Exception {
        List<@Nullable String> languages = Arrays.asList("en", "es", "en-GB", "und", null, "qme", "in");
        List<Given> records = new ArrayList<>();
        for (String language : languages) {
            Tweet tweet = Tweets.tweet(records.size());
            records.add(given(Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                    .lang(language)
                    .build()));
        }

        Ledger ledger = deliver(name, records, this::twoSinks);

        assertThat(ledger.out()).isEqualTo(languages.size());
        assertThat(first.records())
                .filteredOn(
                        record -> record.classifications().get("emotion") instanceof Classification.Rejected rejected
                                && rejected.reason() == Classification.Reason.LANGUAGE)
                .extracting(record -> record.tweet().lang())
                .containsExactly("es", "in");
    }

    @Test
    void aSinkIsWrittenAfterThoseThatWereAddedBeforeIt() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        first.beforeWrite(batch -> order.add("b"));
        second.beforeWrite(batch -> order.add("a"));
        deliver(name, tweets(3), this::twoSinks);
        assertThat(order).containsExactly("b", "a");
    }

    @Test
    void aDeletedTweetIsErasedUnlessItCameAgain() throws Exception {
        Tweet again = Tweets.tweet(1);
        Tweet gone = Tweets.tweet(2);
        second.thatErases();
        first.thatErases();
        Ledger ledger = deliver(
                name,
                List.of(given(gone), given(again), given(gone.id(), null), given(again.id(), null), given(again)),
                this::twoSinks);
        assertThat(ids(first)).containsExactly(again.id());
        assertThat(ids(second)).containsExactly(again.id());
        assertThat(ledger.skipped()).isEqualTo(Map.of("erased", 1L, "tombstone", 1L));
    }

    @Test
    void aDeletionIsNotUndoneByATweetThatIsADeadLetter() throws Exception {
        first.thatErases();
        Ledger ledger = deliver(
                name,
                List.of(given(OLD), given(OLD.id(), null), given(Tweets.tweet(90, "again, with " + FAULT))),
                builder -> builder.sink("b", first).deadLetters(dead));
        assertThat(first.records()).isEmpty();
        assertThat(ledger.skipped()).isEqualTo(Map.of("erased", 1L));
        assertThat(ledger.deadLetters()).isEqualTo(Map.of("classify/model-fault", 1L));
    }

    @Test
    void aDeletionThatOneSinkCannotCarryOutIsCarriedOutByTheOther() throws Exception {
        second.thatErases();
        Ledger ledger = deliver(name, List.of(given(OLD), given(OLD.id(), null)), this::twoSinks);
        assertThat(first.records()).hasSize(1);
        assertThat(second.records()).isEmpty();
        assertThat(ledger.skipped()).isEqualTo(Map.of("tombstone", 1L));
    }

    @Test
    void aDeadLetterWithoutAPlaceEndsTheDelivery() {
        assertThatThrownBy(() -> deliver(name, List.of(given("key", "<html>")), builder -> builder.sink("b", first)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The record " + origin(name, 0)
                        + " is a dead letter (decode/bad-json) and there is no place for it; give it one with"
                        + " deadLetters or the option 'dead-letter-topic'");
    }

    @Test
    void tooManyDeadLettersEndTheDeliveryAndThoseOfTheBatchAreNotWritten() {
        List<Given> records = new ArrayList<>(tweets(6));
        IntStream.range(0, 3).forEach(i -> records.add(given("key", "<html>")));
        records.add(given("key", "{}"));
        assertThatThrownBy(() -> deliver(
                        name,
                        records,
                        builder -> builder.sink("b", first).deadLetters(dead).deadLetterLimit(4, 10)))
                .isExactlyInstanceOf(FatalException.class)
                .hasMessage("Of the last 10 " + records(name) + " 4 are dead letters, most often 'decode/bad-json' (3):"
                        + " check what writes the topic, then start again, or raise the dead-letter limit");
        assertThat(dead.records()).isEmpty();
    }

    @Test
    void aStoreThatFailsForAMomentDelaysAndLosesNothing() throws Exception {
        first.failNext(2);
        Ledger ledger = deliver(name, tweets(20), this::twoSinks);
        assertThat(ledger).isEqualTo(new Ledger(20, 20, new TreeMap<>(), new TreeMap<>()));
        assertThat(ids(first)).hasSize(20).isEqualTo(ids(second));
        assertThat(metrics().sinks().get("b").retried()).isEqualTo(2);
        assertThat(metrics().sinks().get("a").retried()).isZero();
    }

    @Test
    void aStoreThatStaysDownMakesNoDeadLetterAndTheNextDeliveryStoresAll() throws Exception {
        second.beforeWrite(batch -> {
            throw new RetriableException("The store is down", null);
        });
        assertThatThrownBy(() -> deliver(
                        name,
                        tweets(20),
                        builder -> builder.sink("b", first)
                                .sink("a", second)
                                .deadLetters(dead)
                                .retryLimit(Duration.ofMillis(300))))
                .isInstanceOf(RetriableException.class)
                .hasMessage("The store is down");
        assertThat(dead.records()).isEmpty();
        assertThat(metrics().health().isLive()).isFalse();
        assertThat(metrics().health()).hasToString("failed: The store is down");

        second.beforeWrite(batch -> {});
        deliver(name + ".again", tweets(20), this::twoSinks);
        assertThat(ids(first)).hasSize(20).isEqualTo(ids(second));
    }

    @Test
    void aDeadLetterStoreThatStaysDownEndsTheDelivery() {
        dead.failNext(Integer.MAX_VALUE);
        assertThatThrownBy(() -> deliver(
                        name,
                        List.of(given("key", "<html>")),
                        builder -> builder.sink("b", first).deadLetters(dead).retryLimit(Duration.ZERO)))
                .isInstanceOf(RetriableException.class)
                .hasMessage("Told to fail");
    }

    @Test
    void aSetUpThatCannotBeIsRefusedWithEveryFault() {
        assertThatThrownBy(() -> deliver(
                        name,
                        List.of(),
                        builder -> builder.batchSize(0).deadLetterLimit(0, 10).retryLimit(Duration.ofSeconds(-1))))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "4 faults: There is no sink: add one with sink(...); The option 'batch-size' is 0, not at least 1; The"
                                + " option 'dead-letter-limit' is 0, not at least 1; The option 'retry-limit' is PT-1S, not at least 0s");
        assertThatThrownBy(() -> deliver(
                        name, List.of(), builder -> builder.sink("a", first).sink("a", second)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("There are two sinks of the name 'a'");
    }

    private void twoSinks(DeliveryBuilder<ClassifiedTweet, ?> builder) {
        builder.sink("b", first).sink("a", second).deadLetters(dead);
    }

    private static List<Given> tweets(int count) {
        return Tweets.tweets(count).stream().map(FrontDoorContract::given).toList();
    }

    private static Given given(Tweet tweet) {
        return new Given(tweet.id().getBytes(UTF_8), TweetJson.toBytes(tweet));
    }

    private static Given given(String key, @Nullable String value) {
        return new Given(key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
    }

    private static String json(Tweet tweet) {
        return new String(TweetJson.toBytes(tweet), UTF_8);
    }

    private static List<String> ids(RecordingSink.Factory<ClassifiedTweet> sink) {
        return sink.records().stream().map(record -> record.tweet().id()).toList();
    }
}
