/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.call_udf;

import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Sha256;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.physical.RoundRobinPartitioning;
import org.apache.spark.sql.catalyst.types.DataTypeUtils$;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution$;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.exchange.REPARTITION_BY_NUM$;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import org.apache.spark.sql.internal.SessionState;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.HashMap$;
import scala.collection.immutable.Nil$;

/**
 * What differs between Spark's versions and those of Scala, for the rest of the package. With the nodes of Spark's trees the
 * only class that names types of Scala: those whose methods that are called here are the same in 2.12 and 2.13.
 */
final class Values {
    private static final AtomicLong FUNCTIONS = new AtomicLong();
    private static final String CONNECT = "The session is not one whose queries are planned in this JVM";

    private Values() {}

    /** Makes what Spark has within of the rows of a frame. */
    static Function<Row, InternalRow> internal(StructType schema) {
        Function1<Object, Object> converter = CatalystTypeConverters.createToCatalystConverter(schema);
        return row -> (InternalRow) converter.apply(row);
    }

    /** Applies a function to the partitions of a frame, as a query that Spark's UI shows. */
    static <T> List<T> collect(Dataset<Row> frame, FlatMapFunction<Iterator<InternalRow>, T> function) {
        Dataset<Row> planned = frame.toDF(); // anew, since a frame may be written again
        try {
            // Spark 4 has the method in a subclass that Spark 3.5 lacks.
            QueryExecution query = (QueryExecution)
                    planned.getClass().getMethod("queryExecution").invoke(planned);
            return SQLExecution$.MODULE$.withNewExecutionId(
                    query,
                    Option.apply("write"),
                    () -> query.toRdd().toJavaRDD().mapPartitions(function).collect());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(CONNECT, e);
        }
    }

    /** A Scala {@code List}, which is a {@code Seq} by the meanings of Scala 2.12 and of 2.13. */
    static Object seq(List<?> values) {
        return scalaList(values);
    }

    @SuppressWarnings("unchecked") // the list is made here
    static <T> scala.collection.immutable.List<T> scalaList(List<? extends T> values) {
        scala.collection.immutable.List<?> seq = Nil$.MODULE$;
        for (int i = values.size() - 1; i >= 0; i--) {
            seq = seq.$colon$colon(values.get(i));
        }
        return (scala.collection.immutable.List<T>) seq;
    }

    /** What a method without parameters gives, which in Scala 2.12 has another kind of {@code Seq} than in 2.13. */
    static <T> List<T> get(Object owner, String method) {
        try {
            return list(owner.getClass().getMethod(method).invoke(owner));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Spark has no " + method + " in " + owner.getClass(), e);
        }
    }

    static scala.collection.immutable.List<Attribute> output(Object child, Attribute added) {
        List<Attribute> columns = new ArrayList<>(get(child, "output"));
        columns.add(added);
        return scalaList(columns);
    }

    static AttributeSet attributes(Attribute attribute) {
        return AttributeSet$.MODULE$.apply(attribute);
    }

    static Attribute column(String name, DataType type) {
        return DataTypeUtils$.MODULE$.toAttribute(DataTypes.createStructField(name, type, true));
    }

    /** A column of another's values. */
    static Expression alias(Attribute column, Attribute values) {
        return made(
                Alias.class, values, column.name(), column.exprId(), seq(List.of()), Option.empty(), seq(List.of()));
    }

    static LogicalPlan project(List<? extends Expression> columns, LogicalPlan child) {
        return made(Project.class, seq(columns), child);
    }

    static SparkPlan project(List<? extends Expression> columns, SparkPlan child) {
        return made(ProjectExec.class, seq(columns), child);
    }

    /** What is made with a {@code Seq}, or otherwise in other versions. */
    private static <T> T made(Class<T> type, Object... parts) {
        try {
            return type.cast(type.getConstructors()[0].newInstance(parts));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Spark has another " + type.getSimpleName(), e);
        }
    }

