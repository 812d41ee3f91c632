/**
 * The contract-test kit: to check a source, classifier, sink, factory or serde of your own, write a test class that
 * implements one of the contracts, such as {@link dev.nightjar.testkit.ClassifiedTweetSinkContract}, and its few hooks.
 * The fixtures, such as {@link dev.nightjar.testkit.RecordingSink}, are for tests of whole pipelines.
 */
@NullMarked
package dev.nightjar.testkit;

import org.jspecify.annotations.NullMarked;
