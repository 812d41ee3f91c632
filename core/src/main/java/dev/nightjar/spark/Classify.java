/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.delivery.NamedClassifier;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.jspecify.annotations.Nullable;

/**
 * A classifier as an SQL function of a text, or of a struct of a text and its language. {@link LiftedClassify} evaluates
 * it in batches, wherever it can. It can be evaluated, but claims not to be, so that Spark leaves it to the executors.
 */
final class Classify extends SqlFunction implements Unevaluable {
    private static final long serialVersionUID = 1L;

    private final ClassifierFactory factory;
    private final int batchSize;
    private transient @Nullable NamedClassifier classifier;
    /** Spark evaluates the function again for a row whose filter and columns both use it. */
    private transient volatile @Nullable Answer last;

    Classify(String opening, ClassifierFactory factory, int batchSize, Expression text) {
        super(opening, text, TweetSchemas.classification());
        this.factory = factory;
        this.batchSize = batchSize;
    }

    /** What to warn of if calls at the same time want more cores than there are; empty if they do not. */
    Optional<String> oversubscription(int calls, int cores) {
        int threads = factory.threads();
        return (long) calls * threads <= cores
                ? Optional.empty()
                : Optional.of("Each call of '" + prettyName() + "' works with " + threads + " threads, and Spark makes "
                        + calls
                        + " at a time, on " + cores + " cores; set spark.task.cpus to " + threads
                        + ", or give the classifier fewer threads");
    }

    /** How many texts it is asked about at a time. */
    int batchSize() {
        return batchSize;
    }

    @Override
    Object value(Object argument) {
        Question question = Question.of(argument);
        Answer answer = last;
        if (answer == null || !answer.question.equals(question)) {
            answer = new Answer(
                    question,
                    ClassificationColumn.internal(answers(List.of(question)).get(0)));
            last = answer;
        }
        return answer.row;
    }

    List<Classification> answers(List<Question> questions) {
        // Threads may share this object; whichever sets the field, it is the JVM's shared classifier.
        NamedClassifier shared = classifier;
        if (shared == null) {
            shared = new NamedClassifier(prettyName(), factory.lease().get(), factory.languages());
            classifier = shared;
        }
        return shared.classifyAll(
                questions.stream().map(Question::text).toList(),
                questions.stream().map(Question::language).toList());
    }

    @Override
    Classify of(Expression text) {
        return new Classify(opening(), factory, batchSize, text);
    }

    @Override
    Object identity() {
        return factory;
    }

    /** What the classifier is asked. */
    record Question(String text, @Nullable String language) {
        static Question of(Object argument) {
            return argument instanceof InternalRow tweet
                    ? new Question(tweet.getString(0), tweet.isNullAt(1) ? null : tweet.getString(1))
                    : new Question(argument.toString(), null);
        }
    }

    private record Answer(Question question, InternalRow row) {}
}