    /** A shuffle of rows by turns, whose constructor has one more switch in Spark 4.3. */
    static SparkPlan shuffle(int partitions, SparkPlan child) {
        Object[] parts = new Object[ShuffleExchangeExec.class.getConstructors()[0].getParameterCount()];
        Arrays.fill(parts, false);
        parts[0] = new RoundRobinPartitioning(partitions);
        parts[1] = child;
        parts[2] = REPARTITION_BY_NUM$.MODULE$;
        parts[3] = Option.empty();
        return made(ShuffleExchangeExec.class, parts);
    }

    /** An immutable Scala {@code Map}, as that of Spark's own rows. */
    static Object map(Map<?, ?> values) {
        HashMap<Object, Object> map = HashMap$.MODULE$.empty();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            map = map.updated(entry.getKey(), entry.getValue());
        }
        return map;
    }

    /** Java's form of a collection of Scala's, by way of a row, because rows know the Scala that is present. */
    static <T> List<T> list(Object seq) {
        return RowFactory.create(seq).getList(0);
    }

    static <K, V> Map<K, V> javaMap(Object map) {
        return RowFactory.create(map).getJavaMap(0);
    }

    /** An error of a query's analysis, by one of Spark's own conditions. */
    @SuppressWarnings("unchecked") // the map is made here
    static AnalysisException analysisException(String condition, Map<String, String> parameters) {
        return new AnalysisException(condition, (scala.collection.immutable.Map<String, String>) map(parameters));
    }

    /**
     * A frame whose query calls an expression about an argument. For the length of this call the expression is a function
     * of the session: no Spark makes a column of an expression in the way of another.
     */
    static Dataset<Row> calling(
            Dataset<Row> frame,
            UnaryOperator<Expression> expression,
            Function<UnaryOperator<Column>, Dataset<Row>> query) {
        String function = "nightjar_" + FUNCTIONS.incrementAndGet();
        SessionState session =
                register(frame.sparkSession(), function, arguments -> expression.apply(arguments.get(0)));
        try {
            return query.apply(argument -> call_udf(function, argument));
        } finally {
            session.catalog().dropTempFunction(function, false);
        }
    }

    /** Registers a function in a session, and has the session lift calls of {@link Classify}. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // by Scala's version the arguments are one kind of Seq or another
    static SessionState register(SparkSession spark, String name, Function<List<Expression>, Expression> builder) {
        try {
            // Spark 4 has the method in a subclass that Spark 3.5 lacks.
            SessionState state =
                    (SessionState) spark.getClass().getMethod("sessionState").invoke(spark);
            Function1<Object, Expression> made = arguments -> builder.apply(list(arguments));
            state.functionRegistry().createOrReplaceTempFunction(name, (Function1) made, "scala_udf");
            ExperimentalMethods methods = state.experimentalMethods();
            synchronized (methods) {
                add(methods, "extraOptimizations", new LiftedClassify());
                add(
                        methods,
                        "extraStrategies",
                        new ClassifyStrategy(spark.sparkContext().defaultParallelism()));
            }
            return state;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(CONNECT, e);
        }
    }

    private static void add(ExperimentalMethods methods, String field, Object added)
            throws ReflectiveOperationException {
        List<Object> all = new ArrayList<>(get(methods, field));
        if (all.stream().noneMatch(added.getClass()::isInstance)) {
            all.add(added);
            for (Method setter : methods.getClass().getMethods()) {
                if (setter.getName().equals(field + "_$eq")) {
                    setter.invoke(methods, seq(all));
                }
            }
        }
    }

    /** A dead letter of a row that is not from a topic: its bytes are the row as JSON, its origin their digest. */
    static DeadLetter deadLetter(StructType schema, InternalRow row, Stage stage, String code, String message) {
        byte[] json = ((Row) CatalystTypeConverters.convertToScala(row, schema))
                .json()
                .getBytes(StandardCharsets.UTF_8);
        return new DeadLetter(stage, code, message, Sha256.model("row", Sha256.of(json)), json);
    }
}
