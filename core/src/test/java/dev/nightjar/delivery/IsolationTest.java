/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.RetriableException;
import dev.nightjar.testkit.KeywordClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<Integer> sizes = new ArrayList<>();
    private final List<Integer> done = new ArrayList<>();

    @Test
    void whatFailsIsAloneAndEverythingElseIsDoneOnce() {
        List<Isolation.Culprit> culprits = isolation(64, Set.of(5, 41), () -> new IllegalStateException("canary"))
                .culprits();
        assertThat(culprits).extracting(Isolation.Culprit::index).containsExactly(5, 41);
        assertThat(culprits.get(0).fault())
                .startsWith("java.lang.IllegalStateException at dev.nightjar.delivery.IsolationTest.")
                .doesNotContain("canary");
        assertThat(done)
                .containsExactlyElementsOf(IntStream.range(0, 64)
                        .filter(i -> i != 5 && i != 41)
                        .boxed()
                        .toList());
        assertThat(sizes).hasSizeLessThan(4 * 6);
    }

    @Test
    void aGoodBatchIsDoneInOneCall() {
        assertThat(isolation(64, Set.of(), IllegalStateException::new).culprits())
                .isEmpty();
        assertThat(isolation(0, Set.of(), IllegalStateException::new).culpritsAmongOthers())
                .isEmpty();
        assertThat(sizes).containsExactly(64, 0);
    }

    @Test
    void anOutageAndASetUpThatMustBeMendedConcernTheWholeBatch() {
        for (RuntimeException failure :
                List.of(new RetriableException("down", null), new ConfigException("credentials"))) {
            sizes.clear();
            assertThatThrownBy(() -> isolation(64, Set.of(5), () -> failure).culprits())
                    .isSameAs(failure);
            assertThat(sizes).containsExactly(64);
        }
    }

    @Test
    void aStoreThatTakesNothingIsAtFaultItself() {
        Set<Integer> all = Set.of(0, 1, 2, 3);
        assertThatThrownBy(
                        () -> isolation(4, all, IllegalArgumentException::new).culpritsAmongOthers())
                .isInstanceOf(IllegalArgumentException.class);
        for (RuntimeException failure :
                List.of(new IllegalStateException("closed"), new UncheckedIOException(new IOException("gone")))) {
            assertThatThrownBy(() -> isolation(1, all, () -> failure).culpritsAmongOthers())
                    .isSameAs(failure);
        }
        assertThat(isolation(1, all, NullPointerException::new).culpritsAmongOthers())
                .hasSize(1);
    }

    @Test
    void nothingIsIsolatedWhenTheThreadIsInterruptedOrTheTimeIsOver() {
        RuntimeException interrupted = new IllegalArgumentException(new InterruptedException());
        assertThatThrownBy(() -> isolation(8, Set.of(1), () -> interrupted).culprits())
                .isSameAs(interrupted);
        assertThatThrownBy(() -> new Isolation<>(
                                (from, part) -> {
                                    throw new IllegalArgumentException();
                                },
                                List.of(1, 2),
                                Duration.ZERO)
                        .culprits())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextThatAClassifierThrowsOnOrRunsOutOfStackOrMemoryOnIsRejectedAndTheRestAnswered() {
        List<String> texts = new ArrayList<>(
                IntStream.range(0, 100).mapToObj(i -> "happy " + i).toList());
        texts.set(17, "a throw");
        texts.set(18, "an endless one");
        texts.set(99, "a huge one");
        NamedClassifier classifier = new NamedClassifier("mood", new Fragile(), Set.of());
        List<Classification> answers = classifier.classifyAll(texts, texts);
        for (int i = 0; i < texts.size(); i++) {
            if (i == 17 || i == 18 || i == 99) {
                assertThat(answers.get(i)).isEqualTo(new Classification.Rejected("keyword", Reason.MODEL_FAULT));
            } else {
                assertThat(answers.get(i).top().orElseThrow().label()).isEqualTo("joy");
            }
        }
        assertThat(classifier.classifyAll(List.of("a throw"), List.of("en")))
                .containsExactly(new Classification.Rejected("keyword", Reason.MODEL_FAULT));
    }

    @Test
    void aClassifierThatIsClosedRejectsNothing() {
        Classifier closed = KeywordClassifier.emotion().open();
        closed.close();
        NamedClassifier classifier = new NamedClassifier("mood", closed, Set.of());
        assertThatThrownBy(() -> classifier.classifyAll(List.of("a", "b"), List.of("en", "en")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The classifier is closed");
    }

    private Isolation<Integer> isolation(int size, Set<Integer> poison, Supplier<RuntimeException> failure) {
        return new Isolation<>(
                (from, part) -> {
                    sizes.add(part.size());
                    if (part.stream().anyMatch(poison::contains)) {
                        throw failure.get();
                    }
                    done.addAll(part);
                    assertThat(part)
                            .isEqualTo(IntStream.range(from, from + part.size())
                                    .boxed()
                                    .toList());
                },
                IntStream.range(0, size).boxed().toList(),
                LIMIT);
    }

    /** What a user may have written. */
    private static final class Fragile implements Classifier {
        private final Classifier live = KeywordClassifier.emotion().open();

        @Override
        public LabelSet labels() {
            return live.labels();
        }

        @Override
        public String model() {
            return "keyword";
        }

        @Override
        public List<Classification> classifyAll(List<String> texts) {
            for (String text : texts) {
                if (text.contains("throw")) {
                    throw new IllegalStateException(text);
                }
                if (text.contains("endless")) {
                    throw new StackOverflowError();
                }
                if (text.contains("huge")) {
                    throw new OutOfMemoryError("Java heap space");
                }
            }
            return live.classifyAll(texts);
        }

        @Override
        public void close() {
            live.close();
        }
    }
}
