/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.WireName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.IndexedSeq;
import scala.collection.immutable.List;

/**
 * Executes {@link ClassifyRows}, a batch of rows at a time. Its rows are not in the form that all of Spark's operators take,
 * so a projection is above it, which Spark compiles into one with what reads the answer: most read but a part of it.
 */
final class ClassifyExec extends SparkPlan implements Parent<SparkPlan>, WithColumns {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ClassifyExec.class);

    /** A stream is executed again for each batch. */
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

    private final Classify call;

    @SuppressWarnings("serial") // all of Spark's expressions are
    private final Attribute answer;

    private final SparkPlan child;
    private transient scala.collection.immutable.@Nullable Map<String, SQLMetric> metrics;

    ClassifyExec(Classify call, Attribute answer, SparkPlan child) {
        this.call = call;
        this.answer = answer;
        this.child = child;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        Map<ExprId, BoundReference> places = new HashMap<>();
        for (Attribute column : Values.<Attribute>get(child, "output")) {
            places.put(column.exprId(), new BoundReference(places.size(), column.dataType(), column.nullable()));
        }
        ClassifyBatches batches =
                new ClassifyBatches(call.of(bound(call.argument(), places)), Values.javaMap(metrics()));
        RDD<InternalRow> rows = child.execute();
        int cores = sparkContext().defaultParallelism();
        int slots = Math.max(1, cores / sparkContext().conf().getInt("spark.task.cpus", 1));
        call.oversubscription(Math.min(rows.getNumPartitions(), slots), cores)
                .filter(WARNED::add)
                .ifPresent(LOG::warn);
        return rows.toJavaRDD().mapPartitions(batches).rdd();
    }

    private static Expression bound(Expression expression, Map<ExprId, BoundReference> places) {
        Expression place = expression instanceof Attribute column ? places.get(column.exprId()) : null;
        return place == null ? expression.mapChildren(part -> bound(part, places)) : place;
    }

    @Override
    @SuppressWarnings("unchecked") // the map is made here
    public scala.collection.immutable.Map<String, SQLMetric> metrics() {
        if (metrics == null) {
            Map<String, SQLMetric> made = new HashMap<>();
            made.put(ClassifyBatches.ROWS, metric("number of output rows"));
            made.put(ClassifyBatches.TEXTS, metric("number of texts"));
            made.put(ClassifyBatches.DISTINCT, metric("number of distinct texts"));
            made.put(ClassifyBatches.BATCHES, metric("number of batches"));
            made.put(ClassifyBatches.TOKENS, metric("number of tokens"));
            made.put(ClassifyBatches.PADDING, metric("number of tokens of padding"));
            made.put(
                    ClassifyBatches.TIME,
                    SQLMetrics$.MODULE$.createNanoTimingMetric(sparkContext(), "time in the classifier", -1));
            for (Classification.Reason reason : Classification.Reason.values()) {
                made.put(reason.name(), metric("rejected as " + WireName.of(reason)));
            }
            metrics = (scala.collection.immutable.Map<String, SQLMetric>) Values.map(made);
        }
        return metrics;
    }

    private SQLMetric metric(String name) {
        return SQLMetrics$.MODULE$.createMetric(sparkContext(), name);
    }

    @Override
    public List<SparkPlan> children() {
        return Values.scalaList(java.util.List.of(child));
    }

    @Override
    public List<Attribute> output() {
        return Values.output(child, answer);
    }

    @Override
    public AttributeSet producedAttributes() {
        return Values.attributes(answer);
    }

    @Override
    public Partitioning outputPartitioning() {
        return child.outputPartitioning();
    }

    @Override
    public SparkPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<SparkPlan> children) {
        return new ClassifyExec(call, answer, children.head());
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new ClassifyExec(call, answer, children.head());
    }

    @Override
    public SparkPlan makeCopy(Object[] parts) {
        return new ClassifyExec((Classify) parts[0], (Attribute) parts[1], (SparkPlan) parts[2]);
    }

    @Override
    public SparkPlan clone() {
        SparkPlan copy = new ClassifyExec(call, answer, child.clone());
        copy.copyTagsFrom(this); // without its logical plan Spark would not adapt the query
        return copy;
    }

    @Override
    public java.util.List<Object> parts() {
        return java.util.List.of(call, answer, child);
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
