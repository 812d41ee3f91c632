/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrFeatures;
import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.LrTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.IDF;
import org.apache.spark.ml.feature.IDFModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * Trains a logistic regression on labelled texts that outgrow a machine, with Spark MLlib: multinomial (binomial for
 * two labels), L2-regularised, by L-BFGS. The texts are read by the code that {@link LrModel#classifier()} reads them
 * with. What fits a machine is trained there by {@link LrTrainer}, in less time.
 *
 * <p>Two passes over the texts count them; then each step of the solver makes one pass over the n-grams' vectors, which
 * Spark keeps in memory and spills to disk. The driver needs about 200 bytes for each n-gram that is kept and each
 * label. A cluster adds up in any order, so the same texts give the same model only up to rounding.
 *
 * <p>Immutable; training is safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class SparkLrTrainer {
    /** What {@link Builder#textColumn} is unless set: {@value}. */
    public static final String DEFAULT_TEXT_COLUMN = "text";

    /** What {@link Builder#labelColumn} is unless set: {@value}. */
    public static final String DEFAULT_LABEL_COLUMN = "label";

    /** What {@link Builder#maximumIterations} is unless set: {@value}. */
    public static final int DEFAULT_MAXIMUM_ITERATIONS = 100;

    private static final String TEXT = "nightjar_text";
    private static final String LABEL = "nightjar_label";
    private static final String WEIGHT = "nightjar_weight";
    private static final String VECTOR = "nightjar_vector";
    private static final double TOLERANCE = 1e-5;

    private final Builder settings;

    private SparkLrTrainer(Builder settings) {
        this.settings = settings;
    }

    /** Begins a trainer of models that are called so in their answers, before the {@code @}. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Trains a model; its temperature is 1.
     *
     * @param training rows with a column of texts and one of labels, both texts
     * @throws ConfigException if a column is missing, the texts have fewer than two labels, or no n-gram occurs often
     *     enough
     * @throws DataException if a row has no text or no label; it says how many
     */
    public LrModel train(Dataset<Row> training) {
        return train(training, List.of());
    }

    /**
     * Trains a model, fits its temperature on other texts and measures it on them, here.
     *
     * @param training rows with a column of texts and one of labels, both texts
     * @param validation texts that are not among those of the training
     * @throws ConfigException as {@link #train(Dataset)}, and if a validation text has a label that no training text
     *     has
     * @throws DataException as {@link #train(Dataset)}
     */
    public LrModel train(Dataset<Row> training, Iterable<LabelledText> validation) {
        Dataset<Row> texts = training.select(
                column(training, settings.textColumn).cast("string").as(TEXT),
                column(training, settings.labelColumn).cast("string").as(LABEL));
        SortedMap<String, Long> counts = counts(texts);
        settings.progress.at("texts", total(counts), total(counts));
        LrFeatures features = features(texts);
        LogisticRegressionModel fitted = fit(texts, counts, features);
        LrModel model = SparkLrModels.fromSpark(
                settings.name, List.copyOf(counts.keySet()), features, fitted, Map.of("training.texts", (double)
                        total(counts)));
        return model.calibrated(validation);
    }

    /** How many texts each label has. */
    private static SortedMap<String, Long> counts(Dataset<Row> texts) {
        SortedMap<String, Long> counts = new TreeMap<>();
        long missing = 0;
        for (Row row : texts.groupBy(LABEL)
                .agg(functions.count("*"), functions.count(TEXT))
                .collectAsList()) {
            if (row.isNullAt(0) || row.getString(0).isBlank()) {
                missing += row.getLong(1);
            } else {
                missing += row.getLong(1) - row.getLong(2);
                counts.put(row.getString(0), row.getLong(2));
            }
        }
        if (missing > 0) {
            throw new DataException(
                    "missing-value", missing + " training rows have no label or no text; filter them out");
        }
        if (counts.size() < 2) {
            throw new ConfigException(
                    "The training texts have the labels " + counts.keySet() + "; there must be at least two");
        }
        return counts;
    }

    /** The n-grams that occur in enough texts. */
    private LrFeatures features(Dataset<Row> texts) {
        Dataset<Row> counted =
                SparkLrModels.withFeatures(texts, TEXT, LrFeatures.all(settings.bits, settings.seed), VECTOR);
        IDFModel frequencies = new IDF().setInputCol(VECTOR).fit(counted);
        long[] inTexts = frequencies.docFreq();
        int[] buckets = new int[inTexts.length];
        float[] idf = new float[inTexts.length];
        int size = 0;
        for (int bucket = 0; bucket < inTexts.length; bucket++) {
            if (inTexts[bucket] >= settings.minimumTexts) {
                buckets[size] = bucket;
                idf[size++] = (float) (1 + StrictMath.log((1.0 + frequencies.numDocs()) / (1 + inTexts[bucket])));
            }
        }
        if (size == 0) {
            throw new ConfigException("No n-gram occurs in " + settings.minimumTexts + " of the "
                    + frequencies.numDocs() + " training texts; train on more or set a lower minimum");
        }
        return LrFeatures.of(settings.bits, settings.seed, Arrays.copyOf(buckets, size), Arrays.copyOf(idf, size));
    }

    private LogisticRegressionModel fit(Dataset<Row> texts, SortedMap<String, Long> counts, LrFeatures features) {
        Dataset<Row> vectors = SparkLrModels.withFeatures(texts, TEXT, features, VECTOR)
                .select(
                        functions.col(VECTOR),
                        byLabel(labelIndices(counts)).as(LABEL),
                        byLabel(classWeights(counts)).as(WEIGHT))
                .persist(StorageLevel.MEMORY_AND_DISK());
        JobCounter passes =
                JobCounter.start(texts.sparkSession().sparkContext(), jobs -> settings.progress.at("passes", jobs, -1));
        try {
            return new LogisticRegression()
                    .setFeaturesCol(VECTOR)
                    .setLabelCol(LABEL)
                    .setWeightCol(WEIGHT)
                    // Converted from liblinear's C, which weighs the sum of the errors; here it is their mean.
                    .setRegParam(1 / (settings.cost * total(counts)))
                    .setElasticNetParam(0)
                    .setStandardization(false)
                    .setMaxIter(settings.maximumIterations)
                    .setTol(TOLERANCE)
                    .fit(vectors);
        } finally {
            passes.stop();
            vectors.unpersist();
        }
    }

    private static Map<String, Double> labelIndices(SortedMap<String, Long> counts) {
        Map<String, Double> indices = new TreeMap<>();
        counts.keySet().forEach(label -> indices.put(label, (double) indices.size()));
        return indices;
    }

    /** For each label, how much a text of it counts; 1 on average over the texts. */
    private Map<String, Double> classWeights(SortedMap<String, Long> counts) {
        Map<String, Double> weights = new TreeMap<>();
        double sum = 0;
        for (Map.Entry<String, Long> label : counts.entrySet()) {
            double weight = StrictMath.pow((double) total(counts) / label.getValue(), settings.classWeightPower);
            weights.put(label.getKey(), weight);
            sum += weight * label.getValue();
        }
        double scale = total(counts) / sum;
        weights.replaceAll((label, weight) -> weight * scale);
        return weights;
    }

    /** The number of each row's label. */
    private static Column byLabel(Map<String, Double> numbers) {
        Column column = functions.lit(0.0);
        for (Map.Entry<String, Double> label : numbers.entrySet()) {
            column = functions
                    .when(functions.col(LABEL).equalTo(label.getKey()), label.getValue())
                    .otherwise(column);
        }
        return column;
    }

    private static long total(SortedMap<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Column column(Dataset<Row> rows, String name) {
        if (!Arrays.asList(rows.columns()).contains(name)) {
            throw new ConfigException(
                    "The training has no column '" + name + "'; it has " + String.join(", ", rows.columns()));
        }
        return rows.col("`" + name + "`");
    }

    /**
     * Collects the settings of a training. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final String name;

        /** Checks the settings that both trainers have. */
        private final LrTrainer.Builder local;

        private String textColumn = DEFAULT_TEXT_COLUMN;
        private String labelColumn = DEFAULT_LABEL_COLUMN;
        private double cost = LrTrainer.DEFAULT_COST;
        private double classWeightPower = LrTrainer.DEFAULT_CLASS_WEIGHT_POWER;
        private int minimumTexts = LrTrainer.DEFAULT_MINIMUM_TEXTS;
        private int bits = LrTrainer.DEFAULT_BITS;
        private int seed = LrTrainer.DEFAULT_SEED;
        private int maximumIterations = DEFAULT_MAXIMUM_ITERATIONS;
        private LrTrainer.Progress progress = (stage, done, total) -> {};

        private Builder(String name) {
            this.local = LrTrainer.builder(name);
            this.name = name;
        }

        private Builder(Builder other) {
            this.name = other.name;
            this.local = other.local;
            this.textColumn = other.textColumn;
            this.labelColumn = other.labelColumn;
            this.cost = other.cost;
            this.classWeightPower = other.classWeightPower;
            this.minimumTexts = other.minimumTexts;
            this.bits = other.bits;
            this.seed = other.seed;
            this.maximumIterations = other.maximumIterations;
            this.progress = other.progress;
        }

        /** The column of the texts; {@value SparkLrTrainer#DEFAULT_TEXT_COLUMN} unless set. */
        public Builder textColumn(String column) {
            this.textColumn = column;
            return this;
        }

        /** The column of the labels' names; {@value SparkLrTrainer#DEFAULT_LABEL_COLUMN} unless set. */
        public Builder labelColumn(String column) {
            this.labelColumn = column;
            return this;
        }

        /** What an error on a text costs against large weights (C); {@value LrTrainer#DEFAULT_COST} unless set. */
        public Builder cost(double cost) {
            local.cost(cost);
            this.cost = cost;
            return this;
        }

        /**
         * How much more a text of a rare label counts: the inverse of the label's frequency to this power. With 0 all
         * texts count the same, with 1 all labels; {@value LrTrainer#DEFAULT_CLASS_WEIGHT_POWER} unless set.
         */
        public Builder classWeightPower(double power) {
            local.classWeightPower(power);
            this.classWeightPower = power;
            return this;
        }

        /** In how many training texts an n-gram must occur; {@value LrTrainer#DEFAULT_MINIMUM_TEXTS} unless set. */
        public Builder minimumTexts(int texts) {
            local.minimumTexts(texts);
            this.minimumTexts = texts;
            return this;
        }

        /** How many bits of an n-gram's hash tell it from others; {@value LrTrainer#DEFAULT_BITS} unless set. */
        public Builder bits(int bits) {
            local.bits(bits);
            this.bits = bits;
            return this;
        }

        /** The seed of the hash; {@value LrTrainer#DEFAULT_SEED} unless set. */
        public Builder seed(int seed) {
            this.seed = seed;
            return this;
        }

        /** The maximum number of steps of the solver; {@value SparkLrTrainer#DEFAULT_MAXIMUM_ITERATIONS} unless set. */
        public Builder maximumIterations(int iterations) {
            if (iterations < 1) {
                throw new ConfigException("The solver takes at least 1 step");
            }
            this.maximumIterations = iterations;
            return this;
        }

        /**
         * A listener for the progress of training; none unless set. The stages are {@code texts}, reported on the
         * training thread once they are counted, and {@code passes} over them while the model is fitted, reported on
         * one of Spark's threads without a total.
         */
        public Builder progress(LrTrainer.Progress progress) {
            this.progress = progress;
            return this;
        }

        /** The trainer. */
        public SparkLrTrainer build() {
            return new SparkLrTrainer(new Builder(this));
        }
    }
}
