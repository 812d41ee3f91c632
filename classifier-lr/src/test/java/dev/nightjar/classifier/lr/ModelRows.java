/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.SortedMap;
import java.util.TreeMap;

/** A model's features by their buckets: for each a weight for each label, then its inverse frequency. */
final class ModelRows {
    private ModelRows() {}

    static SortedMap<Integer, float[]> of(LrModel model) {
        LrFeatures features = model.features();
        int labels = model.labels().size();
        SortedMap<Integer, float[]> rows = new TreeMap<>();
        for (int feature = 0; feature < features.size(); feature++) {
            float[] row = new float[labels + 1];
            row[labels] = features.idf(feature);
            for (int label = 0; label < labels; label++) {
                row[label] = model.weight(feature, label);
            }
            rows.put(features.bucket(feature), row);
        }
        return rows;
    }

    /** A model with other rows. */
    static LrModel model(LrModel model, SortedMap<Integer, float[]> rows) {
        int labels = model.labels().size();
        int[] buckets = new int[rows.size()];
        float[] idf = new float[rows.size()];
        float[] weights = new float[rows.size() * labels];
        int feature = 0;
        for (var row : rows.entrySet()) {
            buckets[feature] = row.getKey();
            idf[feature] = row.getValue()[labels];
            System.arraycopy(row.getValue(), 0, weights, feature * labels, labels);
            feature++;
        }
        double[] intercepts = new double[labels];
        for (int label = 0; label < labels; label++) {
            intercepts[label] = model.intercept(label);
        }
        LrFeatures own = model.features();
        LrFeatures features = LrFeatures.checked(own.version(), own.bits(), own.seed(), buckets, idf);
        return LrModel.of(model.name(), model.labels().names(), features, intercepts, weights, model.metrics());
    }
}
