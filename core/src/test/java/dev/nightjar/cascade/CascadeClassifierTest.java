/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.ClassifierContract;
import dev.nightjar.testkit.KeywordClassifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class CascadeClassifierTest implements ClassifierContract {
    private static final KeywordClassifier.Factory FIRST =
            KeywordClassifier.sentiment().name("fast");
    private static final KeywordClassifier.Factory SECOND =
            KeywordClassifier.sentiment().name("slow");
    /** The first label gets half a keyword for free: one keyword has the margin 1/3, two 3/5, three 5/7, four 7/9. */
    private static final String SURE = "happy happy happy great";

    private static final String DOUBTFUL = "happy";

    @Override
    public ClassifierFactory factory() {
        return CascadeConfig.builder(FIRST, SECOND).build();
    }

    @Override
    public Set<String> modelsOf(Classifier classifier) {
        try (Classifier first = FIRST.open();
                Classifier second = SECOND.open()) {
            return Set.of(first.model(), second.model());
        }
    }

    @Override
    public List<String> texts() {
        List<String> texts = new ArrayList<>(ClassifierContract.super.texts());
        texts.add(3, SURE);
        return texts;
    }

    @Test
    void theFirstAnswersWhereItIsSureAndTheSecondOtherwise() {
        try (Classifier cascade = factory().open()) {
            List<Classification> answers = cascade.classifyAll(List.of(DOUBTFUL, SURE, "hate", SURE, "neither"));
            assertThat(answers)
                    .extracting(Classification::model)
                    .extracting(model -> model.substring(0, 4))
                    .containsExactly("slow", "fast", "slow", "fast", "fast");
            assertThat(answers)
                    .extracting(answer -> answer.top().orElseThrow().label())
                    .containsExactly("positive", "positive", "negative", "positive", "neutral");
        }
    }

    @Test
    void theSecondIsGivenTheDoubtfulTextsOfABatchAtOnceAndInOrder() {
        Recording second = new Recording("theSecondIsGiven", SECOND);
        try (CascadeClassifier cascade =
                CascadeConfig.builder(FIRST, second).build().open()) {
            cascade.classifyAll(List.of("hate", SURE, "", DOUBTFUL, "sad", SURE));
            cascade.classifyAll(List.of(SURE));
            cascade.classifyAll(List.of());
            assertThat(second.batches()).containsExactly(List.of("hate", DOUBTFUL, "sad"));
            assertThat(cascade.asked()).isEqualTo(7);
            assertThat(cascade.askedOfSecond()).isEqualTo(3);
        }
    }

    @Test
    void theMarginIsReachedByAnAnswerThatHasIt() {
        double margin;
        try (Classifier first = FIRST.open()) {
            margin = CascadeClassifier.margin(first.classify(DOUBTFUL));
        }
        assertThat(margin).isEqualTo(1 / 1.5 - 0.5 / 1.5);
        assertThat(modelThatAnswers(DOUBTFUL, margin)).startsWith("fast");
        assertThat(modelThatAnswers(DOUBTFUL, Math.nextUp(margin))).startsWith("slow");
    }

    @Test
    void whatNoModelReadsIsNotAskedAgainAndWhatTheFirstFailedOnIs() {
        String tooLarge = "bird ".repeat(Tweet.MAX_TEXT_LENGTH / 5 + 1);
        Recording second = new Recording("whatNoModelReads", SECOND);
        try (CascadeClassifier cascade =
                CascadeConfig.builder(FIRST.faultMarker("boom"), second).build().open()) {
            List<Classification> answers = cascade.classifyAll(List.of(" ", tooLarge, SURE + " boom"));
            assertThat(((Rejected) answers.get(0)).reason()).isEqualTo(Reason.BLANK);
            assertThat(((Rejected) answers.get(1)).reason()).isEqualTo(Reason.TOO_LARGE);
            assertThat(answers.get(2)).isInstanceOf(Scored.class);
            assertThat(second.batches()).containsExactly(List.of(SURE + " boom"));
        }
    }

    /** What one model cannot read another may. */
    @Test
    void onlyABlankOrTooLargeTextIsSureToHaveNoAnswer() {
        for (Reason reason : Reason.values()) {
            assertThat(CascadeClassifier.margin(new Rejected("fast", reason)))
                    .as("%s", reason)
                    .isEqualTo(reason == Reason.BLANK || reason == Reason.TOO_LARGE ? 1 : -1);
        }
    }

    @Test
    void otherLabelsAreRefusedAndBothModelsClosed() {
        Recording first = new Recording("otherLabels-first", FIRST);
        Recording second = new Recording("otherLabels-second", KeywordClassifier.emotion());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> CascadeConfig.builder(first, second).build().open())
                .withMessageContaining("[neutral, positive, negative]")
                .withMessageContaining("[neutral, joy, anger, sadness]");
        assertThat(first.closings()).isEqualTo(1);
        assertThat(second.closings()).isEqualTo(1);
    }

    @Test
    void theSameLabelsInAnotherOrderAreTaken() {
        List<KeywordClassifier.Label> labels = new ArrayList<>(SECOND.labels());
        Collections.reverse(labels);
        try (Classifier cascade = CascadeConfig.builder(FIRST, new KeywordClassifier.Factory("other", labels, ""))
                .build()
                .open()) {
            assertThat(cascade.labels().names()).containsExactly("neutral", "positive", "negative");
            assertThat(cascade.classify(DOUBTFUL).model()).startsWith("other");
        }
    }

    @Test
    void anotherMarginIsAnotherModel() {
        try (Classifier one =
                        CascadeConfig.builder(FIRST, SECOND).margin(0.2).build().open();
                Classifier other =
                        CascadeConfig.builder(FIRST, SECOND).margin(0.3).build().open()) {
            assertThat(one.model()).isNotEqualTo(other.model());
        }
    }

    private static String modelThatAnswers(String text, double margin) {
        try (Classifier cascade =
                CascadeConfig.builder(FIRST, SECOND).margin(margin).build().open()) {
            return cascade.classify(text).model();
        }
    }

    /** Opens another factory's classifiers and notes what they are asked. */
    private record Recording(String name, ClassifierFactory real) implements ClassifierFactory {
        private static final Map<String, List<List<String>>> BATCHES = new ConcurrentHashMap<>();
        private static final Map<String, Integer> CLOSINGS = new ConcurrentHashMap<>();

        List<List<String>> batches() {
            return BATCHES.getOrDefault(name, List.of());
        }

        int closings() {
            return CLOSINGS.getOrDefault(name, 0);
        }

        @Override
        public Classifier open() {
            Classifier opened = real.open();
            return new Classifier() {
                @Override
                public LabelSet labels() {
                    return opened.labels();
                }

                @Override
                public String model() {
                    return opened.model();
                }

                @Override
                public List<Classification> classifyAll(List<String> texts) {
                    BATCHES.computeIfAbsent(name, key -> new ArrayList<>()).add(texts);
                    return opened.classifyAll(texts);
                }

                @Override
                public void close() {
                    CLOSINGS.merge(name, 1, Integer::sum);
                    opened.close();
                }
            };
        }
    }
}
