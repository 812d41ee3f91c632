/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import org.apache.spark.sql.catalyst.expressions.Attribute;
import scala.collection.Seq;

/** A plan, by the signature of Scala 2.12: see {@link Parent}. */
interface WithColumns {
    Seq<Attribute> output();
}
