/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Collects and checks the settings that all trainers here share.
 *
 * <p>Confined to one thread.
 *
 * @param <B> the trainer's builder
 */
abstract class TrainerBuilder<B extends TrainerBuilder<B>> {
    private final String name;
    private double cost;
    private double classWeightPower;
    private LrTrainer.Progress progress = (stage, done, total) -> {};

    TrainerBuilder(String name, double cost, double classWeightPower) {
        require(
                name.matches(LinearLayer.NAME),
                "A model's name is made of 1 to 64 letters, digits, dots, underscores and hyphens");
        this.name = name;
        this.cost = cost;
        this.classWeightPower = classWeightPower;
    }

    /**
     * What an error on a text costs against large weights (C); {@value LrTrainer#DEFAULT_COST} unless set, on vectors
     * of an embedder {@value EmbeddingLrTrainer#DEFAULT_COST}, over a word list {@value WordListTrainer#DEFAULT_COST}.
     */
    public B cost(double cost) {
        require(cost > 0 && Double.isFinite(cost), "The cost is positive");
        this.cost = cost;
        return self();
    }

    /**
     * How much more a text of a rare label counts: the inverse of the label's frequency to this power. With 0 all texts
     * count the same, with 1 (the default) all labels; more favours rare labels further.
     */
    public B classWeightPower(double power) {
        require(power >= 0 && power <= 3, "The power of class weights is from 0 to 3");
        this.classWeightPower = power;
        return self();
    }

    /**
     * A listener for the progress of training, {@code texts} while they are read or embedded, then {@code labels}; none
     * unless set.
     */
    public B progress(LrTrainer.Progress progress) {
        this.progress = progress;
        return self();
    }

    final Settings settings() {
        return new Settings(name, cost, classWeightPower, progress);
    }

    @SuppressWarnings("unchecked") // B is its type
    private B self() {
        return (B) this;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ConfigException(otherwise);
        }
    }

    /**
     * What was collected.
     *
     * <p>Immutable.
     *
     * @param name the model's name in its answers, before the {@code @}
     * @param cost what an error on a text costs against large weights (C)
     * @param classWeightPower to what power of its label's inverse frequency a text counts
     * @param progress who hears how far the training is
     */
    record Settings(String name, double cost, double classWeightPower, LrTrainer.Progress progress) {
        /** The layer of a training, its intercepts and weights still 0. */
        LinearLayer layer(TrainingLabels labels, int features, int texts) {
            LinearLayer layer = new LinearLayer();
            layer.name = name;
            layer.labels = labels.names();
            layer.intercepts = new double[labels.size()];
            layer.weights = new float[features * labels.size()];
            layer.metrics = Map.of("training.texts", (double) texts);
            return layer;
        }

        /** @throws ConfigException if the parts make no model */
        <M> M trained(Supplier<M> model) {
            try {
                return model.get();
            } catch (IllegalArgumentException e) {
                throw new ConfigException("The training gave no model: " + e.getMessage(), e);
            }
        }
    }
}
