/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
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

    /**
     * The one argument.
     *
     * @param opening the call up to the argument, as in {@code mood(}
     */
    static Expression text(String opening, List<Expression> arguments) {
        Expression argument = one(opening, arguments);
        DataType type = argument.dataType();
        if (!(type instanceof StringType) && !(type instanceof NullType)) {
            String text = shortened(argument.sql());
            throw thrown(Values.analysisException(
                    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                    Map.of(
                            "sqlExpr", '"' + opening + text + ")\"",
                            "paramIndex", opening.endsWith("(") ? "first" : "second",
                            "requiredType", "\"STRING\"",
                            "inputSql", '"' + text + '"',
                            "inputType",
                                    '"' + shortened(type.sql()) + "\"; write " + opening + text(text, type) + ')')));
        }
        return argument;
    }

    /** The one argument, which may be bytes as well. */
    static Expression value(String opening, List<Expression> arguments) {
        Expression argument = one(opening, arguments);
        return argument.dataType() instanceof BinaryType ? argument : text(opening, arguments);
    }

    /** A text that is written into the query. */
    static String constant(String opening, Expression argument) {
        Object value = argument.foldable() ? text(opening, List.of(argument)).eval(null) : null;
        if (value == null) {
            throw thrown(Values.analysisException(
                    "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                    Map.of(
                            "sqlExpr", '"' + opening + shortened(argument.sql()) + ")\"",
                            "inputName", "`name`",
                            "inputType", "\"STRING\"; write " + opening + "'...', text)",
                            "inputExpr", '"' + shortened(argument.sql()) + '"')));
        }
        return value.toString();
    }

    private static Expression one(String opening, List<Expression> arguments) {
        if (arguments.size() == 1) {
            return arguments.get(0);
        }
        String texts = arguments.stream().map(Expression::sql).collect(Collectors.joining(", "));
        String types =
                arguments.stream().map(argument -> argument.dataType().sql()).collect(Collectors.joining(", "));
        String advice = arguments.isEmpty()
                ? opening + "text)"
                : opening + "concat_ws(' ', " + shortened(texts) + ")) for one text of them all";
        throw thrown(Values.analysisException(
                "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                Map.of(
                        "functionName",
                        '`' + opening.substring(0, opening.indexOf('(')) + '`',
                        "expectedNum",
                        "1",
                        "actualNum",
                        arguments.size() + (arguments.isEmpty() ? "" : " (" + shortened(types) + ")") + "; write "
                                + advice,
                        "docroot",
                        "https://spark.apache.org/docs/latest")));
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
