/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Classifier} promises, as tests. A test class implements {@link #factory()} and, where its model
 * needs them, the other hooks:
 *
 * <pre>{@code
 * class MyClassifierTest implements ClassifierContract {
 *     public ClassifierFactory factory() {
 *         return MyClassifierConfig.builder(Path.of("model")).build();
 *     }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public interface ClassifierContract extends LiveContract {
    /** Opens the classifier under test; every call gives an equal factory. */
    @Override
    ClassifierFactory factory();

    /**
     * How much a score may change with what else is in the batch; 1e-5. A dynamically quantised model overrides it and
     * says so in its README among the known deviations.
     */
    default double tolerance() {
        return 1e-5;
    }

    /** Whether the model reads only the beginning of a text of 25,000 characters; true. */
    default boolean truncates() {
        return true;
    }

    /** The models that an answer may name: the classifier's own. One that passes texts on to others overrides it. */
    default Set<String> modelsOf(Classifier classifier) {
        return Set.of(classifier.model());
    }

    /** Texts that the model scores, of several lengths and with more than one best label among them. */
    default List<String> texts() {
        return IntStream.range(0, 33)
                .mapToObj(i -> Tweets.tweet(i).text() + " and so on".repeat(i % 5))
                .toList();
    }

    /** The time limit of each test, after which it counts as hanging; 10 min, for slow and emulated machines. */
    default Duration patience() {
        return Duration.ofMinutes(10);
    }

    /** There is one answer per text, in the order of the texts. */
    @Test
    default void eachTextHasItsAnswerInItsPlace() {
        List<String> texts = new ArrayList<>(texts());
        texts.add(5, "");
        texts.add(" ");
        try (Classifier classifier = factory().open()) {
            List<Classification> answers = classifier.classifyAll(texts);
            assertThat(answers).hasSameSizeAs(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertSame(
                        answers.get(i),
                        classifier.classifyAll(List.of(texts.get(i))).get(0),
                        texts.get(i));
            }
        }
    }

    /** {@code classify} gives what a batch gives. */
    @Test
    default void oneTextIsABatchOfOne() {
        try (Classifier classifier = factory().open()) {
            String text = texts().get(0);
            assertSame(
                    classifier.classify(text),
                    classifier.classifyAll(List.of(text)).get(0),
                    text);
        }
    }

    /** The texts in another order give the same answers in that order. */
    @Test
    default void theOrderOfABatchDoesNotMatter() {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, texts().size()).boxed().toList());
        Collections.shuffle(order, new Random(7));
        List<String> texts = texts();
        try (Classifier classifier = factory().open()) {
            List<Classification> straight = classifier.classifyAll(texts);
            List<Classification> shuffled =
                    classifier.classifyAll(order.stream().map(texts::get).toList());
            for (int i = 0; i < order.size(); i++) {
                assertSame(shuffled.get(i), straight.get(order.get(i)), texts.get(order.get(i)));
            }
        }
    }

    /** A text that is in a batch twice has the same answer twice. */
    @Test
    default void aRepeatedTextHasTheSameAnswer() {
        String text = texts().get(1);
        try (Classifier classifier = factory().open()) {
            List<Classification> answers = classifier.classifyAll(List.of(text, texts().get(0), text));
            assertSame(answers.get(2), answers.get(0), text);
        }
    }

    /** No texts have no answers. */
    @Test
    default void noTextsHaveNoAnswers() {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classifyAll(List.of())).isEmpty();
        }
    }

    /** A null list and a null text are programming faults. */
    @Test
    default void nullIsRefused() {
        try (Classifier classifier = factory().open()) {
            assertThatNullPointerException().isThrownBy(() -> classifier.classifyAll(LiveContract.nothing()));
            assertThatNullPointerException()
                    .isThrownBy(() -> classifier.classifyAll(Arrays.asList(texts().get(0), LiveContract.nothing())));
        }
    }

    /** A scored text has every label once, best first; single-label scores sum to 1; the answer names the model. */
    @Test
    default void scoresAreThoseOfTheLabels() {
        try (Classifier classifier = factory().open()) {
            LabelSet labels = classifier.labels();
            List<Classification> answers = classifier.classifyAll(texts());
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer).isInstanceOf(Scored.class);
                assertThat(answer.model()).isIn(modelsOf(classifier));
                List<ScoredLabel> scores = ((Scored) answer).scores();
                assertThat(scores).extracting(ScoredLabel::label).containsExactlyInAnyOrderElementsOf(labels.names());
                if (labels.problemType() == ProblemType.SINGLE_LABEL) {
                    assertThat(scores.stream().mapToDouble(ScoredLabel::score).sum())
                            .as("the sum of single-label scores")
                            .isCloseTo(1, within(1e-5));
                }
            });
            assertThat(answers.stream()
                            .map(answer -> answer.top().orElseThrow())
                            .distinct()
                            .count())
                    .as("different answers to different texts")
                    .isGreaterThan(1);
        }
    }

    /** A blank text is rejected as blank, next to others that are scored. */
    @Test
    default void aBlankTextIsRejectedAsBlank() {
        String text = texts().get(0);
        try (Classifier classifier = factory().open()) {
            List<Classification> answers =
                    classifier.classifyAll(List.of(text, "", " ", text, " \t\r\n ", "\u3000\u2028"));
            List<Rejected> blank = rejected(classifier, Reason.BLANK);
            assertThat(answers.get(1)).isIn(blank);
            assertThat(answers.get(2)).isIn(blank);
            assertThat(answers.get(4)).isIn(blank);
            assertThat(answers.get(5)).isIn(blank);
            assertThat(answers.get(0)).isInstanceOf(Scored.class);
            assertSame(answers.get(3), answers.get(0), text);
        }
    }

    /** A text of over {@link Tweet#MAX_TEXT_LENGTH} code points (not characters) is rejected as too large. */
    @Test
    default void anOversizeTextIsRejectedAsTooLarge() {
        String word = "bird ";
        String longest = word.repeat(Tweet.MAX_TEXT_LENGTH / word.length());
        String owls = "\ud83e\udd89".repeat(Tweet.MAX_TEXT_LENGTH - word.length());
        try (Classifier classifier = factory().open()) {
            List<Classification> answers =
                    classifier.classifyAll(List.of(longest, longest + "s", word + owls, word + owls + "\ud83e\udd89"));
            List<Rejected> tooLarge = rejected(classifier, Reason.TOO_LARGE);
            assertThat(answers.get(0)).isInstanceOf(Scored.class);
            assertThat(answers.get(1)).isIn(tooLarge);
            assertThat(answers.get(2)).isNotIn(tooLarge);
            assertThat(answers.get(3)).isIn(tooLarge);
        }
    }

    /** A text longer than the model reads is scored by its beginning, and the answer says so. */
    @Test
    default void aLongTextIsTruncated() {
        String longest = "bird ".repeat(Tweet.MAX_TEXT_LENGTH / 5);
        try (Classifier classifier = factory().open()) {
            Classification answer = classifier.classify(longest);
            assertThat(answer).isInstanceOf(Scored.class);
            assertThat(((Scored) answer).truncated())
                    .as("truncated, for a text of 25,000 characters")
                    .isEqualTo(truncates());
            assertThat(classifier.classify("a short bird"))
                    .isInstanceOfSatisfying(
                            Scored.class,
                            scored -> assertThat(scored.truncated())
                                    .as("truncated, for a text of three words")
                                    .isFalse());
        }
    }

    /** No text makes it throw, alone or in a batch, or changes the answer for another text of the batch. */
    @Test
    default void hostileTextsNeverThrow() {
        String text = texts().get(0);
        try (Classifier classifier = factory().open()) {
            Classification undisturbed = classifier.classify(text);
            for (String hostile : Tweets.hostileTexts()) {
                List<Classification> answers = new ArrayList<>();
                assertThatCode(() -> answers.addAll(classifier.classifyAll(List.of(text, hostile))))
                        .as("classifying the hostile text %s", shown(hostile))
                        .doesNotThrowAnyException();
                assertThat(answers).hasSize(2);
                assertSame(answers.get(0), undisturbed, "beside " + shown(hostile));
                assertThat(answers.get(1).model()).isIn(modelsOf(classifier));
            }
            assertThat(classifier.classifyAll(Tweets.hostileTexts())).hasSameSizeAs(Tweets.hostileTexts());
        }
    }

    /** Four threads at once, each with the texts in another order, get the answers that one gets. */
    @Test
    default void fourThreadsGetTheAnswersOfOne() throws Exception {
        List<String> texts = texts();
        ExecutorService threads = Executors.newFixedThreadPool(4, Wait::daemon);
        try (Classifier classifier = factory().open()) {
            List<Classification> expected = classifier.classifyAll(texts);
            CountDownLatch start = new CountDownLatch(4);
            List<Future<List<Classification>>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                List<String> mine = new ArrayList<>(texts);
                Collections.rotate(mine, -thread);
                results.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    List<Classification> answers = new ArrayList<>();
                    for (int round = 0; round < 3; round++) {
                        answers.addAll(classifier.classifyAll(mine));
                    }
                    return answers;
                }));
            }
            for (int thread = 0; thread < 4; thread++) {
                List<Classification> answers = Wait.result(patience(), "A thread of four", results.get(thread));
                assertThat(answers).hasSize(3 * texts.size());
                for (int i = 0; i < answers.size(); i++) {
                    int text = (i + thread) % texts.size();
                    assertSame(answers.get(i), expected.get(text), texts.get(text));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The model is named by a name and the first 12 hexadecimal digits of its SHA-256. */
    @Test
    default void theModelIsNamedByItsDigest() {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.model()).matches("[^@\\s]+@[0-9a-f]{12}");
        }
    }

    /** Labels, model and answers are the same each time, also from a serialized copy of the factory. */
    @Test
    default void openingAgainGivesTheSameAnswers() {
        List<String> texts = texts();
        try (Classifier classifier = factory().open();
                Classifier copy = Copies.serialized(factory()).open()) {
            LabelSet labels = classifier.labels();
            List<Classification> answers = classifier.classifyAll(texts);
            assertThat(classifier.labels()).isEqualTo(labels);
            assertThat(copy.labels()).isEqualTo(labels);
            assertThat(copy.model()).isEqualTo(classifier.model());
            List<Classification> again = copy.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertSame(again.get(i), answers.get(i), texts.get(i));
            }
        }
    }

    /** Closing twice is closing once. */
    @Test
    default void closingAgainDoesNothing() {
        Classifier classifier = factory().open();
        classifier.classify(texts().get(0));
        classifier.close();
        assertThatCode(classifier::close).doesNotThrowAnyException();
    }

    /** A closed classifier refuses every call, that without texts included. */
    @Test
    default void aClosedClassifierRefusesToClassify() {
        Classifier classifier = factory().open();
        classifier.close();
        assertThatIllegalStateException().isThrownBy(() -> classifier.classifyAll(texts()));
        assertThatIllegalStateException().isThrownBy(() -> classifier.classifyAll(List.of()));
        assertThatIllegalStateException().isThrownBy(() -> classifier.classify(""));
    }

    /** One classifier does not live by another of the same factory. */
    @Test
    default void closingOneLeavesAnotherOpen() {
        String text = texts().get(0);
        try (Classifier other = factory().open()) {
            Classification before = other.classify(text);
            factory().open().close();
            assertSame(other.classify(text), before, text);
        }
    }

    /** Closing waits for running calls: each either returns all its answers or finds the classifier closed. */
    @Test
    default void closingWaitsForRunningCalls() throws Exception {
        List<String> texts = texts();
        Wait.forClosing(
                patience(),
                () -> factory().open(),
                "call",
                classifier -> assertThat(classifier.classifyAll(texts)).hasSameSizeAs(texts));
    }

    /** Opening, classifying and closing leaves no thread and no file behind. */
    @Test
    default void nothingLeaks() throws Exception {
        LeakCheck.assertNothingLeaks(patience(), () -> {
            try (Classifier classifier = factory().open()) {
                classifier.classify(texts().get(0));
            }
        });
    }

    private void assertSame(Classification actual, Classification expected, String text) {
        assertThat(actual.getClass())
                .as("the kind of answer to '%s'", shown(text))
                .isEqualTo(expected.getClass());
        assertThat(actual.model()).isEqualTo(expected.model());
        if (actual instanceof Scored scored && expected instanceof Scored other) {
            assertThat(scored.truncated()).as("truncated, of '%s'", shown(text)).isEqualTo(other.truncated());
            for (ScoredLabel label : other.scores()) {
                assertThat(scored.score(label.label()).orElse(-1))
                        .as("the score of %s for '%s'", label.label(), shown(text))
                        .isCloseTo(label.score(), within(tolerance()));
            }
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private List<Rejected> rejected(Classifier classifier, Reason reason) {
        return modelsOf(classifier).stream()
                .map(model -> new Rejected(model, reason))
                .toList();
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().limit(40).forEach(c -> {
            if (c >= ' ' && c <= '~') {
                shown.append((char) c);
            } else {
                shown.append("\\u%04x".formatted(c));
            }
        });
        return text.length() > 40 ? shown + "... of " + text.length() + " characters" : shown.toString();
    }
}
