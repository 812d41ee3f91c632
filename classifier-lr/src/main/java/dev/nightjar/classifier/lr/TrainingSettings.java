/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;

/**
 * What every trainer here is told, checked as it is told.
 *
 * <p>Immutable.
 *
 * @param name what the model is called in its answers, before the {@code @}
 * @param cost what an error on a text costs against large weights (C)
 * @param classWeightPower to what power of its label's inverse frequency a text counts
 * @param progress who hears how far the training is
 */
record TrainingSettings(String name, double cost, double classWeightPower, LrTrainer.Progress progress) {
    TrainingSettings {
        require(
                name.matches(ModelParts.NAME),
                "A model's name is made of 1 to 64 letters, digits, dots, underscores and hyphens");
        require(cost > 0 && Double.isFinite(cost), "The cost is positive");
        require(classWeightPower >= 0 && classWeightPower <= 3, "The power of class weights is from 0 to 3");
    }

    /** Settings of which nobody hears. */
    static TrainingSettings of(String name, double cost, double classWeightPower) {
        return new TrainingSettings(name, cost, classWeightPower, (stage, done, total) -> {});
    }

    TrainingSettings withCost(double changed) {
        return new TrainingSettings(name, changed, classWeightPower, progress);
    }

    TrainingSettings withClassWeightPower(double changed) {
        return new TrainingSettings(name, cost, changed, progress);
    }

    TrainingSettings withProgress(LrTrainer.Progress changed) {
        return new TrainingSettings(name, cost, classWeightPower, changed);
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ConfigException(otherwise);
        }
    }
}
