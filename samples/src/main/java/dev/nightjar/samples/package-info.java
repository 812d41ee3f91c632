/**
 * The {@code nightjar} command and the demo: thin commands over the library, the place where all its parts meet. {@link
 * dev.nightjar.samples.Nightjar} is the entry point.
 */
@NullMarked
package dev.nightjar.samples;

import org.jspecify.annotations.NullMarked;
