/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.WireName;
import java.util.Collection;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

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
        return new GenericInternalRow(new Object[] {
            UTF8String.fromString(classifier.model()),
            texts(labels.names()),
            UTF8String.fromString(WireName.of(labels.problemType())),
            texts(new TreeSet<>(factory.languages())),
            UTF8String.fromString(factory.toString())
        });
    }

    private static ArrayData texts(Collection<String> texts) {
        return new GenericArrayData(texts.stream().map(UTF8String::fromString).toArray());
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
