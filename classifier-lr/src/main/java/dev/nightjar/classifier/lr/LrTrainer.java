/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import dev.nightjar.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Trains a logistic regression on labelled texts, on this machine: one label against the others, L2-regularised, by
 * liblinear's dual coordinate descent. A feature is regularised the less, the more its frequency differs between the label
 * and the others (the log-count ratio of Wang and Manning, 2012). The same texts and settings give the same model, byte
 * for byte.
 *
 * <p>It holds about 30 bytes for each distinct n-gram of each text: 0.4 GB for 45,000 tweets.
 *
 * <p>Immutable; training is safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class LrTrainer {
    /** What {@link Builder#cost} is unless set: {@value}. */
    public static final double DEFAULT_COST = 2;

    /** What {@link Builder#classWeightPower} is unless set: {@value}. */
    public static final double DEFAULT_CLASS_WEIGHT_POWER = 1;

    /** What {@link Builder#minimumTexts} is unless set: {@value}. */
    public static final int DEFAULT_MINIMUM_TEXTS = 3;

    /** What {@link Builder#bits} is unless set: {@value}. */
    public static final int DEFAULT_BITS = 20;

    /** What {@link Builder#seed} is unless set: {@value}. */
    public static final int DEFAULT_SEED = 42;

    private static final int TEXTS_PER_REPORT = 1_000;
    private static final double TOLERANCE = 0.1;
    private static final int MOST_ITERATIONS = 1_000;

    /** What every feature keeps when its log-count ratio is 0. */
    private static final double LEAST_SCALE = 0.3;

    private final Builder settings;

    private LrTrainer(Builder settings) {
        this.settings = settings;
    }

    /** Begins a trainer of models that are called so in their answers, before the {@code @}. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Trains a model; its temperature is 1.
     *
     * @throws ConfigException if the texts have fewer than two labels, or no n-gram occurs often enough
     */
    public LrModel train(Iterable<LabelledText> training) {
        return train(training, List.of());
    }

    /**
     * Trains a model, fits its temperature on other texts and measures it on them.
     *
     * @param validation texts that are not among those of the training
     * @throws ConfigException as {@link #train(Iterable)}, and if a validation text has a label that no training text has
     */
    public LrModel train(Iterable<LabelledText> training, Iterable<LabelledText> validation) {
        LrModel model = model(fit(Corpus.read(training, settings)));
        return model.calibrated(validation);
    }

    private static LrModel model(LrModel.Parts parts) {
        try {
            return LrModel.of(parts);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("The training gave no model: " + e.getMessage(), e);
        }
    }

    private LrModel.Parts fit(Corpus corpus) {
        int size = corpus.labels.size();
        LrModel.Parts parts = new LrModel.Parts();
        parts.name = settings.name;
        parts.labels = corpus.labels;
        parts.bits = settings.bits;
        parts.seed = settings.seed;
        parts.features = corpus.features;
        parts.idf = corpus.idf;
        parts.intercepts = new double[size];
        parts.weights = new float[corpus.features.length * size];
        parts.metrics = Map.of("training.texts", (double) corpus.size());
        double[][] ratios = corpus.logCountRatios();
        double[] applied = new double[corpus.features.length];
        Arrays.fill(applied, 1);
        for (int label = 0; label < size; label++) {
            settings.progress.at("labels", label, size);
            double[] scales = new double[applied.length];
            for (int row = 0; row < scales.length; row++) {
                scales[row] = LEAST_SCALE + Math.abs(ratios[label][row]);
            }
            corpus.scale(applied, scales);
            applied = scales;
            Model fitted = solve(corpus, label);
            double[] weights = fitted.getFeatureWeights();
            double sign = fitted.getLabels()[0] == 1 ? 1 : -1;
            for (int row = 0; row < scales.length; row++) {
                parts.weights[row * size + label] = (float) (sign * weights[row] * scales[row]);
            }
            parts.intercepts[label] = sign * weights[scales.length];
        }
        settings.progress.at("labels", size, size);
        return parts;
    }

    private Model solve(Corpus corpus, int label) {
        double[] weights = ClassWeights.of(corpus.texts, settings.classWeightPower);
        double others = ClassWeights.ofOthers(weights, corpus.texts, label);
        Parameter parameter = new Parameter(SolverType.L2R_LR_DUAL, settings.cost, TOLERANCE, MOST_ITERATIONS, 0.1);
        parameter.setWeights(new double[] {weights[label], others}, new int[] {1, 0});
        parameter.setRandom(new Random(settings.seed));
        Linear.disableDebugOutput();
        return Linear.train(corpus.problem(label), parameter);
    }

    /**
     * Hears how far a training is.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called on the training thread, now and then.
         *
         * @param stage {@code texts} while they are read, then {@code labels} while they are fitted
         * @param done how many are done
         * @param total how many there are; -1 if that is not known
         */
        void at(String stage, long done, long total);
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
        private double cost = DEFAULT_COST;
        private double classWeightPower = DEFAULT_CLASS_WEIGHT_POWER;
        private int minimumTexts = DEFAULT_MINIMUM_TEXTS;
        private int bits = DEFAULT_BITS;
        private int seed = DEFAULT_SEED;
        private Progress progress = (stage, done, total) -> {};

        private Builder(String name) {
            require(
                    name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                    "A model's name is made of 1 to 64 letters, digits, dots, underscores and hyphens");
            this.name = name;
        }

        private Builder(Builder other) {
            this.name = other.name;
            this.cost = other.cost;
            this.classWeightPower = other.classWeightPower;
            this.minimumTexts = other.minimumTexts;
            this.bits = other.bits;
            this.seed = other.seed;
            this.progress = other.progress;
        }

        /** What an error on a text costs against large weights (C); {@value LrTrainer#DEFAULT_COST} unless set. */
        public Builder cost(double cost) {
            require(cost > 0 && Double.isFinite(cost), "The cost is positive");
            this.cost = cost;
            return this;
        }

        /**
         * How much more a text of a rare label counts: the inverse of the label's frequency to this power. 0 counts all
         * texts the same, 1 all labels; more leans further towards rare labels.
         * {@value LrTrainer#DEFAULT_CLASS_WEIGHT_POWER} unless set.
         */
        public Builder classWeightPower(double power) {
            require(power >= 0 && power <= 3, "The power of class weights is from 0 to 3");
            this.classWeightPower = power;
            return this;
        }

        /** In how many training texts an n-gram must occur; {@value LrTrainer#DEFAULT_MINIMUM_TEXTS} unless set. */
        public Builder minimumTexts(int texts) {
            require(texts >= 1, "An n-gram occurs in at least 1 text");
            this.minimumTexts = texts;
            return this;
        }

        /** How many bits of an n-gram's hash tell it from others; {@value LrTrainer#DEFAULT_BITS} unless set. */
        public Builder bits(int bits) {
            require(
                    bits >= LrFeatures.MIN_BITS && bits <= LrFeatures.MAX_BITS,
                    "The bits of a hash are " + LrFeatures.MIN_BITS + " to " + LrFeatures.MAX_BITS);
            this.bits = bits;
            return this;
        }

        /** The seed of the hash and of the solver's order; {@value LrTrainer#DEFAULT_SEED} unless set. */
        public Builder seed(int seed) {
            this.seed = seed;
            return this;
        }

        /** Who hears how far the training is; nobody unless set. */
        public Builder progress(Progress progress) {
            this.progress = progress;
            return this;
        }

        /** The trainer. */
        public LrTrainer build() {
            return new LrTrainer(new Builder(this));
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new ConfigException(otherwise);
            }
        }
    }

    /** The training texts as features. */
    private static final class Corpus {
        final List<String> labels;
        /** How many texts each label has. */
        final int[] texts;
        /** The features that occur often enough, ascending. */
        final int[] features;

        final float[] idf;
        private final int[] labelOf;
        private final Feature[][] rows;

        private Corpus(List<String> labels, int[] labelOf, int[] features, float[] idf, Feature[][] rows) {
            this.labels = labels;
            this.labelOf = labelOf;
            this.features = features;
            this.idf = idf;
            this.rows = rows;
            this.texts = new int[labels.size()];
            for (int label : labelOf) {
                texts[label]++;
            }
        }

        static Corpus read(Iterable<LabelledText> texts, Builder settings) {
            TextFeatures reader = new TextFeatures(settings.seed);
            int[] frequencies = new int[1 << settings.bits];
            List<String> labelNames = new ArrayList<>();
            List<int[]> found = new ArrayList<>();
            for (LabelledText text : texts) {
                reader.read(text.text());
                int[] features = new int[reader.count()];
                for (int i = 0; i < features.length; i++) {
                    features[i] = reader.hash(i) & (frequencies.length - 1);
                }
                Arrays.sort(features);
                for (int i = 0; i < features.length; i++) {
                    if (i == 0 || features[i] != features[i - 1]) {
                        frequencies[features[i]]++;
                    }
                }
                found.add(features);
                labelNames.add(text.label());
                if (found.size() % TEXTS_PER_REPORT == 0) {
                    settings.progress.at("texts", found.size(), -1);
                }
            }
            settings.progress.at("texts", found.size(), found.size());
            return of(labelNames, found, frequencies, settings.minimumTexts);
        }

        private static Corpus of(List<String> labelNames, List<int[]> found, int[] frequencies, int minimumTexts) {
            List<String> labels = labelNames.stream().distinct().sorted().toList();
            if (labels.size() < 2) {
                throw new ConfigException(
                        "The training texts have the labels " + labels + "; there must be at least two");
            }
            int[] labelOf = labelNames.stream().mapToInt(labels::indexOf).toArray();
            int[] rowOf = new int[frequencies.length];
            int[] features = new int[frequencies.length];
            float[] idf = new float[frequencies.length];
            int size = 0;
            for (int feature = 0; feature < frequencies.length; feature++) {
                rowOf[feature] = -1;
                if (frequencies[feature] >= minimumTexts) {
                    rowOf[feature] = size;
                    features[size] = feature;
                    idf[size++] = (float) (1 + StrictMath.log((1.0 + found.size()) / (1 + frequencies[feature])));
                }
            }
            if (size == 0) {
                throw new ConfigException("No n-gram occurs in " + minimumTexts + " of the " + found.size()
                        + " training texts; train on more or set a lower minimum");
            }
            float[] kept = Arrays.copyOf(idf, size);
            Feature[][] rows = new Feature[found.size()][];
            for (int text = 0; text < rows.length; text++) {
                rows[text] = row(found.set(text, new int[0]), rowOf, kept);
            }
            return new Corpus(labels, labelOf, Arrays.copyOf(features, size), kept, rows);
        }

        /** The weighted features of a text, of Euclidean length 1, and the constant of the intercept. */
        private static Feature[] row(int[] features, int[] rowOf, float[] idf) {
            List<Feature> row = new ArrayList<>();
            double square = 0;
            for (int from = 0; from < features.length; ) {
                int to = from + 1;
                while (to < features.length && features[to] == features[from]) {
                    to++;
                }
                int at = rowOf[features[from]];
                if (at >= 0) {
                    double value = LrClassifier.frequencyWeight(to - from) * idf[at];
                    square += value * value;
                    row.add(new FeatureNode(at + 1, value));
                }
                from = to;
            }
            for (Feature feature : row) {
                feature.setValue(feature.getValue() / Math.sqrt(square));
            }
            row.add(new FeatureNode(idf.length + 1, 1));
            return row.toArray(Feature[]::new);
        }

        int size() {
            return rows.length;
        }

        /** For each label and feature, by what factor it is more frequent in texts of the label, as a logarithm. */
        double[][] logCountRatios() {
            int[][] counts = new int[labels.size()][features.length];
            int[] all = new int[features.length];
            for (int text = 0; text < rows.length; text++) {
                for (int i = 0; i < rows[text].length - 1; i++) {
                    counts[labelOf[text]][rows[text][i].getIndex() - 1]++;
                    all[rows[text][i].getIndex() - 1]++;
                }
            }
            double[][] ratios = new double[labels.size()][features.length];
            for (int label = 0; label < ratios.length; label++) {
                for (int row = 0; row < features.length; row++) {
                    double with = (counts[label][row] + 1.0) / (texts[label] + 2);
                    double without = (all[row] - counts[label][row] + 1.0) / (rows.length - texts[label] + 2);
                    ratios[label][row] = StrictMath.log(with / without);
                }
            }
            return ratios;
        }

        /** Replaces the scales of the features. */
        void scale(double[] applied, double[] scales) {
            for (Feature[] row : rows) {
                for (int i = 0; i < row.length - 1; i++) {
                    int feature = row[i].getIndex() - 1;
                    row[i].setValue(row[i].getValue() / applied[feature] * scales[feature]);
                }
            }
        }

        Problem problem(int label) {
            Problem problem = new Problem();
            problem.l = rows.length;
            problem.n = features.length + 1;
            problem.x = rows;
            problem.y = Arrays.stream(labelOf)
                    .mapToDouble(actual -> actual == label ? 1 : 0)
                    .toArray();
            return problem;
        }
    }
}
