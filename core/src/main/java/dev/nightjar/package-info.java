/**
 * The parts of a tweet pipeline and the values that travel between them: a {@link dev.nightjar.TweetSource} yields
 * {@linkplain dev.nightjar.Tweet tweets}, {@linkplain dev.nightjar.Classifier classifiers} label their texts, and a
 * {@link dev.nightjar.Sink} stores the {@linkplain dev.nightjar.ClassifiedTweet result}. Factories open these parts,
 * and {@link dev.nightjar.NightjarException} is the root of their errors. This package needs only the JDK and slf4j;
 * options, delivery, the kit for stores, JSON, Kafka and Spark are in the packages beneath it.
 */
@NullMarked
package dev.nightjar;

import org.jspecify.annotations.NullMarked;
