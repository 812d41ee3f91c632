/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.jspecify.annotations.Nullable;
import scala.collection.IndexedSeq;
import scala.collection.immutable.List;

/** Adds the answers of classifiers to rows: what {@link LiftedClassify} makes of calls of {@link Classify}. */
final class ClassifyRows extends LogicalPlan implements Parent<LogicalPlan>, WithColumns {
    private final List<Expression> calls;
    private final List<Attribute> answers;
    private final boolean kept;
    private final LogicalPlan child;

    private ClassifyRows(List<Expression> calls, List<Attribute> answers, boolean kept, LogicalPlan child) {
        this.calls = calls;
        this.answers = answers;
        this.kept = kept;
        this.child = child;
    }

    ClassifyRows(List<Expression> calls, List<Attribute> answers, LogicalPlan child) {
        this(calls, answers, false, child);
    }

    /** The same, of which Spark keeps the rows in a shuffle, so that whoever reads them again does not ask again. */
    ClassifyRows kept() {
        return new ClassifyRows(calls, answers, true, child);
    }

    boolean isKept() {
        return kept;
    }

    /** The column of a call's answer; null if it is not one of the calls. */
    @Nullable
    Attribute answer(Classify call) {
        java.util.List<Expression> known = Values.list(calls);
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).semanticEquals(call)) {
                return Values.<Attribute>list(answers).get(i);
            }
        }
        return null;
    }

    LogicalPlan child() {
        return child;
    }

    List<Expression> calls() {
        return calls;
    }

    List<Attribute> answers() {
        return answers;
    }

    @Override
    public List<LogicalPlan> children() {
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
    public LogicalPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<LogicalPlan> children) {
        return new ClassifyRows(calls, answers, kept, children.head());
    }

    @Override
    public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
        return new ClassifyRows(calls, answers, kept, children.head());
    }

    @Override
    @SuppressWarnings("unchecked") // they are those of productElement
    public LogicalPlan makeCopy(Object[] elements) {
        return new ClassifyRows(
                (List<Expression>) elements[0], (List<Attribute>) elements[1], (Boolean) elements[2], (LogicalPlan)
                        elements[3]);
    }

    @Override
    public LogicalPlan clone() {
        return new ClassifyRows(calls, answers, kept, child.clone());
    }

    @Override
    public java.util.List<Object> parts() {
        return java.util.List.of(calls, answers, kept, child);
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
