/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.jspecify.annotations.Nullable;

/** A classifier as an SQL function of a text. {@link LiftedClassify} evaluates it in batches, wherever it can. */
final class Classify extends SqlFunction {
    private static final long serialVersionUID = 1L;

    private final ClassifierFactory factory;
    private transient @Nullable Classifier classifier;
    /** Spark evaluates the function again for a row whose filter and columns both use it. */
    private transient volatile @Nullable Answer last;

    Classify(String opening, ClassifierFactory factory, Expression text) {
        super(opening, text, TweetSchemas.classification());
        this.factory = factory;
    }

    @Override
    Object value(Object argument) {
        String text = argument.toString();
        Answer answer = last;
        if (answer == null || !answer.text.equals(text)) {
            answer = new Answer(text, ClassificationColumn.internal(classifier().classify(text)));
            last = answer;
        }
        return answer.row;
    }

    Classifier classifier() {
        // Threads may share this object; whichever sets the field, it is the JVM's shared classifier.
        Classifier shared = classifier;
        if (shared == null) {
            shared = factory.shared();
            classifier = shared;
        }
        return shared;
    }

    @Override
    Classify of(Expression text) {
        return new Classify(opening(), factory, text);
    }

    @Override
    Object identity() {
        return factory;
    }

    private record Answer(String text, InternalRow row) {}
}
