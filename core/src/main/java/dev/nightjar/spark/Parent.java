/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.List;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import scala.Product;
import scala.collection.IndexedSeq;
import scala.collection.Seq;

/**
 * A node of Spark's trees that has one child. It has the signatures of Scala 2.12, where a {@code Seq} is another type
 * than in 2.13: a {@code List} is one in both, so the compiler makes a method for each.
 */
interface Parent<N extends TreeNode<N>> extends Product {
    Seq<N> children();

    TreeNode<N> withNewChildrenInternal(IndexedSeq<N> children);

    /** What makes two nodes equal, the child among it. */
    List<Object> parts();

    @Override
    default int productArity() {
        return parts().size();
    }

    @Override
    default Object productElement(int place) {
        return parts().get(place);
    }

    @Override
    default boolean canEqual(Object other) {
        return getClass() == other.getClass();
    }
}
