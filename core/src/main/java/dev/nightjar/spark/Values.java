/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The values that rows hold. Between two typed operators Spark passes on the very row that the first one made, so a row
 * that leaves this package is like one of Spark's own, with its schema and Scala's collections, and one that enters it may
 * be a user's, without a schema and with Java's.
 */
final class Values {
    private Values() {}

    static Row row(StructType schema, @Nullable Object... values) {
        return new GenericRowWithSchema(values, schema);
    }

    static Object seq(List<?> values) {
        return CollectionConverters.asScala(values).toSeq();
    }

    static Object map(Map<?, ?> values) {
        return CollectionConverters.asScala(values);
    }

    @SuppressWarnings("unchecked") // the frame's schema says what the elements are
    static <T> List<T> list(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof Seq<?> seq) {
            return (List<T>) CollectionConverters.asJava(seq);
        }
        return value instanceof Object[] array ? (List<T>) Arrays.asList(array) : (List<T>) value;
    }

    @SuppressWarnings("unchecked") // the frame's schema says what the keys and values are
    static <K, V> Map<K, V> javaMap(Object value) {
        return value instanceof scala.collection.Map<?, ?> map
                ? (Map<K, V>) CollectionConverters.asJava(map)
                : (Map<K, V>) value;
    }

    /** A dead letter of a row that is not from a topic: its bytes are the row as JSON, its origin their digest. */
    static DeadLetter deadLetter(StructType schema, Row row, Stage stage, String code, String message) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        byte[] json = row(schema, values).json().getBytes(StandardCharsets.UTF_8);
        return new DeadLetter(stage, code, message, Sha256.model("row", Sha256.of(json)), json);
    }
}
