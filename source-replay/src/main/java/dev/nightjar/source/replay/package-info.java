/**
 * Tweets from a file, or made up from a seed, at the pace they were written or faster:
 * {@link dev.nightjar.source.replay.ReplayConfig} says which and opens the source. Every source here can be reopened where
 * it stopped.
 */
@NullMarked
package dev.nightjar.source.replay;

import org.jspecify.annotations.NullMarked;
