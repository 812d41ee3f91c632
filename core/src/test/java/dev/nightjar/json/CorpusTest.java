/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nightjar.DataException;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.Corpus;
import dev.nightjar.testkit.Corpus.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bad input ends where it should, in canonical JSON and in what a source reads. */
class CorpusTest {
    /** What one record may take; on an idle machine all but the megabytes stay far below. */
    private static final Duration BUDGET = Duration.ofMillis(50);

    private static final int TRIES = 40;

    /** All but the tombstone, which does not come to be read. */
    static List<Corpus.Case> records() {
        return Corpus.cases().stream()
                .filter(input -> input.bytes().get() != null)
                .toList();
    }

    /** All but what a source passes over before it reads. */
    static List<Corpus.Case> documents() {
        return Corpus.cases().stream()
                .filter(input -> !(input.asLine() instanceof Outcome.Skipped))
                .toList();
    }

    /** All but those of many megabytes. */
    static List<Corpus.Case> small() {
        return records().stream()
                .filter(input -> input.bytes().get().length < 2_000_000)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordEndsWhereItShould(Corpus.Case input) {
        byte[] bytes = input.bytes().get();
        if (input.asRecord() instanceof Outcome.Good good) {
            Tweet tweet = TweetJson.fromBytes(bytes);
            assertThat(tweet).isEqualTo(good.tweet());
            assertThat(TweetJson.fromBytes(TweetJson.toBytes(tweet))).isEqualTo(tweet);
        } else {
            assertThat(input.asRecord()).isInstanceOf(Outcome.Dead.class);
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> TweetJson.fromBytes(bytes))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(((Outcome.Dead) input.asRecord()).code()))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDocumentOfTheApiEndsWhereItShould(Corpus.Case input) {
        byte[] bytes = input.bytes().get();
        if (input.asLine() instanceof Outcome.Good good) {
            assertThat(XJson.read(bytes, "here").tweets()).containsExactly(good.tweet());
        } else if (input.asLine() instanceof Outcome.Deleted deleted) {
            assertThat(XJson.read(bytes, "here").deletedIds()).containsExactly(deleted.id());
        } else if (input.asLine() instanceof Outcome.Dead dead && !dead.code().equals("x-error")) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> XJson.read(bytes, "here"))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(dead.code()))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        } else if (input.asLine() instanceof Outcome.Dead) {
            assertThat(XJson.read(bytes, "here").isError()).isTrue();
        } else {
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void noRecordTakesLong(Corpus.Case input) {
        byte[] bytes = input.bytes().get();
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Duration best = Duration.ofDays(1);
            // A busy machine may stop a thread at any time: the record has its budget if one try in many keeps it.
            for (int i = 0; i < TRIES && best.compareTo(BUDGET) > 0; i++) {
                long start = System.nanoTime();
                read(() -> TweetJson.fromBytes(bytes));
                read(() -> XJson.read(bytes, "here"));
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                best = took.compareTo(best) < 0 ? took : best;
            }
            assertThat(best).isLessThanOrEqualTo(BUDGET);
        });
    }

    @Test
    void aBadTweetAmongGoodOnesCostsItselfAlone() {
        for (Corpus.Case input : Corpus.cases()) {
            byte[] bytes = input.bytes().get();
            if (bytes == null || bytes.length > 100_000 || !(input.asLine() instanceof Outcome.Dead dead)) {
                continue;
            }
            if (List.of("bad-utf8", "bad-json", "json-limit", "x-error").contains(dead.code())) {
                continue; // after such a fault nobody can say where the next tweet begins, and errors are no elements
            }
            String page = "{\"data\":[" + Corpus.json("before") + "," + new String(bytes, UTF_8) + ","
                    + Corpus.json("after") + "]}";
            XPayload payload = XJson.read(page.getBytes(UTF_8), "here");
            assertThat(payload.tweets())
                    .as(input.name())
                    .extracting(Tweet::text)
                    .containsExactly("before", "after");
            assertThat(payload.deadLetters().size() + payload.problems().size())
                    .as(input.name())
                    .isEqualTo(1);
            payload.deadLetters().forEach(letter -> {
                assertThat(letter.code()).as(input.name()).isEqualTo(dead.code());
                assertThat(letter.origin()).isEqualTo("here#1");
                assertThat(new String(letter.original(), UTF_8))
                        .as(input.name())
                        .isEqualTo(
                                dead.code().equals("not-an-object")
                                        ? new String(bytes, UTF_8).replace("\"", "")
                                        : new String(bytes, UTF_8));
            });
        }
    }

    private static void read(Runnable call) {
        try {
            call.run();
        } catch (DataException e) {
            // Where it ends is another test's.
        }
    }
}
