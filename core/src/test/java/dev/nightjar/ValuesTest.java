/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static final Instant START = Tweets.START;
    private static final Instant END = START.plusSeconds(60);

    @ParameterizedTest
    @CsvSource({"0, 5, 0, 5", "3, 3, 3, 3", "-1, -1, -1, -1", "-5, 3, -1, -1", "5, 3, -1, -1"})
    void aSpanThatCannotBeOneIsNotKnown(int start, int end, int keptStart, int keptEnd) {
        Entity entity = new Entity("a", start, end);
        assertThat(entity.start()).isEqualTo(keptStart);
        assertThat(entity.end()).isEqualTo(keptEnd);
    }

    @Test
    void anAuthorMayBeKnownByItsUsernameAlone() {
        assertThat(Author.ofUsername("wren")).isEqualTo(new Author(null, "wren", null, null));
    }

    @Test
    void labelsAreFoundByTheirIndex() {
        LabelSet labels = new LabelSet(List.of("joy", "anger"), ProblemType.SINGLE_LABEL);
        assertThat(labels.size()).isEqualTo(2);
        assertThat(labels.indexOf("anger")).isEqualTo(1);
        assertThat(labels.indexOf("sadness")).isEqualTo(-1);
    }

    @Test
    void labelsAreDistinctAndNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LabelSet(List.of("joy", "joy"), ProblemType.SINGLE_LABEL))
                .withMessage("The label names are not distinct: [joy, joy]");
        for (List<String> names : List.of(List.<String>of(), List.of("joy", " "))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new LabelSet(names, ProblemType.MULTI_LABEL))
                    .withMessageContaining("needs names that are not blank");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aScoreIsFromZeroToOne(double score) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScoredLabel("joy", score))
                .withMessage("The score of 'joy' is " + score + ", not from 0 to 1");
        assertThat(new ScoredLabel("joy", 0).score()).isZero();
        assertThat(new ScoredLabel("joy", 1).score()).isOne();
    }

    @Test
    void aPositionIsOneShortLine() {
        assertThat(SourcePosition.START.isStart()).isTrue();
        assertThat(new SourcePosition("a".repeat(4096)).isStart()).isFalse();
        for (String token : List.of("a".repeat(4097), "a\nb", "a\rb", "\u0000", "\u0085", "\t")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new SourcePosition(token))
                    .withMessageContaining("one line of at most 4096 characters");
        }
    }

    @Test
    void aBatchCountsEverythingThatWasRead() {
        List<Tweet> tweets = new ArrayList<>(Tweets.tweets(2));
        Map<String, Long> skipped = new HashMap<>(Map.of("keep-alive", 2L, "limit", 3L));
        SourceBatch batch = new SourceBatch(tweets, List.of(), List.of("20"), skipped);
        tweets.clear();
        skipped.clear();
        assertThat(batch.tweets()).isEqualTo(Tweets.tweets(2));
        assertThat(batch.skippedCount()).isEqualTo(5);
        assertThat(batch.isEmpty()).isFalse();
        assertThat(new SourceBatch(List.of(), List.of(), List.of(), Map.of("keep-alive", 1L)).isEmpty())
                .isFalse();
        assertThat(new SourceBatch(List.of(), List.of(), List.of("20"), Map.of()).isEmpty())
                .isFalse();
        assertThat(SourceBatch.empty().isEmpty()).isTrue();
        assertThat(SourceBatch.of(Tweets.tweets(2)).tweets()).hasSize(2);
    }

    @Test
    void aBatchIsCollectedRecordByRecordAndBatchByBatch() {
        Tweet tweet = Tweets.tweet(1);
        DeadLetter letter = new DeadLetter(DeadLetter.Stage.SOURCE, "bad-json", "Not JSON", "here", new byte[] {1});
        SourceBatch.Builder records = SourceBatch.builder();
        assertThat(records.skipped("thrown-away", 0).build().isEmpty()).isTrue();
        SourceBatch first = records.tweet(tweet)
                .deadLetter(letter)
                .deleted("20")
                .skipped("limit", 2)
                .build();
        assertThat(first)
                .isEqualTo(new SourceBatch(List.of(tweet), List.of(letter), List.of("20"), Map.of("limit", 2L)));
        assertThat(records.add(first).build())
                .isEqualTo(new SourceBatch(
                        List.of(tweet, tweet),
                        List.of(letter, letter),
                        List.of("20", "20"),
                        Map.of("limit", 4L),
                        List.of(1, 2)));
    }

    @Test
    void aBatchKeepsTheOrderOfTweetsAndDeletions() {
        SourceBatch again = SourceBatch.builder()
                .deleted(Tweets.tweet(1).id())
                .tweet(Tweets.tweet(1))
                .build();
        SourceBatch batch = SourceBatch.builder()
                .tweet(Tweets.tweet(0))
                .add(again)
                .deleted("20")
                .build();
        List<String> order = new ArrayList<>();
        batch.inOrder(tweet -> order.add("tweet " + tweet.id()), id -> order.add("deleted " + id));
        assertThat(order)
                .containsExactly(
                        "tweet " + Tweets.tweet(0).id(),
                        "deleted " + Tweets.tweet(1).id(),
                        "tweet " + Tweets.tweet(1).id(),
                        "deleted 20");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SourceBatch(List.of(), List.of(), List.of("20"), Map.of(), List.of()))
                .withMessage("There are 1 deletions, and places for 0");
    }

    @Test
    void scoresSumToOneOrStandForThemselves() {
        double[] logits = {1000, 1000 - Math.log(4), 0};
        assertThat(ProblemType.SINGLE_LABEL.scores(logits.clone(), 1))
                .containsExactly(new double[] {0.8, 0.2, 0}, within(1e-12));
        assertThat(ProblemType.SINGLE_LABEL.scores(new double[] {Math.log(16), 0}, 2))
                .containsExactly(new double[] {0.8, 0.2}, within(1e-12));
        assertThat(ProblemType.MULTI_LABEL.scores(new double[] {Math.log(16), 0, -1000}, 2))
                .containsExactly(new double[] {0.8, 0.5, 0}, within(1e-12));
        assertThat(ProblemType.SINGLE_LABEL.scores(new double[] {1, Double.NaN}, 1))
                .containsOnly(Double.NaN);
    }

    @Test
    void aDeadLetterKeepsItsBytesAndShowsNoneOfThem() {
        byte[] original = "canary".getBytes(StandardCharsets.UTF_8);
        DeadLetter letter = DeadLetter.of(
                DeadLetter.Stage.DECODE, new DataException("bad-json", "Not JSON"), "tweets-0-17", original);
        original[0] = 'X';
        letter.original()[1] = 'X';
        assertThat(letter.original()).asString(StandardCharsets.UTF_8).isEqualTo("canary");
        assertThat(letter).hasToString("DeadLetter[DECODE bad-json at tweets-0-17, 6 bytes]");
        assertThat(letter.message()).isEqualTo("Not JSON");
        assertThat(letter.code()).isEqualTo("bad-json");
        assertThat(letter.origin()).isEqualTo("tweets-0-17");
        assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.DECODE);
        assertThat(Serialized.copyOf(letter)).isEqualTo(letter).hasSameHashCodeAs(letter);
    }

    @Test
    void deadLettersAreEqualByAllTheirParts() {
        DeadLetter letter = new DeadLetter(DeadLetter.Stage.SINK, "c", "m", "o", new byte[] {1});
        assertThat(letter)
                .isEqualTo(new DeadLetter(DeadLetter.Stage.SINK, "c", "m", "o", new byte[] {1}))
                .isNotEqualTo(new DeadLetter(DeadLetter.Stage.CLASSIFY, "c", "m", "o", new byte[] {1}))
                .isNotEqualTo(new DeadLetter(DeadLetter.Stage.SINK, "d", "m", "o", new byte[] {1}))
                .isNotEqualTo(new DeadLetter(DeadLetter.Stage.SINK, "c", "n", "o", new byte[] {1}))
                .isNotEqualTo(new DeadLetter(DeadLetter.Stage.SINK, "c", "m", "p", new byte[] {1}))
                .isNotEqualTo(new DeadLetter(DeadLetter.Stage.SINK, "c", "m", "o", new byte[] {2}));
    }

    @Test
    void theMessageOfADeadLetterIsCutToAWellFormedText() {
        String message = "a".repeat(4095) + "\ud83e\udd89" + "b".repeat(1_000_000);
        DeadLetter letter = new DeadLetter(DeadLetter.Stage.SINK, "c", message, "o", new byte[0]);
        assertThat(letter.message().length()).isEqualTo(4096);
        assertThat(letter.message().charAt(4095)).isEqualTo('\ufffd');
        assertThat(new DeadLetter(DeadLetter.Stage.SINK, "c", "a".repeat(4096), "o", new byte[0]).message())
                .hasSize(4096);
    }

    @Test
    void aCountIsOfOneWindow() {
        WindowedCount count = new WindowedCount("hashtag", "nba", START.plusNanos(999), END.plusNanos(1), 7);
        assertThat(count).isEqualTo(new WindowedCount("hashtag", "nba", START, END, 7));
        assertThat(Serialized.copyOf(count)).isEqualTo(count);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WindowedCount("hashtag", "nba", START, START.plusNanos(1), 7))
                .withMessage("The window from 2024-05-01T12:00:00Z to 2024-05-01T12:00:00Z is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WindowedCount("hashtag", "nba", END, START, 7))
                .withMessageContaining("is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WindowedCount("hashtag", "nba", START, END, -1))
                .withMessage("The count -1 is negative");
    }

    @Test
    void theKeyOfACountIsAShortText() {
        assertThat(new WindowedCount("word", "a\u0000\ud800", START, END, 0).key())
                .isEqualTo("a\ufffd");
        assertThat(new WindowedCount("word", "a".repeat(256), START, END, 0).key())
                .hasSize(256);
        for (String key : List.of("", " ", "\u0000", "a".repeat(257))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new WindowedCount("word", key, START, END, 0))
                    .withMessage("The key of a 'word' count is not 1 to 256 characters");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"emotion", "e", "emotion_2", "a234567890123456789012345678901234567890"})
    void theNameOfAClassifierCanBeAColumn(String name) {
        assertThat(ClassifiedTweet.checkName(name)).isEqualTo(name);
        assertThat(new WindowedCount(name, "k", START, END, 0).metric()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Emotion",
                "2nd",
                "_id",
                "e-motion",
                "e.motion",
                "$where",
                "\u00e9motion",
                "emotion\n",
                "a2345678901234567890123456789012345678901"
            })
    void whatCannotBeAColumnIsNoNameOfAClassifier(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassifiedTweet.of(Tweets.tweet(0), Map.of(name, joy())))
                .withMessageContaining("The classifier name '" + name + "' is not a lower-case letter");
        assertThatIllegalArgumentException().isThrownBy(() -> new WindowedCount(name, "k", START, END, 0));
    }

    @Test
    void classificationsAreSortedByNameWhateverTheirMap() {
        TreeMap<String, Classification> reversed = new TreeMap<>(Comparator.<String>reverseOrder());
        reversed.putAll(Map.of("emotion", joy(), "sentiment", joy()));
        ClassifiedTweet classified = new ClassifiedTweet(Tweets.tweet(0), reversed);
        reversed.clear();
        assertThat(classified.classifications().keySet()).containsExactly("emotion", "sentiment");
        assertThat(classified.classifications()).isUnmodifiable();
        TreeMap<String, Classification> byLambda = new TreeMap<>((a, b) -> b.compareTo(a));
        byLambda.putAll(classified.classifications());
        assertThat(Serialized.copyOf(new ClassifiedTweet(Tweets.tweet(0), byLambda)))
                .isEqualTo(classified);
    }

    @Test
    void aClassificationIsNeverNull() {
        Map<String, Classification> missing = new HashMap<>();
        missing.put("emotion", null);
        assertThatNullPointerException()
                .isThrownBy(() -> ClassifiedTweet.of(Tweets.tweet(0), missing))
                .withMessage("The classification 'emotion' is null");
    }

    @Test
    void aDigestIsThatOfTheStandard(@TempDir Path folder) throws Exception {
        // The test vectors of FIPS 180-2.
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(Sha256.of("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(abc);
        Path file = Files.writeString(folder.resolve("a-million"), "a".repeat(1_000_000));
        assertThat(Sha256.of(file)).isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        assertThat(Sha256.model("emotion", abc)).isEqualTo("emotion@ba7816bf8f01");
    }

    private static Classification joy() {
        return new Classification.Scored("m@0123456789ab", List.of(new ScoredLabel("joy", 1)), false);
    }
}
