/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics$;
import org.jspecify.annotations.Nullable;
import scala.collection.IndexedSeq;
import scala.collection.immutable.List;

/** Executes {@link ClassifyRows}, a batch of rows at a time. */
final class ClassifyExec extends SparkPlan implements Parent<SparkPlan>, WithColumns {
    private static final long serialVersionUID = 1L;

    private final List<Expression> calls;
    private final List<Attribute> answers;
    private final SparkPlan child;
    private transient scala.collection.immutable.@Nullable Map<String, SQLMetric> metrics;

    ClassifyExec(List<Expression> calls, List<Attribute> answers, SparkPlan child) {
        this.calls = calls;
        this.answers = answers;
        this.child = child;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        Map<ExprId, BoundReference> places = new HashMap<>();
        for (Attribute column : Values.<Attribute>get(child, "output")) {
            places.put(column.exprId(), new BoundReference(places.size(), column.dataType(), column.nullable()));
        }
        Classify[] bound = Values.<Expression>list(calls).stream()
                .map(call -> (Classify) bound(call, places))
                .toArray(Classify[]::new);
        ClassifyBatches batches = new ClassifyBatches(
                bound, schema(), metrics().apply("texts"), metrics().apply("batches"));
        return child.execute().toJavaRDD().mapPartitions(batches).rdd();
    }

    private static Expression bound(Expression expression, Map<ExprId, BoundReference> places) {
        Expression place = expression instanceof Attribute column ? places.get(column.exprId()) : null;
        return place == null ? expression.mapChildren(part -> bound(part, places)) : place;
    }

    @Override
    @SuppressWarnings("unchecked") // the map is made here
    public scala.collection.immutable.Map<String, SQLMetric> metrics() {
        if (metrics == null) {
            metrics = (scala.collection.immutable.Map<String, SQLMetric>) Values.map(Map.of(
                    "texts", SQLMetrics$.MODULE$.createMetric(sparkContext(), "number of texts"),
                    "batches", SQLMetrics$.MODULE$.createMetric(sparkContext(), "number of batches")));
        }
        return metrics;
    }

    @Override
    public List<SparkPlan> children() {
        return Values.scalaList(java.util.List.of(child));
    }

    @Override
    public List<Attribute> output() {
        return Values.output(child, answers);
    }

    @Override
    public AttributeSet producedAttributes() {
        return Values.attributes(answers);
    }

    @Override
    public Partitioning outputPartitioning() {
        return child.outputPartitioning();
    }

    @Override
    public SparkPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<SparkPlan> children) {
        return new ClassifyExec(calls, answers, children.head());
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new ClassifyExec(calls, answers, children.head());
    }

    @Override
    @SuppressWarnings("unchecked") // they are those of productElement
    public SparkPlan makeCopy(Object[] elements) {
        return new ClassifyExec((List<Expression>) elements[0], (List<Attribute>) elements[1], (SparkPlan) elements[2]);
    }

    @Override
    public SparkPlan clone() {
        return new ClassifyExec(calls, answers, child.clone());
    }

    @Override
    public java.util.List<Object> parts() {
        return java.util.List.of(calls, answers, child);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClassifyExec that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }
}
