/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import org.apache.spark.sql.SparkSessionExtensions;
import scala.Function1;
import scala.Tuple3;
import scala.runtime.BoxedUnit;

/**
 * Nightjar's functions in SQL, for every language that Spark has, and for clients of Spark Connect: {@code
 * spark.sql.extensions=dev.nightjar.spark.NightjarExtensions}.
 *
 * <p>{@code classify('emotion', text)} gives the struct of {@link TweetSchemas#classification()}. The classifier is made
 * by the session's settings: {@code spark.nightjar.classifiers.emotion.type} is the name of its configuration's class,
 * and the class's options follow as {@code spark.nightjar.classifiers.emotion.<option>}; {@code batch-size} is how many
 * rows it is asked about at a time, {@value SparkTweets#DEFAULT_BATCH_SIZE} unless set. The other functions are {@code
 * model_info}, {@code parse_tweet}, {@code hashtags}, {@code mentions} and {@code normalize_tweet}; {@code DESCRIBE
 * FUNCTION EXTENDED} describes each.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class NightjarExtensions implements Function1<SparkSessionExtensions, BoxedUnit> {
    /** Adds the functions to a session; Spark calls it. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // by Scala's version the arguments are one kind of Seq or another
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        extensions.injectPreCBORule(session -> new LiftedClassify());
        extensions.injectPlannerStrategy(
                session -> new ClassifyStrategy(session.sparkContext().defaultParallelism()));
        SqlFunctions.DESCRIPTIONS.forEach(function -> extensions.injectFunction((Tuple3) function));
        return BoxedUnit.UNIT;
    }
}
