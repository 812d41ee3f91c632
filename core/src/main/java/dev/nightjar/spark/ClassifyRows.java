/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.jspecify.annotations.Nullable;
import scala.collection.IndexedSeq;
import scala.collection.immutable.List;

/** Adds a classifier's answers to rows: what {@link LiftedClassify} makes of calls of {@link Classify}. */
final class ClassifyRows extends LogicalPlan implements Parent<LogicalPlan>, WithColumns {
    private final Classify call;
    private final Attribute answer;
    private final boolean kept;
    private final LogicalPlan child;

    /**
     * Makes the plan.
     *
     * @param kept whether Spark keeps the rows in a shuffle, so that whoever reads them again does not ask again
     */
    ClassifyRows(Classify call, Attribute answer, boolean kept, LogicalPlan child) {
        this.call = call;
        this.answer = answer;
        this.kept = kept;
        this.child = child;
    }

    Classify call() {
        return call;
    }

    Attribute answer() {
        return answer;
    }

    boolean isKept() {
        return kept;
    }

    LogicalPlan child() {
        return child;
    }

    @Override
    public List<LogicalPlan> children() {
        return Values.scalaList(java.util.List.of(child));
    }

    @Override
    public List<Attribute> output() {
        return Values.output(child, answer);
    }

    /** What is kept stays as it is, since others read it too. */
    @Override
    public AttributeSet references() {
        return kept ? child.outputSet() : super.references();
    }

    @Override
    public AttributeSet producedAttributes() {
        return Values.attributes(answer);
    }

    @Override
    public LogicalPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<LogicalPlan> children) {
        return new ClassifyRows(call, answer, kept, children.head());
    }

    @Override
    public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
        return new ClassifyRows(call, answer, kept, children.head());
    }

    @Override
    public LogicalPlan makeCopy(Object[] parts) {
        return new ClassifyRows((Classify) parts[0], (Attribute) parts[1], (Boolean) parts[2], (LogicalPlan) parts[3]);
    }

    @Override
    public LogicalPlan clone() {
        LogicalPlan copy = new ClassifyRows(call, answer, kept, child.clone());
        copy.copyTagsFrom(this);
        return copy;
    }

    @Override
    public java.util.List<Object> parts() {
        return java.util.List.of(call, answer, kept, child);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClassifyRows that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }
}
