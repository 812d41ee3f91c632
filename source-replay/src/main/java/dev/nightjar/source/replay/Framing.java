/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.util.function.IntFunction;

/**
 * How a file is cut into records. A record that is broken costs itself alone: where it ends is then told by the line it is on,
 * or by how the next one begins.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class Framing {
    /** A record is a line. */
    public static final Framing LINES = new Framing(LineFramer::new);

    /**
     * A record is a JSON object: on a line of its own, over several lines, behind another one without a line end, or an
     * element of a list that is never held as a whole. A line that is none of these is a record, too.
     */
    public static final Framing JSON = new Framing(lineEnd -> new JsonFramer());

    private final IntFunction<Framer> framers;

    private Framing(IntFunction<Framer> framers) {
        this.framers = framers;
    }

    /** A record is a row of CSV, in which a quoted field may hold line ends. */
    public static Framing rows(char delimiter) {
        return new Framing(lineEnd -> new RowFramer(delimiter, lineEnd));
    }

    /** What cuts one file whose lines end so. */
    Framer framer(int lineEnd) {
        return framers.apply(lineEnd);
    }
}
