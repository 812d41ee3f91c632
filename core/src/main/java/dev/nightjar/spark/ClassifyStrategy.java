/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

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
        SparkPlan classified = new ClassifyExec(rows.call(), rows.answer(), planLater(rows.child()));
        return Values.scalaList(java.util.List.of(rows.isKept() ? Values.shuffle(partitions, classified) : classified));
    }
}

/** The signature by Scala 2.12, see {@link Parent}. */
interface Planning {
    scala.collection.Seq<SparkPlan> apply(LogicalPlan plan);
}
