/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.ArrayList;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.List;

/** Plans {@link ClassifyRows} as {@link ClassifyExec}. */
final class ClassifyStrategy extends SparkStrategy implements Planning {
    private final int partitions;

    ClassifyStrategy(int partitions) {
        this.partitions = partitions;
    }

    @Override
    public List<SparkPlan> apply(LogicalPlan plan) {
        if (!(plan instanceof ClassifyRows rows)) {
            return Values.scalaList(java.util.List.of());
        }
        // By another name within, or Spark would take the projection for one that changes nothing.
        Attribute within = rows.answer().newInstance();
        java.util.List<Expression> columns = new ArrayList<>(Values.get(rows.child(), "output"));
        columns.add(Values.alias(rows.answer(), within));
        SparkPlan classified = Values.project(columns, new ClassifyExec(rows.call(), within, planLater(rows.child())));
        return Values.scalaList(java.util.List.of(rows.isKept() ? Values.shuffle(partitions, classified) : classified));
    }
}

/** The signature by Scala 2.12, see {@link Parent}. */
interface Planning {
    scala.collection.Seq<SparkPlan> apply(LogicalPlan plan);
}
