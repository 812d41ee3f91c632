/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.WireName;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a classifier's model is, as an SQL function of the classifier's name. */
final class ModelInfo extends SqlFunction {
    private static final long serialVersionUID = 1L;
    private static final StructType TYPE = new StructType()
            .add("model", DataTypes.StringType)
            .add("labels", DataTypes.createArrayType(DataTypes.StringType, false))
            .add("problem_type", DataTypes.StringType)
            .add("languages", DataTypes.createArrayType(DataTypes.StringType, false))
            .add("configuration", DataTypes.StringType);

    private final ClassifierFactory factory;

    ModelInfo(String opening, ClassifierFactory factory, Expression name) {
        super(opening, name, TYPE);
        this.factory = factory;
    }

    @Override
    Object value(Object name) {
        Classifier classifier = factory.shared();
        LabelSet labels = classifier.labels();
        return Values.internal(
                TYPE,
                classifier.model(),
                Values.seq(labels.names()),
                WireName.of(labels.problemType()),
                Values.seq(List.copyOf(new TreeSet<>(factory.languages()))),
                factory.toString());
    }

    @Override
    SqlFunction of(Expression name) {
        return new ModelInfo(opening(), factory, name);
    }

    @Override
    Object identity() {
        return factory;
    }
}
