/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.internal.SessionState;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The one argument of an SQL function, a text. Spark has no argument types for functions that Java registers: it would
 * give the function any value there is, on an executor, where it is a {@code ClassCastException}. So this looks when the
 * query is analysed.
 */
final class TextArgument {
    private static final int LONGEST = 200;

    private TextArgument() {}

    /** Has a registered function refuse, while a query is planned, whatever is not one text. */
    static void require(SparkSession spark, String name) {
        try {
            // Spark 4 has the method in a subclass that Spark 3.5 lacks.
            SessionState state =
                    (SessionState) spark.getClass().getMethod("sessionState").invoke(spark);
            Values.checkArguments(state.functionRegistry(), name, arguments -> check(name, arguments));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("The session is not one whose queries are planned in this JVM", e);
        }
    }

    private static void check(String name, List<Expression> arguments) {
        if (arguments.size() != 1) {
            String texts = arguments.stream().map(Expression::sql).collect(Collectors.joining(", "));
            String types = arguments.stream()
                    .map(argument -> argument.dataType().sql())
                    .collect(Collectors.joining(", "));
            String advice = arguments.isEmpty()
                    ? "write " + name + "(text)"
                    : "write " + name + "(concat_ws(' ', " + shortened(texts) + ")) for one text of them all";
            throw thrown(Values.analysisException(
                    "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                    Map.of(
                            "functionName",
                            '`' + name + '`',
                            "expectedNum",
                            "1",
                            "actualNum",
                            arguments.size() + (arguments.isEmpty() ? "" : " (" + shortened(types) + ")") + "; "
                                    + advice,
                            "docroot",
                            "https://spark.apache.org/docs/latest")));
        }
        Expression argument = arguments.get(0);
        DataType type = argument.dataType();
        if (!(type instanceof StringType) && !(type instanceof NullType)) {
            String text = shortened(argument.sql());
            throw thrown(Values.analysisException(
                    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                    Map.of(
                            "sqlExpr", '"' + name + '(' + text + ")\"",
                            "paramIndex", "first",
                            "requiredType", "\"STRING\"",
                            "inputSql", '"' + text + '"',
                            "inputType",
                                    '"' + shortened(type.sql()) + "\"; write " + name + '(' + text(text, type) + ')')));
        }
    }

    /** How to make a text of a value. */
    private static String text(String value, DataType type) {
        if (type instanceof StructType struct) {
            StructField best = null;
            for (StructField field : struct.fields()) {
                boolean isText = field.dataType() instanceof StringType;
                if (isText && (best == null || field.name().equals(TweetSchemas.TEXT))) {
                    best = field;
                }
            }
            return best == null ? "to_json(" + value + ')' : value + '.' + best.name();
        }
        if (type instanceof ArrayType) {
            return "array_join(" + value + ", ' ')";
        }
        return type instanceof MapType ? "to_json(" + value + ')' : "CAST(" + value + " AS STRING)";
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** Spark's error, which is a checked one that no method of Scala's declares. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // which is how it is thrown undeclared
    private static <E extends Exception> E thrown(AnalysisException error) throws E {
        throw (E) error;
    }
}
