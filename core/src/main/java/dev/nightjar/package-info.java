/**
 * The parts of a tweet pipeline and the values that travel between them: a {@link dev.nightjar.TweetSource} yields
 * {@linkplain dev.nightjar.Tweet tweets}, {@linkplain dev.nightjar.Classifier classifiers} label their texts, a
 * {@link dev.nightjar.Sink} stores the {@linkplain dev.nightjar.ClassifiedTweet result}. This package needs nothing but
 * the JDK; Kafka, Spark and JSON live in the packages beneath it.
 */
@NullMarked
package dev.nightjar;

import org.jspecify.annotations.NullMarked;
