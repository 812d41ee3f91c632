/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each classifier with a defect fails the tests of the contract that are about it, and no other. */
class ClassifierContractTest {
    @ParameterizedTest
    @EnumSource
    void eachDefectFailsWhereItShould(Defect defect) {
        Check.defect = defect;
        Defect.OPENED.set(0);
        Defect.closedByAnother = false;
        assertThat(ContractRun.failures(Check.class)).containsExactlyInAnyOrderElementsOf(defect.caughtBy);
    }

    static class Check implements ClassifierContract {
        static Defect defect = Defect.NONE;

        @Override
        public ClassifierFactory factory() {
            return defect == Defect.HAS_A_FACTORY_WITHOUT_EQUALS ? new Unequal() : defect;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(2);
        }
    }

    /** Opens a correct classifier, but has the identity of an object. */
    static final class Unequal implements ClassifierFactory {
        @Override
        public Classifier open() {
            return Defect.NONE.open();
        }
    }

    /** A correct classifier, but for its defect. */
    private static class Broken implements Classifier {
        final Classifier correct = KeywordClassifier.emotion().open();
        final Defect defect;
        final int number = Defect.OPENED.incrementAndGet();
        volatile List<String> current = List.of();
        volatile boolean closed;

        Broken(Defect defect) {
            this.defect = defect;
        }

        @Override
        public LabelSet labels() {
            return defect.labels(this);
        }

        @Override
        public String model() {
            return defect.model(this);
        }

        @Override
        public List<Classification> classifyAll(List<String> texts) {
            return defect.classifyAll(this, texts);
        }

        @Override
        public Classification classify(String text) {
            return defect.classify(this, text);
        }

        @Override
        public void close() {
            defect.close(this);
        }
    }

