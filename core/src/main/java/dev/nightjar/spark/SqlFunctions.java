/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifierFactory;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.Lower;
import org.apache.spark.sql.catalyst.expressions.RegExpExtractAll;
import org.apache.spark.sql.catalyst.expressions.RegExpReplace;
import org.apache.spark.sql.catalyst.expressions.StringTrim;
import scala.Function1;
import scala.Tuple3;

/** The functions of {@link NightjarExtensions}: their descriptions, and how Spark makes expressions of their calls. */
final class SqlFunctions {
    /** Letters, digits and underscores with a letter among them, behind a sign that begins a word. */
    private static final String HASHTAG =
            "(?<![\\p{L}\\p{M}\\p{N}_&])[#\uff03]([\\p{M}\\p{N}_]*\\p{L}[\\p{L}\\p{M}\\p{N}_]*)";

    private static final String MENTION = "(?<![A-Za-z0-9_@])[@\uff20]([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])";

    static final List<Tuple3<FunctionIdentifier, ExpressionInfo, ?>> DESCRIPTIONS = List.of(
            description(
                    "classify",
                    "_FUNC_([name, ]text) - The answer of a classifier: a struct of label, score, scores, ranking, truncated,"
                            + " model and, where there is no answer, rejected. NULL for NULL.",
                    "name - a classifier of the settings spark.nightjar.classifiers.<name>.*; needed if there are several",
                    "_FUNC_('emotion', 'happy, great fun').label;\n       joy",
                    SqlFunctions::classify),
            description(
                    "model_info",
                    "_FUNC_(name) - A classifier's model, as a struct of model, labels, problem_type, languages and configuration."
                            + " It is opened where the query runs.",
                    "name - a classifier of the settings spark.nightjar.classifiers.<name>.*",
                    "_FUNC_('emotion').labels;\n       [\"neutral\",\"joy\",\"anger\",\"sadness\"]",
                    SqlFunctions::modelInfo),
            description(
                    "parse_tweet",
                    "_FUNC_(value) - The tweet in a record of a topic or in a line of JSON, as a struct of the tweet's columns. What"
                            + " is no tweet has NULL in all of them, and the reason in rejected.",
                    "value - JSON of Nightjar or of X, a string or a binary",
                    "_FUNC_('{\"id\":\"7\",\"text\":\"hello\",\"created_at\":\"2026-02-08T20:00:00Z\"}').text;\n       hello",
                    (opening, arguments) -> new ParseTweet(opening, TextArgument.value(opening, arguments))),
            description(
                    "hashtags",
                    "_FUNC_(text) - The hashtags in a text, as they are written, without their signs.",
                    "text - any text",
                    "_FUNC_('a #Match tonight #2026');\n       [\"Match\"]",
                    text(text -> all(text, HASHTAG))),
            description(
                    "mentions",
                    "_FUNC_(text) - The user names that a text mentions, without their signs.",
                    "text - any text",
                    "_FUNC_('thanks @wren_at_dusk!');\n       [\"wren_at_dusk\"]",
                    text(text -> all(text, MENTION))),
            description(
                    "normalize_tweet",
                    "_FUNC_(text) - The words of a text in lower case with one space between them, without links, mentions and"
                            + " hashtags: what trends of words count.",
                    "text - any text",
                    "_FUNC_('What a GAME!  @me #fun https://t.co/x');\n       what a game",
                    text(SqlFunctions::normalized)));

    private SqlFunctions() {}

    /** Registers a function of a text that a classifier answers. */
    static void register(SparkSession spark, String name, ClassifierFactory classifier) {
        String opening = name + '(';
        SqlClassifiers.Named named = new SqlClassifiers.Named(classifier, SparkTweets.DEFAULT_BATCH_SIZE);
        Values.register(spark, name, arguments -> classify(opening, named, TextArgument.text(opening, arguments)));
    }

    private static Expression classify(String opening, List<Expression> arguments) {
        if (arguments.size() != 2) {
            Expression text = TextArgument.text(opening, arguments);
            return classify(opening, SqlClassifiers.only(), text);
        }
        String name = TextArgument.constant(opening, arguments.get(0));
        String named = opening + '\'' + name + "', ";
        Expression text = TextArgument.text(named, arguments.subList(1, 2));
        return classify(named, SqlClassifiers.named(name), text);
    }

    private static Expression classify(String opening, SqlClassifiers.Named classifier, Expression text) {
        return new Classify(opening, classifier.factory(), classifier.batchSize(), text);
    }

    private static Expression modelInfo(String opening, List<Expression> arguments) {
        Expression name = TextArgument.text(opening, arguments);
        return new ModelInfo(
                opening,
                SqlClassifiers.named(TextArgument.constant(opening, name)).factory(),
                name);
    }

    private static Expression all(Expression text, String pattern) {
        return new RegExpExtractAll(text, literal(pattern), literal(1));
    }

    private static Expression normalized(Expression text) {
        Expression plain = new RegExpReplace(new Lower(text), literal(TweetTrends.NO_WORD), literal(" "));
        return new StringTrim(new RegExpReplace(plain, literal(TweetTrends.BETWEEN_WORDS), literal(" ")));
    }

    private static Expression literal(Object value) {
        return Literal$.MODULE$.apply(value);
    }

    private static BiFunction<String, List<Expression>, Expression> text(UnaryOperator<Expression> function) {
        return (opening, arguments) -> function.apply(TextArgument.text(opening, arguments));
    }

    private static Tuple3<FunctionIdentifier, ExpressionInfo, ?> description(
            String name,
            String usage,
            String arguments,
            String example,
            BiFunction<String, List<Expression>, Expression> builder) {
        Function1<Object, Expression> made = given -> builder.apply(name + '(', Values.list(given));
        return new Tuple3<>(
                new FunctionIdentifier(name),
                new ExpressionInfo(
                        NightjarExtensions.class.getName(),
                        null,
                        name,
                        usage,
                        "\n    Arguments:\n      * " + arguments + "\n  ",
                        "\n    Examples:\n      > SELECT " + example + "\n  ",
                        "",
                        "misc_funcs",
                        "0.1.0",
                        "",
                        "built-in"),
                made);
    }
}
