/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.WireName;
import java.util.Optional;
import java.util.stream.Stream;

/** How the vectors of a text's tokens become one vector. */
enum Pooling {
    /** The mean over all tokens, the marks included. */
    MEAN {
        @Override
        float[] pool(float[] vectors, int from, int tokens, int width) {
            double[] sum = new double[width];
            for (int token = 0; token < tokens; token++) {
                for (int i = 0; i < width; i++) {
                    sum[i] += vectors[from + token * width + i];
                }
            }
            float[] mean = new float[width];
            for (int i = 0; i < width; i++) {
                mean[i] = (float) (sum[i] / tokens);
            }
            return mean;
        }
    },

    /** The vector of the first token, the mark before the text. */
    CLS {
        @Override
        float[] pool(float[] vectors, int from, int tokens, int width) {
            float[] first = new float[width];
            System.arraycopy(vectors, from, first, 0, width);
            return first;
        }
    };

    /** One vector of {@code tokens} vectors of a width, which lie one after the other from an index on. */
    abstract float[] pool(float[] vectors, int from, int tokens, int width);

    /** The name by which a model or a configuration asks for it: {@code mean}. */
    String id() {
        return WireName.of(this);
    }

    static Optional<Pooling> byId(String id) {
        return Stream.of(values()).filter(pooling -> pooling.id().equals(id)).findFirst();
    }

    /** The names of all, for messages. */
    static String ids() {
        return String.join(", ", Stream.of(values()).map(Pooling::id).toList());
    }
}
