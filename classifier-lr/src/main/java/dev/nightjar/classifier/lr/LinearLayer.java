/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What makes scores of a model's features, whatever these are; not yet checked. */
final class LinearLayer {
    /** What a model may be called. */
    static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    String name = "";
    List<String> labels = List.of();
    double temperature = 1;

    /** One per label. */
    double[] intercepts = {};

    /** One per feature and label, in the order of the model's kind. */
    float[] weights = {};

    Map<String, Double> metrics = Map.of();

    /** A layer with another temperature. */
    LinearLayer withTemperature(double other) {
        LinearLayer changed = new LinearLayer();
        changed.name = name;
        changed.labels = labels;
        changed.temperature = other;
        changed.intercepts = intercepts;
        changed.weights = weights;
        changed.metrics = metrics;
        return changed;
    }

    /** The layer with the measured metrics of its model and the temperature 1. */
    LinearLayer calibrated(Calibration calibration) {
        LinearLayer changed = withTemperature(calibration.temperature());
        changed.metrics = calibration.addedTo(metrics);
        return changed;
    }

    /**
     * Checks what every model has.
     *
     * @param features how many features have weights
     * @throws IllegalArgumentException if it makes no model; it says why
     */
    void check(int features) {
        require(name.matches(NAME), "the name '" + name + "' is none");
        require(labels.size() >= 2, "it has fewer than 2 labels");
        require(temperature > 0 && Double.isFinite(temperature), "the temperature " + temperature + " is none");
        require(
                intercepts.length == labels.size(),
                "it has " + intercepts.length + " intercepts for " + labels.size() + " labels");
        require(
                weights.length == (long) features * labels.size(),
                "it has " + weights.length + " weights, not " + (long) features * labels.size());
        for (double intercept : intercepts) {
            require(Double.isFinite(intercept), "an intercept is " + intercept);
        }
        for (float weight : weights) {
            require(Float.isFinite(weight), "a weight is " + weight);
        }
        metrics.forEach((metric, value) ->
                require(Double.isFinite(Objects.requireNonNull(value)), "the metric '" + metric + "' is " + value));
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
