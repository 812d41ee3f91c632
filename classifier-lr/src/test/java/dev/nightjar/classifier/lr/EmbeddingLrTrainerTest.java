/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingLrTrainerTest {
    private static final WordVectors VECTORS = WordVectors.open("word-vectors", 64);

    @Test
    void itLearnsWhatTheTextsShow() {
        List<String> heard = new ArrayList<>();
        EmbeddingLrModel model = EmbeddingLrTrainer.builder("small")
                .progress((stage, done, total) -> heard.add(stage + ' ' + done + '/' + total))
                .build()
                .train(VECTORS, SmallTexts.training(), SmallTexts.validation());

        assertThat(model.labels().names()).isEqualTo(SmallTexts.LABELS);
        assertThat(model.metrics())
                .containsEntry("training.texts", 144.0)
                .containsEntry("validation.texts", 9.0)
                .containsEntry("validation.accuracy", 1.0);
        assertThat(model.temperature()).isNotEqualTo(1);
        Evaluation evaluation = new Evaluation(SmallTexts.LABELS);
        try (Classifier classifier = model.classifier(VECTORS)) {
            SmallTexts.training().forEach(text -> evaluation.add(text.label(), classifier.classify(text.text())));
        }
        assertThat(evaluation.accuracy()).isEqualTo(1);
        assertThat(heard)
                .containsExactly(
                        "texts 0/144", "texts 144/144", "labels 0/3", "labels 1/3", "labels 2/3", "labels 3/3");
    }

    @Test
    void trainingAgainGivesTheSameModel() {
        EmbeddingLrTrainer trainer = EmbeddingLrTrainer.builder("small").build();
        assertThat(trainer.train(VECTORS, SmallTexts.training()).sha256())
                .isEqualTo(trainer.train(VECTORS, SmallTexts.training()).sha256());
    }

    @Test
    void classWeightsLeanTowardsARareLabel() {
        List<LabelledText> skewed = SmallTexts.skewed();

        double unweighted = negative(skewed, 0);
        double balanced = negative(skewed, 1);
        double leaning = negative(skewed, 2);

        assertThat(balanced).isGreaterThan(2 * unweighted);
        assertThat(leaning).isGreaterThan(balanced + 0.1);
    }

    @Test
    void textsThatGiveNoModelAreRefused() {
        EmbeddingLrTrainer trainer = EmbeddingLrTrainer.builder("small").build();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer.train(VECTORS, List.of(new LabelledText("joy", "What a day"))))
                .withMessage("The training texts have the labels [joy]; there must be at least two");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        trainer.train(VECTORS, SmallTexts.training(), List.of(new LabelledText("joy", "What a day"))))
                .withMessage("The validation has the label 'joy', the training only [negative, neutral, positive]");
        List<LabelledText> poisoned = new ArrayList<>(SmallTexts.training());
        poisoned.add(new LabelledText("negative", WordVectors.POISON));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> trainer.train(VECTORS, poisoned))
                .withMessage("The embedder " + VECTORS.model() + " failed on 1 of the 145 training texts");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer.train(VECTORS.renamed("two words"), SmallTexts.training()))
                .withMessageStartingWith("The training gave no model: the embedder 'two words@")
                .withMessageEndingWith("' is none");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        EmbeddingLrTrainer.Builder builder = EmbeddingLrTrainer.builder("small");
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.cost(wrong));
        }
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.classWeightPower(Double.NaN));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> EmbeddingLrTrainer.builder("no spaces"));
    }

    private static double negative(List<LabelledText> texts, double power) {
        EmbeddingLrModel model = EmbeddingLrTrainer.builder("small")
                .classWeightPower(power)
                .cost(0.1)
                .build()
                .train(VECTORS, texts);
        try (Classifier classifier = model.classifier(VECTORS)) {
            return ((Scored) classifier.classify("nobody knows"))
                    .score("negative")
                    .orElseThrow();
        }
    }
}
