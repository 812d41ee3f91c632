/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import dev.nightjar.classifier.lr.LrFeatures;
import dev.nightjar.classifier.lr.LrModel;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * Nightjar's logistic regression as Spark MLlib's, and back. What MLlib's model reads is the vector that
 * {@link #withFeatures} makes of a text, not that of MLlib's own tokenizers.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class SparkLrModels {
    private SparkLrModels() {}

    /**
     * A model as one of MLlib: binomial for two labels, where the second is 1, else multinomial with the labels in
     * their order. MLlib has no temperature, so coefficients and intercepts are divided by it. MLlib calculates with 64
     * bits where {@link LrModel#classifier()} keeps its weights in 32: scores differ by 1e-6 at most.
     */
    public static LogisticRegressionModel toSpark(LrModel model) {
        int labels = model.labels().size();
        boolean binomial = labels == 2;
        int rows = binomial ? 1 : labels;
        int features = model.featureCount();
        double[] coefficients = new double[rows * features];
        double[] intercepts = new double[rows];
        for (int row = 0; row < rows; row++) {
            for (int feature = 0; feature < features; feature++) {
                double weight = binomial
                        ? (double) model.weight(feature, 1) - model.weight(feature, 0)
                        : model.weight(feature, row);
                coefficients[row * features + feature] = weight / model.temperature();
            }
            double intercept = binomial ? model.intercept(1) - model.intercept(0) : model.intercept(row);
            intercepts[row] = intercept / model.temperature();
        }
        return new LogisticRegressionModel(
                "nightjar_" + UUID.randomUUID(),
                // Row by row: MLlib asks for it of a binomial model.
                new DenseMatrix(rows, features, coefficients, true),
                Vectors.dense(intercepts),
                labels,
                !binomial);
    }

    /**
     * A model of MLlib as one that is scored without Spark. Its coefficients are rounded to 32 bits, which changes
     * scores by 1e-6 at most. Thresholds set on it are not kept: the best label is the one with the highest score.
     *
     * @param name the model's name in its answers, before the {@code @}
     * @param labels the names of the labels 0, 1, ...
     * @param features what made the vectors that the model was trained on
     * @param metrics what was measured, by name
     * @throws IllegalArgumentException if the model has another number of labels or features, or a coefficient that is
     *     not a number; it says which
     */
    public static LrModel fromSpark(
            String name,
            List<String> labels,
            LrFeatures features,
            LogisticRegressionModel model,
            Map<String, Double> metrics) {
        int size = model.numClasses();
        if (labels.size() != size || model.numFeatures() != features.size()) {
            throw new IllegalArgumentException("The model has " + size + " labels and " + model.numFeatures()
                    + " features, not " + labels.size() + " and " + features.size());
        }
        int rows = model.coefficientMatrix().numRows();
        // Column by column, however it is kept.
        double[] coefficients = model.coefficientMatrix().toArray();
        double[] intercepts = model.interceptVector().toArray();
        float[] weights = new float[features.size() * size];
        double[] own = new double[size];
        for (int row = 0; row < rows; row++) {
            // A binomial model has only the coefficients of its second label; those of the first are 0.
            int label = rows == 1 ? 1 : row;
            own[label] = intercepts[row];
            for (int feature = 0; feature < features.size(); feature++) {
                weights[feature * size + label] = (float) coefficients[feature * rows + row];
            }
        }
        return LrModel.of(name, labels, features, own, weights, metrics);
    }

    /**
     * Texts with one more column: their vectors, as MLlib's models read them. A text that is null has no features.
     *
     * @param texts any rows
     * @param textColumn the column of the texts
     * @param features what makes a vector of a text
     * @param column the name of the new column; MLlib's models expect {@code features}
     */
    public static Dataset<Row> withFeatures(Dataset<Row> texts, String textColumn, LrFeatures features, String column) {
        return texts.withColumn(
                column,
                functions
                        .udf(new Featurizer(features), SQLDataTypes.VectorType())
                        .apply(texts.col(textColumn)));
    }

    /** Makes vectors on the executors. */
    private static final class Featurizer implements UDF1<@Nullable String, Vector> {
        private static final long serialVersionUID = 1L;

        private final LrFeatures features;

        Featurizer(LrFeatures features) {
            this.features = features;
        }

        @Override
        public Vector call(@Nullable String text) {
            LrFeatures.Vector vector = features.vector(text == null ? "" : text);
            return Vectors.sparse(features.size(), vector.indices(), vector.values());
        }
    }
}