    enum Defect implements ClassifierFactory {
        NONE(),
        HAS_A_FACTORY_WITHOUT_EQUALS("theFactoryIsEqualByValue"),
        SORTS_THE_TEXTS(
                "eachTextHasItsAnswerInItsPlace",
                "theOrderOfABatchDoesNotMatter",
                "aRepeatedTextHasTheSameAnswer",
                "aBlankTextIsRejectedAsBlank",
                "fourThreadsGetTheAnswersOfOne",
                "hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return super.classifyAll(broken, texts.stream().sorted().toList());
            }
        },
        DROPS_BLANK_TEXTS("eachTextHasItsAnswerInItsPlace", "aBlankTextIsRejectedAsBlank", "hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return super.classifyAll(
                        broken, texts.stream().filter(text -> !text.isBlank()).toList());
            }
        },
        THROWS_ON_A_BLANK_TEXT(
                "eachTextHasItsAnswerInItsPlace",
                "aBlankTextIsRejectedAsBlank",
                "hostileTextsNeverThrow",
                "aClosedClassifierRefusesToClassify") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (texts.stream().anyMatch(String::isBlank)) {
                    throw new IllegalArgumentException("A blank text");
                }
                return super.classifyAll(broken, texts);
            }
        },
        MAKES_UP_A_LABEL_FOR_A_BLANK_TEXT("aBlankTextIsRejectedAsBlank") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return super.classifyAll(
                        broken,
                        texts.stream()
                                .map(text -> text.isBlank() ? "blank" : text)
                                .toList());
            }
        },
        GIVES_SCORES_THAT_DO_NOT_SUM_TO_ONE("scoresAreThoseOfTheLabels") {
            @Override
            Classification changed(Broken broken, Scored answer) {
                return with(answer, label -> label.score() * 0.99);
            }
        },
        GIVES_THE_BEST_LABEL_ALONE("scoresAreThoseOfTheLabels") {
            @Override
            Classification changed(Broken broken, Scored answer) {
                return new Scored(
                        answer.model(), List.of(new ScoredLabel(answer.best().label(), 1)), answer.truncated());
            }
        },
        ANSWERS_ALL_TEXTS_ALIKE("scoresAreThoseOfTheLabels") {
            @Override
            Classification changed(Broken broken, Scored answer) {
                return new Scored(
                        answer.model(),
                        labels(broken).names().stream()
                                .map(name -> new ScoredLabel(name, 0.25))
                                .toList(),
                        answer.truncated());
            }
        },
        NAMES_ANOTHER_MODEL_IN_ITS_ANSWERS(
                "scoresAreThoseOfTheLabels",
                "aBlankTextIsRejectedAsBlank",
                "anOversizeTextIsRejectedAsTooLarge",
                "hostileTextsNeverThrow") {
            @Override
            String model(Broken broken) {
                return "another@0123456789ab";
            }
        },
        NAMES_ITS_MODEL_WITHOUT_A_DIGEST(
                "theModelIsNamedByItsDigest",
                "scoresAreThoseOfTheLabels",
                "aBlankTextIsRejectedAsBlank",
                "anOversizeTextIsRejectedAsTooLarge",
                "hostileTextsNeverThrow") {
            @Override
            String model(Broken broken) {
                return "latest";
            }
        },
        DEPENDS_ON_THE_SIZE_OF_THE_BATCH("eachTextHasItsAnswerInItsPlace", "hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                double factor = 1 - 1e-4 * Math.min(texts.size(), 9);
                return super.classifyAll(broken, texts).stream()
                        .map(answer -> answer instanceof Scored scored && factor < 1
                                ? with(scored, label -> factor * label.score() + (1 - factor) / 4)
                                : answer)
                        .toList();
            }
        },
        DEPENDS_ON_THE_PLACE_IN_THE_BATCH(
                "theOrderOfABatchDoesNotMatter",
                "aRepeatedTextHasTheSameAnswer",
                "eachTextHasItsAnswerInItsPlace",
                "aBlankTextIsRejectedAsBlank",
                "fourThreadsGetTheAnswersOfOne") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                List<Classification> answers = new ArrayList<>(super.classifyAll(broken, texts));
                for (int i = 1; i < answers.size(); i++) {
                    if (answers.get(i) instanceof Scored scored) {
                        answers.set(i, with(scored, label -> 0.999 * label.score() + 0.001 / 4));
                    }
                }
                return answers;
            }
        },
        ANSWERS_ONE_TEXT_IN_ANOTHER_WAY("oneTextIsABatchOfOne", "hostileTextsNeverThrow", "aLongTextIsTruncated") {
            @Override
            Classification classify(Broken broken, String text) {
                return super.classify(broken, text.toUpperCase(java.util.Locale.ROOT) + " happy");
            }
        },
        READS_TEXTS_OF_ANY_SIZE("anOversizeTextIsRejectedAsTooLarge") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return super.classifyAll(
                        broken,
                        texts.stream()
                                .map(text -> text.substring(0, Math.min(text.length(), Tweet.MAX_TEXT_LENGTH)))
                                .toList());
            }
        },
        COUNTS_CHARACTERS_FOR_CODE_POINTS("anOversizeTextIsRejectedAsTooLarge") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return super.classifyAll(
                        broken,
                        texts.stream()
                                .map(text -> text.length() > Tweet.MAX_TEXT_LENGTH ? "x".repeat(30_000) : text)
                                .toList());
            }
        },
        THROWS_ON_A_LONG_TEXT("anOversizeTextIsRejectedAsTooLarge", "aLongTextIsTruncated", "hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (texts.stream().anyMatch(text -> text.length() > 512)) {
                    throw new IllegalArgumentException("Sequence of more than 512 tokens");
                }
                return super.classifyAll(broken, texts);
            }
        },
        HIDES_THAT_IT_TRUNCATED("aLongTextIsTruncated") {
            @Override
            Classification changed(Broken broken, Scored answer) {
                return new Scored(answer.model(), answer.scores(), false);
            }
        },
        CALLS_EVERY_TEXT_TRUNCATED("aLongTextIsTruncated") {
            @Override
            Classification changed(Broken broken, Scored answer) {
                return new Scored(answer.model(), answer.scores(), true);
            }
        },
        OVERFLOWS_THE_STACK_ON_A_LONG_WORD("hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (texts.stream().anyMatch(text -> text.matches("(?s)[^ ]{20000,}+"))) {
                    throw new StackOverflowError();
                }
                return super.classifyAll(broken, texts);
            }
        },
        THROWS_ON_A_LONE_SURROGATE("hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (texts.stream()
                        .anyMatch(text -> !java.nio.charset.StandardCharsets.UTF_16BE
                                .newEncoder()
                                .canEncode(text))) {
                    throw new IllegalArgumentException("A lone surrogate");
                }
                return super.classifyAll(broken, texts);
            }
        },
        LETS_A_HOSTILE_TEXT_SPOIL_ITS_BATCH("hostileTextsNeverThrow") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                List<Classification> answers = super.classifyAll(broken, texts);
                return texts.stream().anyMatch(text -> text.contains("[MASK]"))
                        ? Collections.nCopies(
                                texts.size(),
                                new Classification.Rejected(broken.correct.model(), Classification.Reason.MODEL_FAULT))
                        : answers;
            }
        },
        SHARES_A_BUFFER_AMONG_THREADS("fourThreadsGetTheAnswersOfOne") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (texts.size() < 10) {
                    return super.classifyAll(broken, texts);
                }
                broken.current = List.copyOf(texts);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                return super.classifyAll(broken, broken.current);
            }
        },
        ORDERS_ITS_LABELS_ANEW_EACH_TIME("openingAgainGivesTheSameAnswers") {
            @Override
            LabelSet labels(Broken broken) {
                List<String> names = new ArrayList<>(broken.correct.labels().names());
                Collections.rotate(names, broken.number);
                return new LabelSet(names, ProblemType.SINGLE_LABEL);
            }
        },
        LEARNS_WHAT_IT_READS(
                "openingAgainGivesTheSameAnswers",
                "closingOneLeavesAnotherOpen",
                "eachTextHasItsAnswerInItsPlace",
                "oneTextIsABatchOfOne",
                "theOrderOfABatchDoesNotMatter",
                "fourThreadsGetTheAnswersOfOne",
                "hostileTextsNeverThrow") {
            private final Random random = new Random(3);

            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                double noise = random.nextDouble(0.1, 0.9);
                return super.classifyAll(broken, texts).stream()
                        .map(answer -> answer instanceof Scored scored
                                ? with(scored, label -> noise * label.score() + (1 - noise) / 4)
                                : answer)
                        .toList();
            }
        },
        IGNORES_NULL("nullIsRefused") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return super.classifyAll(
                        broken,
                        texts == null
                                ? List.of()
                                : texts.stream()
                                        .map(text -> text == null ? "" : text)
                                        .toList());
            }
        },
        REFUSES_AN_EMPTY_BATCH("noTextsHaveNoAnswers", "aClosedClassifierRefusesToClassify") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (texts.isEmpty()) {
                    throw new IllegalArgumentException("No texts");
                }
                return super.classifyAll(broken, texts);
            }
        },
        FAILS_WHEN_CLOSED_AGAIN("closingAgainDoesNothing", "closingWaitsForRunningCalls") {
            @Override
            void close(Broken broken) {
                if (broken.closed) {
                    throw new IllegalStateException("Already closed");
                }
                broken.closed = true;
                super.close(broken);
            }
        },
        ANSWERS_AFTER_IT_WAS_CLOSED("aClosedClassifierRefusesToClassify", "closingWaitsForRunningCalls") {
            @Override
            void close(Broken broken) {}
        },
        ANSWERS_NO_TEXTS_AFTER_IT_WAS_CLOSED("aClosedClassifierRefusesToClassify") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                return texts.isEmpty() ? List.of() : super.classifyAll(broken, texts);
            }
        },
        FAILS_RUNNING_CALLS_WHEN_CLOSED("closingWaitsForRunningCalls") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                List<Classification> answers = super.classifyAll(broken, texts);
                if (texts.size() > 10) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                    if (broken.closed) {
                        throw new NullPointerException("The session is gone");
                    }
                }
                return answers;
            }

            @Override
            void close(Broken broken) {
                broken.closed = true;
                super.close(broken);
            }
        },
        CUTS_RUNNING_CALLS_SHORT_WHEN_CLOSED("closingWaitsForRunningCalls") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                List<Classification> answers = super.classifyAll(broken, texts);
                if (texts.size() > 10) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                }
                return broken.closed ? List.of() : answers;
            }

            @Override
            void close(Broken broken) {
                broken.closed = true;
                super.close(broken);
            }
        },
        CLOSES_ALL_OF_ITS_KIND("closingOneLeavesAnotherOpen") {
            @Override
            List<Classification> classifyAll(Broken broken, List<String> texts) {
                if (closedByAnother) {
                    throw new IllegalStateException("The environment is closed");
                }
                return super.classifyAll(broken, texts);
            }

            @Override
            public Classifier open() {
                closedByAnother = false;
                return super.open();
            }

            @Override
            void close(Broken broken) {
                closedByAnother = true;
                super.close(broken);
            }
        },
        LEAVES_A_THREAD("nothingLeaks") {
            @Override
            public Classifier open() {
                CountDownLatch never = new CountDownLatch(1);
                Thread thread = new Thread(() -> {
                    try {
                        never.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                thread.setDaemon(true);
                thread.start();
                return super.open();
            }
        };

        static final AtomicInteger OPENED = new AtomicInteger();
        static volatile boolean closedByAnother;

        final Set<String> caughtBy;

        Defect(String... caughtBy) {
            this.caughtBy = Set.of(caughtBy);
        }

        @Override
        public Classifier open() {
            return new Broken(this);
        }

        LabelSet labels(Broken broken) {
            return broken.correct.labels();
        }

        String model(Broken broken) {
            return broken.correct.model();
        }

        List<Classification> classifyAll(Broken broken, List<String> texts) {
            return broken.correct.classifyAll(texts).stream()
                    .map(answer -> answer instanceof Scored scored ? changed(broken, scored) : answer)
                    .toList();
        }

        Classification classify(Broken broken, String text) {
            return broken.classifyAll(List.of(text)).get(0);
        }

        Classification changed(Broken broken, Scored answer) {
            return answer;
        }

        void close(Broken broken) {
            broken.correct.close();
        }

        static Scored with(Scored answer, java.util.function.ToDoubleFunction<ScoredLabel> score) {
            return new Scored(
                    answer.model(),
                    answer.scores().stream()
                            .map(label -> new ScoredLabel(label.label(), score.applyAsDouble(label)))
                            .toList(),
                    answer.truncated());
        }
    }
}
