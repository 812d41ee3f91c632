/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.ConfigException;
import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.evaluation.Reliability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LrTrainerTest {
    @Test
    void itLearnsWhatTheTextsShow() {
        LrModel model = SmallTexts.model();

        assertThat(model.labels().names()).containsExactly("negative", "neutral", "positive");
        assertThat(measured(model, SmallTexts.training()).accuracy()).isEqualTo(1);
        assertThat(measured(model, SmallTexts.validation()).accuracy()).isEqualTo(1);
        assertThat(model.metrics())
                .containsEntry("training.texts", 144.0)
                .containsEntry("validation.texts", 9.0)
                .containsEntry("validation.accuracy", 1.0)
                .containsEntry("validation.macro-recall", 1.0);
    }

    @Test
    void trainingAgainGivesTheSameModel() {
        LrModel again = SmallTexts.model();
        assertThat(again.json()).isEqualTo(SmallTexts.model().json());
        assertThat(again.model()).isEqualTo(SmallTexts.model().model());
        assertThat(SmallTexts.trainer()
                        .seed(43)
                        .build()
                        .train(SmallTexts.training())
                        .model())
                .isNotEqualTo(SmallTexts.trainer()
                        .build()
                        .train(SmallTexts.training())
                        .model());
    }

    @Test
    void classWeightsLeanTowardsARareLabel() {
        List<LabelledText> skewed = SmallTexts.skewed();
        String unknown = "nobody knows";

        double unweighted =
                negative(SmallTexts.trainer().classWeightPower(0).build().train(skewed), unknown);
        double balanced =
                negative(SmallTexts.trainer().classWeightPower(1).build().train(skewed), unknown);
        double leaning =
                negative(SmallTexts.trainer().classWeightPower(2).build().train(skewed), unknown);

        assertThat(balanced).isGreaterThan(2 * unweighted);
        assertThat(leaning).isGreaterThan(2 * balanced);
    }

    @Test
    void theTemperatureFitsTheValidation() {
        List<LabelledText> doubtful = new ArrayList<>();
        for (LabelledText text : SmallTexts.validation()) {
            doubtful.add(text);
            doubtful.add(text);
            doubtful.add(new LabelledText(text.label().equals("neutral") ? "positive" : "neutral", text.text()));
        }
        LrTrainer trainer = SmallTexts.trainer().build();
        LrModel plain = trainer.train(SmallTexts.training());
        LrModel sure = trainer.train(SmallTexts.training(), SmallTexts.validation());
        LrModel unsure = trainer.train(SmallTexts.training(), doubtful);

        assertThat(plain.temperature()).isEqualTo(1);
        assertThat(sure.temperature()).isLessThan(1);
        assertThat(unsure.temperature()).isGreaterThan(sure.temperature());
        // Of three, two are right, so the best score should be near 2/3.
        double mean = doubtful.stream()
                .mapToDouble(text -> best(unsure, text.text()))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(2.0 / 3, within(0.1));
        assertThat(unsure.metrics().getOrDefault("validation.calibration-error", -1.0))
                .isPositive()
                .isCloseTo(reliability(unsure, doubtful).calibrationError(), within(1e-9));
    }

    @Test
    void progressIsHeard() {
        List<String> heard = new ArrayList<>();
        SmallTexts.trainer()
                .progress((stage, done, total) -> heard.add(stage + ' ' + done + '/' + total))
                .build()
                .train(SmallTexts.training());
        assertThat(heard).containsExactly("texts 144/144", "labels 0/3", "labels 1/3", "labels 2/3", "labels 3/3");
    }

    @Test
    void textsThatCannotMakeAModelAreRefused() {
        LrTrainer trainer = SmallTexts.trainer().build();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer.train(List.of(new LabelledText("joy", "What a day"))))
                .withMessage("The training texts have the labels [joy]; there must be at least two");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> SmallTexts.trainer().minimumTexts(1_000).build().train(SmallTexts.training()))
                .withMessage(
                        "No n-gram occurs in 1000 of the 144 training texts; train on more or set a lower minimum");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SmallTexts.trainer().cost(1e300).build().train(SmallTexts.training()))
                .withMessage("The training gave no model: an intercept is NaN");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer.train(SmallTexts.training(), List.of(new LabelledText("joy", "What a day"))))
                .withMessage("The validation has the label 'joy', the training only [negative, neutral, positive]");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        LrTrainer.Builder builder = LrTrainer.builder("small");
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.cost(wrong));
        }
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.classWeightPower(Double.NaN));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.minimumTexts(0));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.bits(25));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> LrTrainer.builder("no spaces"));
    }

    @Test
    void aTrainerKeepsTheSettingsItWasBuiltWith() {
        LrTrainer.Builder builder = SmallTexts.trainer();
        LrTrainer trainer = builder.build();
        String before = trainer.train(SmallTexts.training()).model();
        builder.seed(99);
        assertThat(trainer.train(SmallTexts.training()).model()).isEqualTo(before);
    }

    private static Evaluation measured(LrModel model, List<LabelledText> texts) {
        Evaluation evaluation = new Evaluation(model.labels().names());
        try (LrClassifier classifier = model.classifier()) {
            texts.forEach(text -> evaluation.add(text.label(), classifier.classify(text.text())));
        }
        return evaluation;
    }

    private static Reliability reliability(LrModel model, List<LabelledText> texts) {
        Reliability reliability = new Reliability();
        try (LrClassifier classifier = model.classifier()) {
            texts.forEach(text -> reliability.add(text.label(), classifier.classify(text.text())));
        }
        return reliability;
    }

    private static double negative(LrModel model, String text) {
        try (LrClassifier classifier = model.classifier()) {
            return ((Classification.Scored) classifier.classify(text))
                    .score("negative")
                    .orElseThrow();
        }
    }

    private static double best(LrModel model, String text) {
        try (LrClassifier classifier = model.classifier()) {
            return classifier.classify(text).top().orElseThrow().score();
        }
    }
}
