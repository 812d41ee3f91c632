/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.HigherOrderFunction;
import org.apache.spark.sql.catalyst.expressions.ScalarSubquery;
import org.apache.spark.sql.catalyst.optimizer.ColumnPruning$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Repartition;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.jspecify.annotations.Nullable;

/**
 * Lifts calls of {@link Classify} out of a query's expressions into {@link ClassifyRows} below, once for each distinct
 * model and text. It runs when Spark has pushed filters down and has left out what nobody reads, so that neither asks a
 * model. What it leaves, such as a call in a branch of a {@code CASE} or in a lambda function, is evaluated a row at a
 * time.
 */
final class LiftedClassify extends Rule<LogicalPlan> {
    private static final List<Class<? extends LogicalPlan>> LIFTED = List.of(
            Project.class,
            Filter.class,
            Sort.class,
            Aggregate.class,
            Window.class,
            Join.class,
            Generate.class,
            Expand.class);

    /** Whose rows are those of their child, with its columns or some of them. */
    private static final List<Class<? extends LogicalPlan>> PASSING = List.of(
            Project.class,
            Filter.class,
            Sort.class,
            LocalLimit.class,
            GlobalLimit.class,
            Repartition.class,
            RepartitionByExpression.class,
            ClassifyRows.class);

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        LogicalPlan lifted = lift(plan);
        LogicalPlan pruned = lifted.fastEquals(plan) ? plan : ColumnPruning$.MODULE$.apply(lifted);
        if (plan.isStreaming()) {
            return pruned;
        }
        LogicalPlan alike = alike(pruned);
        Map<LogicalPlan, Integer> uses = new HashMap<>();
        count(alike, uses);
        return uses.isEmpty() ? pruned : kept(alike, uses, Reader.ONCE, 1);
    }

    private LogicalPlan lift(LogicalPlan plan) {
        LogicalPlan lifted = (plan instanceof Filter filter ? split(filter) : plan).mapChildren(this::lift);
        boolean changed = false;
        for (List<Classify> calls = calls(lifted); !calls.isEmpty(); calls = calls(lifted)) {
            Map<Classify, Attribute> answers = new LinkedHashMap<>();
            for (Classify call : calls) {
                lifted = lifted.mapChildren(child -> answering(child, call, answers));
            }
            lifted = lifted.mapExpressions(expression -> replaced(expression, answers));
            changed = true;
        }
        return changed && !lifted.outputSet().equals(plan.outputSet())
                ? Values.project(Values.get(plan, "output"), lifted)
                : lifted;
    }

    /** A filter by what asks no model, and above it one by what does. */
    private static LogicalPlan split(Filter filter) {
        if (!filter.condition().deterministic()) {
            return filter;
        }
        List<Expression> cheap = new ArrayList<>();
        List<Expression> asking = new ArrayList<>();
        conjuncts(filter.condition(), cheap, asking);
        return cheap.isEmpty() || asking.isEmpty()
                ? filter
                : new Filter(and(asking), new Filter(and(cheap), filter.child()));
    }

    private static void conjuncts(Expression condition, List<Expression> cheap, List<Expression> asking) {
        if (condition instanceof And and) {
            conjuncts(and.left(), cheap, asking);
            conjuncts(and.right(), cheap, asking);
        } else {
            List<Classify> calls = new ArrayList<>();
            collect(condition, calls);
            (calls.isEmpty() ? cheap : asking).add(condition);
        }
    }

    private static Expression and(List<Expression> conditions) {
        return conditions.stream().reduce(And::new).orElseThrow();
    }

    /** The distinct calls in a node's expressions that have none within, each about the columns of one child. */
    private static List<Classify> calls(LogicalPlan plan) {
        List<Classify> calls = new ArrayList<>();
        if (LIFTED.contains(plan.getClass())) {
            plan.mapExpressions(expression -> {
                collect(expression, calls);
                return expression;
            });
            List<LogicalPlan> children = Values.get(plan, "children");
            calls.removeIf(call -> (call.batchSize() == 1 && plan.isStreaming())
                    || children.stream().noneMatch(child -> answers(child, call)));
        }
        return calls;
    }

    private static boolean answers(LogicalPlan child, Classify call) {
        return call.deterministic() && call.references().subsetOf(child.outputSet());
    }

    private static void collect(Expression expression, List<Classify> calls) {
        int before = calls.size();
        AtomicInteger place = new AtomicInteger();
        if (!(expression instanceof HigherOrderFunction)) {
            expression.mapChildren(part -> {
                // Of a conditional expression the first part is always evaluated, the others perhaps.
                if (place.getAndIncrement() == 0 || !(expression instanceof ConditionalExpression)) {
                    collect(part, calls);
                }
                return part;
            });
        }
        if (expression instanceof Classify call
                && calls.size() == before
                && calls.stream().noneMatch(call::semanticEquals)) {
            calls.add(call);
        }
    }

    private static Expression replaced(Expression expression, Map<Classify, Attribute> answers) {
        if (expression instanceof Classify call) {
            for (Map.Entry<Classify, Attribute> answer : answers.entrySet()) {
                if (call.semanticEquals(answer.getKey())) {
                    return answer.getValue();
                }
            }
        }
        return expression.mapChildren(part -> replaced(part, answers));
    }

    /** A child with the answer to a call, if the call is about its columns. */
    private static LogicalPlan answering(LogicalPlan child, Classify call, Map<Classify, Attribute> answers) {
        if (answers.containsKey(call) || !answers(child, call)) {
            return child;
        }
        LogicalPlan known = known(child, call, answers);
        if (known != null) {
            return known;
        }
        Attribute column = Values.column(call.prettyName(), call.dataType());
        answers.put(call, column);
        return new ClassifyRows(call, column, false, child);
    }

    /** A plan that passes on the answer which a node below it has already; null if there is none. */
    private static @Nullable LogicalPlan known(LogicalPlan plan, Classify call, Map<Classify, Attribute> answers) {
        if (!PASSING.contains(plan.getClass()) || !answers(plan, call)) {
            return null;
        }
        if (plan instanceof ClassifyRows rows && rows.call().semanticEquals(call)) {
            answers.put(call, rows.answer());
            return plan;
        }
        LogicalPlan child = Values.<LogicalPlan>get(plan, "children").get(0);
        LogicalPlan known = answers(child, call) ? known(child, call, answers) : null;
        if (known == null) {
            return null;
        }
        if (plan instanceof Project && !plan.outputSet().contains(answers.get(call))) {
            List<Expression> columns = new ArrayList<>(Values.get(plan, "projectList"));
            columns.add(answers.get(call));
            return Values.project(columns, known);
        }
        return plan.mapChildren(any -> known);
    }

    /** Gives those that read the same answers the same columns, without which Spark does not find that they are the same. */
    private static LogicalPlan alike(LogicalPlan plan) {
        Map<LogicalPlan, Set<List<Integer>>> columns = new HashMap<>();
        columns(plan, columns);
        if (columns.values().stream().allMatch(read -> read.size() == 1)) {
            return plan;
        }
        return alike(alike(plan, columns));
    }

    private static LogicalPlan columns(LogicalPlan plan, Map<LogicalPlan, Set<List<Integer>>> columns) {
        if (plan instanceof ClassifyRows rows) {
            LogicalPlan asked = asked(rows.child());
            List<ExprId> all = ids(asked);
            columns.computeIfAbsent(question(rows, asked), any -> new HashSet<>())
                    .add(ids(rows.child()).stream().map(all::indexOf).toList());
        }
        mapBelow(plan, below -> columns(below, columns), below -> columns(below, columns));
        return plan;
    }

    private static LogicalPlan alike(LogicalPlan plan, Map<LogicalPlan, Set<List<Integer>>> columns) {
        LogicalPlan changed = mapBelow(plan, below -> alike(below, columns), below -> alike(below, columns));
        if (!(plan instanceof ClassifyRows rows)) {
            return changed;
        }
        LogicalPlan asked = asked(rows.child());
        Set<List<Integer>> read = columns.getOrDefault(question(rows, asked), Set.of());
        if (read.size() < 2) {
            return changed;
        }
        List<Attribute> all = Values.get(asked, "output");
        List<Attribute> wanted = read.stream()
                .flatMap(List::stream)
                .distinct()
                .sorted()
                .map(all::get)
                .toList();
        LogicalPlan child = Values.project(wanted, asked(((ClassifyRows) changed).child()));
        return Values.project(
                Values.get(rows, "output"), new ClassifyRows(rows.call(), rows.answer(), rows.isKept(), child));
    }

    private static List<ExprId> ids(LogicalPlan plan) {
        return Values.<Attribute>get(plan, "output").stream()
                .map(Attribute::exprId)
                .toList();
    }

    /** A plan without the choices of some of its columns. */
    private static LogicalPlan asked(LogicalPlan plan) {
        if (plan instanceof Filter filter) {
            return new Filter(filter.condition(), asked(filter.child()));
        }
        return plan instanceof Project project
                        && Values.get(project, "projectList").stream().allMatch(Attribute.class::isInstance)
                ? asked(project.child())
                : plan;
    }

    /** What is the same for all that ask the same about the same. */
    private static LogicalPlan question(ClassifyRows rows, LogicalPlan asked) {
        return new ClassifyRows(rows.call(), rows.answer(), false, asked).canonicalized();
    }

    private static LogicalPlan count(LogicalPlan plan, Map<LogicalPlan, Integer> uses) {
        if (plan instanceof ClassifyRows) {
            uses.merge(plan.canonicalized(), 1, Integer::sum);
        }
        return mapBelow(plan, below -> count(below, uses), below -> count(below, uses));
    }

    /** Applies a function each to the plan's children and to the plans of its scalar subqueries. */
    private static LogicalPlan mapBelow(
            LogicalPlan plan, UnaryOperator<LogicalPlan> children, UnaryOperator<LogicalPlan> subqueries) {
        LogicalPlan mapped = plan.mapChildren(children::apply);
        return mapped.mapExpressions(expression -> inSubqueries(expression, subqueries));
    }

    private static Expression inSubqueries(Expression expression, UnaryOperator<LogicalPlan> function) {
        Expression mapped = expression.mapChildren(part -> inSubqueries(part, function));
        return mapped instanceof ScalarSubquery subquery
                ? subquery.withNewPlan(function.apply(subquery.plan()))
                : mapped;
    }

    /**
     * Has Spark keep answers that are read twice, as by a sort, which looks at all rows before it begins.
     *
     * @param kept how often the answers above are read that are kept
     */
    private static LogicalPlan kept(LogicalPlan plan, Map<LogicalPlan, Integer> uses, Reader reader, int kept) {
        if (plan instanceof ClassifyRows rows) {
            int used = uses.getOrDefault(plan.canonicalized(), 1);
            boolean keeps = reader == Reader.TWICE || used > kept;
            LogicalPlan child = kept(rows.child(), uses, Reader.ONCE, keeps ? used : kept);
            return new ClassifyRows(rows.call(), rows.answer(), keeps, child);
        }
        Reader below = Reader.ONCE;
        if (plan instanceof GlobalLimit || plan instanceof LocalLimit) {
            below = Reader.LIMIT;
        } else if (plan instanceof Sort sort && sort.global()) {
            below = reader == Reader.LIMIT ? Reader.ONCE : Reader.TWICE;
        } else if (plan instanceof RepartitionOperation shuffle && shuffle.shuffle()) {
            below = Reader.ONCE;
        } else if (plan instanceof Project || (reader == Reader.TWICE && PASSING.contains(plan.getClass()))) {
            below = reader;
        }
        Reader next = below;
        return mapBelow(plan, child -> kept(child, uses, next, kept), query -> kept(query, uses, Reader.ONCE, 1));
    }

    private enum Reader {
        ONCE,
        LIMIT,
        TWICE
    }
}
