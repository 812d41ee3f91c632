/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import scala.collection.IndexedSeq;

/** An SQL function of one value, evaluated a row at a time; null for null. Never computed while a query is planned. */
abstract class SqlFunction extends Expression implements Parent<Expression>, CodegenFallback, Serializable {
    private static final long serialVersionUID = 1L;

    /** The call up to the argument. */
    private final String opening;

    @SuppressWarnings("serial") // all of Spark's expressions are
    private final Expression child;

    @SuppressWarnings("serial") // all of Spark's types are
    private final DataType type;

    SqlFunction(String opening, Expression child, DataType type) {
        this.opening = opening;
        this.child = child;
        this.type = type;
    }

    final String opening() {
        return opening;
    }

    /** The function's value, in Spark's internal form. */
    abstract @Nullable Object value(Object argument);

    /** The function of another argument. */
    abstract SqlFunction of(Expression argument);

    /** What it is besides a function of an argument. */
    abstract Object identity();

    @Override
    public @Nullable Object eval(@Nullable InternalRow row) {
        Object argument = child.eval(row);
        return argument == null ? null : value(argument);
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    final Expression argument() {
        return child;
    }

    @Override
    public scala.collection.immutable.List<Expression> children() {
        return Values.scalaList(List.of(child));
    }

    @Override
    public Expression withNewChildrenInternal(scala.collection.immutable.IndexedSeq<Expression> children) {
        return of(children.head());
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return of(children.head());
    }

    @Override
    public Expression clone() {
        Expression copy = of(child.clone());
        copy.copyTagsFrom(this);
        return copy;
    }

    @Override
    public DataType dataType() {
        return type;
    }

    @Override
    public boolean nullable() {
        return true;
    }

    @Override
    public boolean foldable() {
        return false;
    }

    @Override
    public String prettyName() {
        return opening.substring(0, opening.indexOf('('));
    }

    @Override
    public String toString() {
        return opening + child + ')';
    }

    @Override
    public String sql() {
        return opening + child.sql() + ')';
    }

    @Override
    public List<Object> parts() {
        return List.of(identity(), child);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SqlFunction that && getClass() == that.getClass() && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }
}
