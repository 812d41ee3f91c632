/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Trains a model on texts of which several labels may each have a share, and which count differently; liblinear, with which
 * {@link LrTrainer} trains, knows neither. One multinomial regression, L2-regularised, each feature the less the larger its
 * log-count ratio, fitted by stochastic gradient descent. The same texts give the same model, byte for byte.
 */
final class SharedTextTrainer {
    private static final int BITS = 20;
    private static final int SEED = 42;
    private static final int MINIMUM_TEXTS = 6;
    private static final int EPOCHS = 8;
    private static final double COST = 2;
    private static final double CLASS_WEIGHT_POWER = 1.5;
    private static final double LEAST_SCALE = 0.3;

    /** How much slower than the weights the intercepts are fitted. */
    private static final double INTERCEPT_RATE = 0.02;

    private final List<String> labels;
    private final List<SharedText> texts;
    private final LrFeatures features;
    private final LrFeatures.Vector[] vectors;

    private SharedTextTrainer(List<String> labels, List<SharedText> texts) {
        this.labels = labels;
        this.texts = texts;
        this.features = features(texts);
        this.vectors = texts.stream().map(text -> features.vector(text.text())).toArray(LrFeatures.Vector[]::new);
    }

    /** The model of texts; its temperature is 1. */
    static LrModel train(String name, List<String> labels, List<SharedText> texts) {
        return new SharedTextTrainer(labels, texts).train(name);
    }

    private static LrFeatures features(List<SharedText> texts) {
        LrFeatures all = LrFeatures.all(TextFeatures.NEGATING, BITS, SEED);
        int[] inTexts = new int[1 << BITS];
        for (SharedText text : texts) {
            for (int bucket : all.vector(text.text()).indices()) {
                inTexts[bucket]++;
            }
        }
        int[] buckets = new int[inTexts.length];
        float[] idf = new float[inTexts.length];
        int size = 0;
        for (int bucket = 0; bucket < inTexts.length; bucket++) {
            if (inTexts[bucket] >= MINIMUM_TEXTS) {
                buckets[size] = bucket;
                idf[size++] = (float) (1 + StrictMath.log((1.0 + texts.size()) / (1 + inTexts[bucket])));
            }
        }
        return LrFeatures.checked(
                TextFeatures.NEGATING, BITS, SEED, Arrays.copyOf(buckets, size), Arrays.copyOf(idf, size));
    }

    private LrModel train(String name) {
        int size = labels.size();
        double[] ofLabels = new double[size];
        for (SharedText text : texts) {
            for (int label = 0; label < size; label++) {
                ofLabels[label] += text.weight() * text.shares()[label];
            }
        }
        double all = Arrays.stream(ofLabels).sum();
        double[] classWeights = Arrays.stream(ofLabels)
                .map(ofLabel -> StrictMath.pow(all / ofLabel, CLASS_WEIGHT_POWER))
                .toArray();
        double sum = 0;
        for (int label = 0; label < size; label++) {
            sum += classWeights[label] * ofLabels[label];
        }
        for (int label = 0; label < size; label++) {
            classWeights[label] *= all / sum;
        }
        double[] intercepts = new double[size];
        double[] weights = fit(rates(ofLabels, all), classWeights, intercepts);
        float[] rounded = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            rounded[i] = (float) weights[i];
        }
        return LrModel.of(name, labels, features, intercepts, rounded, Map.of("training.texts", (double) texts.size()));
    }

    /** For each feature and label, how fast its weight is fitted: by the square of its log-count ratio. */
    private double[] rates(double[] ofLabels, double all) {
        int size = labels.size();
        double[] with = new double[features.size() * size];
        double[] anywhere = new double[features.size()];
        for (int text = 0; text < vectors.length; text++) {
            SharedText shared = texts.get(text);
            for (int feature : vectors[text].indices()) {
                anywhere[feature] += shared.weight();
                for (int label = 0; label < size; label++) {
                    with[feature * size + label] += shared.weight() * shared.shares()[label];
                }
            }
        }
        double[] rates = new double[with.length];
        for (int i = 0; i < with.length; i++) {
            double others = all - ofLabels[i % size];
            double ratio =
                    (with[i] + 1) / (ofLabels[i % size] + 2) / ((anywhere[i / size] - with[i] + 1) / (others + 2));
            double scale = LEAST_SCALE + Math.abs(StrictMath.log(ratio));
            rates[i] = scale * scale;
        }
        return rates;
    }

    /** The weights, feature by feature; leaves the intercepts in their array. */
    private double[] fit(double[] rates, double[] classWeights, double[] intercepts) {
        int size = labels.size();
        double[] weights = new double[rates.length];
        double[] scores = new double[size];
        int[] order = new int[vectors.length];
        Arrays.setAll(order, i -> i);
        Random random = new Random(SEED);
        long steps = (long) EPOCHS * order.length;
        double shrink = 1 / (COST * order.length);
        // All weights are to be multiplied by it, so that each step shrinks all and touches few.
        double scale = 1;
        for (long step = 0; step < steps; step++) {
            int at = (int) (step % order.length);
            if (at == 0) {
                shuffle(order, random);
            }
            SharedText text = texts.get(order[at]);
            int[] indices = vectors[order[at]].indices();
            double[] values = vectors[order[at]].values();
            for (int label = 0; label < size; label++) {
                double score = 0;
                for (int i = 0; i < indices.length; i++) {
                    score += values[i] * weights[indices[i] * size + label];
                }
                scores[label] = score * scale + intercepts[label];
            }
            softmax(scores);
            double total = 0;
            for (int label = 0; label < size; label++) {
                total += text.shares()[label] * classWeights[label];
            }
            double rate = 1 - (double) step / steps;
            scale *= 1 - rate * shrink;
            for (int label = 0; label < size; label++) {
                double error = text.weight() * (scores[label] * total - text.shares()[label] * classWeights[label]);
                intercepts[label] -= rate * INTERCEPT_RATE * error;
                double change = rate * error / scale;
                for (int i = 0; i < indices.length; i++) {
                    int weight = indices[i] * size + label;
                    weights[weight] -= change * values[i] * rates[weight];
                }
            }
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= scale;
        }
        return weights;
    }

    private static void softmax(double[] scores) {
        double most = Arrays.stream(scores).max().orElse(0);
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = StrictMath.exp(scores[i] - most);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
    }

    /**
     * A text, what share each label has of it, and how much it counts.
     *
     * @param shares one per label; their sum is 1
     */
    record SharedText(String text, double[] shares, double weight) {}
}
