/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification.Scored;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrClassifier;
import dev.nightjar.classifier.lr.LrFeatures;
import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.LrTrainer;
import dev.nightjar.classifier.lr.SmallTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkLrModelsIT {
    /** By how much the 32 bits of our weights and the 64 of Spark's may differ in a score. */
    private static final double TOLERANCE = 1e-7;

    private static final List<LabelledText> TEXTS = texts();

    @TempDir
    private Path directory;

    @Test
    void aMultinomialModelGivesItsScoresInSpark() {
        LrModel model = doubtful();
        assertThat(model.temperature()).isGreaterThan(1.5);
        LogisticRegressionModel spark = SparkLrModels.toSpark(model);

        assertThat(spark.numClasses()).isEqualTo(3);
        assertSameScores(model, spark);
    }

    @Test
    void theBundledModelGivesItsScoresInSpark() {
        LrModel model = LrModel.load(Path.of("models", "sentiment", "model.json"));
        LogisticRegressionModel spark = SparkLrModels.toSpark(model);
        try (LrClassifier classifier = model.classifier()) {
            for (LabelledText text : TEXTS) {
                LrFeatures.Vector vector = model.features().vector(text.text());
                double[] probabilities = spark.predictProbability(
                                Vectors.sparse(model.featureCount(), vector.indices(), vector.values()))
                        .toArray();
                Scored scored = (Scored) classifier.classify(text.text());
                for (int label = 0; label < probabilities.length; label++) {
                    assertThat(scored.score(SmallTexts.LABELS.get(label)).orElseThrow())
                            .isCloseTo(probabilities[label], within(TOLERANCE));
                }
            }
        }
    }

    @Test
    void aBinomialModelGivesItsScoresInSpark() {
        LrModel model = binomial();
        LogisticRegressionModel spark = SparkLrModels.toSpark(model);

        assertThat(spark.numClasses()).isEqualTo(2);
        assertThat(spark.intercept()).isCloseTo(model.intercept(1) - model.intercept(0), within(1e-12));
        assertSameScores(model, spark);
    }

    @Test
    void whatSparkTrainedGivesItsScoresHere() {
        LrFeatures features = SmallTexts.model().features();
        Dataset<Row> vectors =
                SparkLrModels.withFeatures(LocalSpark.frame(SmallTexts.training()), "text", features, "features");
        Dataset<Row> three = vectors.withColumn(
                "label",
                functions
                        .when(functions.col("label").equalTo("negative"), 0.0)
                        .when(functions.col("label").equalTo("neutral"), 1.0)
                        .otherwise(2.0));

        LogisticRegressionModel multinomial =
                new LogisticRegression().setRegParam(0.01).fit(three);
        assertThat(multinomial.interceptVector().numNonzeros()).isEqualTo(3);
        assertSameScores(
                SparkLrModels.fromSpark("spark", SmallTexts.LABELS, features, multinomial, Map.of()), multinomial);

        LogisticRegressionModel binomial = new LogisticRegression()
                .setRegParam(0.01)
                .fit(three.filter("label < 2").limit(90));
        assertThat(binomial.intercept()).isNotZero();
        assertSameScores(
                SparkLrModels.fromSpark("spark", SmallTexts.LABELS.subList(0, 2), features, binomial, Map.of()),
                binomial);

        LogisticRegressionModel twoOfMultinomial = new LogisticRegression()
                .setRegParam(0.01)
                .setFamily("multinomial")
                .fit(three.filter("label < 2"));
        assertThat(twoOfMultinomial.coefficientMatrix().numRows()).isEqualTo(2);
        assertSameScores(
                SparkLrModels.fromSpark("spark", SmallTexts.LABELS.subList(0, 2), features, twoOfMultinomial, Map.of()),
                twoOfMultinomial);

        // An L1 penalty leaves so few coefficients that Spark keeps them as a sparse matrix.
        LogisticRegressionModel sparse =
                new LogisticRegression().setRegParam(0.05).setElasticNetParam(1).fit(three);
        assertThat(sparse.coefficientMatrix()).isInstanceOf(org.apache.spark.ml.linalg.SparseMatrix.class);
        assertSameScores(SparkLrModels.fromSpark("spark", SmallTexts.LABELS, features, sparse, Map.of()), sparse);
    }

    @Test
    void aModelComesBackFromSparkAsItWas() {
        LrModel model = uncalibrated(SmallTexts.trainer().build().train(SmallTexts.training()));
        LrModel back = fromSpark(model, SparkLrModels.toSpark(model));

        assertThat(back.sha256()).isEqualTo(model.sha256());
    }

    @Test
    void aThresholdStaysInSpark() {
        LrModel model = uncalibrated(binomial());
        LogisticRegressionModel spark = SparkLrModels.toSpark(model);
        LrModel back = fromSpark(model, spark);
        spark.setThreshold(0.9);
        assertThat(fromSpark(model, spark).sha256()).isEqualTo(back.sha256());
    }

    private static LrModel fromSpark(LrModel model, LogisticRegressionModel spark) {
        return SparkLrModels.fromSpark(model.name(), model.labels().names(), model.features(), spark, model.metrics());
    }

    @Test
    void aModelSurvivesSparksOwnFiles() throws IOException {
        for (LrModel model : List.of(doubtful(), binomial())) {
            LogisticRegressionModel spark = SparkLrModels.toSpark(model);
            String saved = directory.resolve("of-" + model.labels().size()).toString();
            LocalSpark.session();
            spark.save(saved);
            LogisticRegressionModel loaded = LogisticRegressionModel.load(saved);

            assertThat(loaded.coefficientMatrix()).isEqualTo(spark.coefficientMatrix());
            assertThat(loaded.interceptVector()).isEqualTo(spark.interceptVector());
            LrModel back = fromSpark(model, loaded);
            assertSameScores(back, loaded);
            assertSameScores(model, loaded);
        }
    }

    @Test
    void aTextWithoutFeaturesIsAnEmptyVector() {
        LrFeatures features = SmallTexts.model().features();
        List<Row> rows = new ArrayList<>();
        rows.add(org.apache.spark.sql.RowFactory.create("none", null));
        rows.add(org.apache.spark.sql.RowFactory.create("none", "\u65e5\u672c\u8a9e"));
        assertThat(SparkLrModels.withFeatures(LocalSpark.rows(rows), "text", features, "vector")
                        .collectAsList())
                .extracting(row -> row.<Vector>getAs("vector"))
                .containsOnly(Vectors.sparse(features.size(), new int[0], new double[0]));
    }

    @Test
    void aModelThatDoesNotFitIsRefused() {
        LrModel model = SmallTexts.model();
        LogisticRegressionModel spark = SparkLrModels.toSpark(model);
        int size = model.featureCount();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkLrModels.fromSpark("two", List.of("a", "b"), model.features(), spark, Map.of()))
                .withMessage("The model has 3 labels and " + size + " features, not 2 and " + size);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SparkLrModels.fromSpark("all", SmallTexts.LABELS, LrFeatures.all(16, 42), spark, Map.of()))
                .withMessage("The model has 3 labels and " + size + " features, not 3 and 65536");
        LogisticRegressionModel broken = new LogisticRegressionModel(
                "broken", Vectors.dense(new double[LrFeatures.all(6, 1).size()]), Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SparkLrModels.fromSpark("broken", List.of("a", "b"), LrFeatures.all(6, 1), broken, Map.of()))
                .withMessage("an intercept is NaN");
    }

    private static List<LabelledText> texts() {
        List<LabelledText> texts = new ArrayList<>(SmallTexts.training());
        texts.addAll(SmallTexts.validation());
        texts.add(new LabelledText("neutral", "wonderful awful wonderful, so angry :) \ud83d\ude21 http://a.b"));
        return texts;
    }

    /** A model whose temperature makes its scores neither 0 nor 1. */
    private static LrModel doubtful() {
        List<LabelledText> mislabelled = new ArrayList<>();
        for (LabelledText text : SmallTexts.training()) {
            String label = mislabelled.size() % 4 == 0 ? "negative" : text.label();
            mislabelled.add(new LabelledText(label, text.text()));
        }
        return SmallTexts.trainer().build().train(SmallTexts.training(), mislabelled);
    }

    private static LrModel binomial() {
        return LrTrainer.builder("two")
                .minimumTexts(2)
                .bits(12)
                .cost(0.1)
                .build()
                .train(SmallTexts.training().stream()
                        .filter(text -> !text.label().equals("neutral"))
                        .skip(9)
                        .toList());
    }

    private static LrModel uncalibrated(LrModel model) {
        assertThat(model.temperature()).isEqualTo(1);
        return model;
    }

    /** In Spark, in a frame, and here, without it. */
    private static void assertSameScores(LrModel model, LogisticRegressionModel spark) {
        Dataset<Row> vectors =
                SparkLrModels.withFeatures(LocalSpark.frame(TEXTS), "text", model.features(), "features");
        List<Row> rows = spark.transform(vectors)
                .select("text", "probability", "prediction")
                .collectAsList();
        assertThat(rows).hasSameSizeAs(TEXTS);
        List<String> labels = model.labels().names();
        double[] seen = new double[labels.size()];
        try (LrClassifier classifier = model.classifier()) {
            for (Row row : rows) {
                Scored scored = (Scored) classifier.classify(row.getString(0));
                double[] probabilities = row.<Vector>getAs(1).toArray();
                for (int label = 0; label < probabilities.length; label++) {
                    assertThat(scored.score(labels.get(label)).orElseThrow())
                            .as("%s of '%s'", labels.get(label), row.getString(0))
                            .isCloseTo(probabilities[label], within(TOLERANCE));
                }
                assertThat(scored.best().label()).isEqualTo(labels.get((int) row.getDouble(2)));
                seen[(int) row.getDouble(2)]++;
            }
        }
        assertThat(Arrays.stream(seen)).as("texts per label").allMatch(count -> count > 0);
    }
}
