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
import java.util.function.Consumer;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.HashMap$;
import scala.collection.immutable.Nil$;

/**
 * The values that rows hold. Between two typed operators Spark passes on the same row that the first one made. So a row
 * that leaves this package is like Spark's own, with its schema and Scala's collections; a row that enters it may be a
 * user's, without a schema and with Java's collections.
 *
 * <p>The one class that names types of Scala: those whose methods that are called here are the same in 2.12 and 2.13.
 */
final class Values {
    private Values() {}

    static Row row(StructType schema, @Nullable Object... values) {
        return new GenericRowWithSchema(values, schema);
    }

    /** A Scala {@code List}, which is a {@code Seq} by the meanings of Scala 2.12 and of 2.13. */
    static Object seq(List<?> values) {
        scala.collection.immutable.List<?> seq = Nil$.MODULE$;
        for (int i = values.size() - 1; i >= 0; i--) {
            seq = seq.$colon$colon(values.get(i));
        }
        return seq;
    }

    /** An immutable Scala {@code Map}, as that of Spark's own rows. */
    static Object map(Map<?, ?> values) {
        HashMap<Object, Object> map = HashMap$.MODULE$.empty();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            map = map.updated(entry.getKey(), entry.getValue());
        }
        return map;
    }

    @SuppressWarnings("unchecked") // the frame's schema says what the elements are
    static <T> List<T> list(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return (List<T>) list;
        }
        return value instanceof Object[] array
                ? (List<T>) Arrays.asList(array)
                : single(value).getList(0);
    }

    @SuppressWarnings("unchecked") // the frame's schema says what the keys and values are
    static <K, V> Map<K, V> javaMap(Object value) {
        return value instanceof Map<?, ?> map ? (Map<K, V>) map : single(value).getJavaMap(0);
    }

    /** A row of one column, because rows convert the collections of whichever Scala version is present into Java's. */
    private static Row single(Object value) {
        return RowFactory.create(value);
    }

    /** An error of a query's analysis, by one of Spark's own conditions. */
    @SuppressWarnings("unchecked") // the map is made here
    static AnalysisException analysisException(String condition, Map<String, String> parameters) {
        return new AnalysisException(condition, (scala.collection.immutable.Map<String, String>) map(parameters));
    }

    /** Has a registered SQL function made only of arguments that pass a check. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // by Scala's version the arguments are one kind of Seq or another
    static void checkArguments(FunctionRegistry registry, String name, Consumer<List<Expression>> check) {
        // From Spark 4.2 on, a temporary function has a catalog and a schema.
        FunctionIdentifier whole = new FunctionIdentifier(name, Option.apply("session"), Option.apply("system"));
        FunctionIdentifier id = registry.functionExists(whole) ? whole : new FunctionIdentifier(name);
        Function1<Object, Expression> make =
                (Function1) registry.lookupFunctionBuilder(id).get();
        Function1<Object, Expression> checked = arguments -> {
            check.accept(list(arguments));
            return make.apply(arguments);
        };
        registry.dropFunction(id); // which Spark would otherwise call replaced
        registry.createOrReplaceTempFunction(name, (Function1) checked, "scala_udf");
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
