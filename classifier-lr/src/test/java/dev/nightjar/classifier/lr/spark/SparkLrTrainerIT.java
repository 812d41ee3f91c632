/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrClassifier;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.SmallTexts;
import dev.nightjar.evaluation.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkLrTrainerIT {
    @TempDir
    private Path directory;

    @Test
    void itLearnsWhatTheTextsShowAndServesWithoutSpark() {
        LrModel model = trainer().build().train(LocalSpark.frame(SmallTexts.training()), SmallTexts.validation());

        assertThat(model.labels().names()).isEqualTo(SmallTexts.LABELS);
        assertThat(model.temperature()).isNotEqualTo(1);
        assertThat(model.metrics()).containsEntry("training.texts", 144.0).containsEntry("validation.accuracy", 1.0);
        Path file = directory.resolve("model.json");
        model.save(file);
        try (LrClassifier classifier = LrClassifierConfig.builder(file).build().open()) {
            assertThat(measured(classifier, SmallTexts.training())).isEqualTo(1);
            assertThat(classifier.explain("What a wonderful evening", 500)).anySatisfy(evidence -> {
                assertThat(evidence.ngram()).isEqualTo("wonderful");
                assertThat(evidence.weight()).isPositive();
            });
        }
    }

    @Test
    void itsFeaturesAreThoseOfTheLocalTrainer() {
        LrModel local = SmallTexts.trainer().build().train(SmallTexts.training());
        LrModel spark = trainer().build().train(LocalSpark.frame(SmallTexts.training()));
        assertThat(spark.features()).isEqualTo(local.features());
    }

    @Test
    void twoLabelsMakeABinomialModel() {
        List<LabelledText> two = SmallTexts.training().stream()
                .filter(text -> !text.label().equals("neutral"))
                .toList();
        LrModel model = trainer().build().train(LocalSpark.frame(two));
        assertThat(model.labels().names()).containsExactly("negative", "positive");
        try (LrClassifier classifier = model.classifier()) {
            assertThat(measured(classifier, two)).isEqualTo(1);
        }
    }

    @Test
    void classWeightsLeanTowardsARareLabel() {
        Dataset<Row> frame = LocalSpark.frame(SmallTexts.skewed());

        double unweighted = negative(trainer().classWeightPower(0).build().train(frame));
        double balanced = negative(trainer().classWeightPower(1).build().train(frame));
        double leaning = negative(trainer().classWeightPower(2).build().train(frame));

        assertThat(balanced).isGreaterThan(2 * unweighted);
        assertThat(leaning).isGreaterThan(1.5 * balanced);
    }

    @Test
    void itTellsHowFarItIs() {
        Set<String> stages = java.util.concurrent.ConcurrentHashMap.newKeySet();
        ConcurrentLinkedQueue<Long> passes = new ConcurrentLinkedQueue<>();
        trainer()
                .progress((stage, done, total) -> {
                    stages.add(stage + '/' + total);
                    if (stage.equals("passes")) {
                        passes.add(done);
                    }
                })
                .build()
                .train(LocalSpark.frame(SmallTexts.training()));
        assertThat(stages).containsExactlyInAnyOrder("texts/144", "passes/-1");
        assertThat(List.copyOf(passes)).hasSizeGreaterThan(3).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void columnsHaveTheNamesThatAreSet() {
        Dataset<Row> renamed = LocalSpark.frame(SmallTexts.training())
                .withColumnRenamed("text", "tweet.text")
                .withColumnRenamed("label", "mood");
        LrModel model =
                trainer().textColumn("tweet.text").labelColumn("mood").build().train(renamed);
        assertThat(model.labels().names()).isEqualTo(SmallTexts.LABELS);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer().build().train(renamed))
                .withMessage("The training has no column 'text'; it has mood, tweet.text");
    }

    @Test
    void rowsWithoutATextOrALabelAreCountedAndRefused() {
        List<Row> rows = new ArrayList<>();
        rows.add(RowFactory.create("joy", "What a day"));
        rows.add(RowFactory.create("joy", null));
        rows.add(RowFactory.create(null, "What a day"));
        rows.add(RowFactory.create(" ", null));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> trainer().build().train(LocalSpark.rows(rows)))
                .withMessage("3 training rows have no label or no text; filter them out");
    }

    @Test
    void textsThatGiveNoModelAreRefused() {
        Dataset<Row> one = LocalSpark.frame(List.of(new LabelledText("joy", "What a day")));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer().build().train(one))
                .withMessage("The training texts have the labels [joy]; there must be at least two");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer().minimumTexts(500).build().train(LocalSpark.frame(SmallTexts.training())))
                .withMessage("No n-gram occurs in 500 of the 144 training texts; train on more or set a lower minimum");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> trainer()
                        .build()
                        .train(LocalSpark.frame(SmallTexts.training()), List.of(new LabelledText("joy", "What a day"))))
                .withMessage("The validation has the label 'joy', the training only [negative, neutral, positive]");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        SparkLrTrainer.Builder builder = SparkLrTrainer.builder("small");
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.cost(wrong));
        }
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.classWeightPower(Double.NaN));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.minimumTexts(0));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.bits(25));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> builder.maximumIterations(0));
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> SparkLrTrainer.builder("no spaces"));
    }

    private static SparkLrTrainer.Builder trainer() {
        return SparkLrTrainer.builder("small").minimumTexts(2).bits(16);
    }

    private static double measured(LrClassifier classifier, List<LabelledText> texts) {
        Evaluation evaluation = new Evaluation(classifier.labels().names());
        texts.forEach(text -> evaluation.add(text.label(), classifier.classify(text.text())));
        return evaluation.accuracy();
    }

    private static double negative(LrModel model) {
        try (LrClassifier classifier = model.classifier()) {
            return ((Classification.Scored) classifier.classify("nobody knows"))
                    .score("negative")
                    .orElseThrow();
        }
    }
}
