/**
 * The {@code nightjar} command: thin commands over the library, the place where all its parts meet. {@link
 * dev.nightjar.command.Nightjar} is the entry point.
 */
@NullMarked
package dev.nightjar.command;

import org.jspecify.annotations.NullMarked;
