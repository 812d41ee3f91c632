/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.jspecify.annotations.Nullable;

/** A classifier as an SQL function of a text. */
final class ClassifyFunction implements UDF1<@Nullable String, @Nullable Row> {
    private static final long serialVersionUID = 1L;

    private final ClassifierFactory factory;
    private transient @Nullable Classifier classifier;
    /** Spark evaluates the function again for a row whose filter and columns both use it. */
    private transient volatile @Nullable Answer last;

    ClassifyFunction(ClassifierFactory factory) {
        this.factory = factory;
    }

    @Override
    public @Nullable Row call(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Answer answer = last;
        if (answer == null || !answer.text.equals(text)) {
            answer = new Answer(text, ClassificationColumn.row(classifier().classify(text)));
            last = answer;
        }
        return answer.row;
    }

    private Classifier classifier() {
        // Threads may share this object; whichever sets the field, it is the JVM's shared classifier.
        Classifier shared = classifier;
        if (shared == null) {
            shared = factory.shared();
            classifier = shared;
        }
        return shared;
    }

    private record Answer(String text, Row row) {}
}
