/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

/**
 * A record is a row of CSV. A line end within quotation marks is of the row if they are closed where a field ends; else the
 * row is its first line, and the reader says what is wrong with it.
 */
final class RowFramer extends LineFramer {
    private final int delimiter;
    private final int lineEnd;
    private State state = State.FIELD_BEGINS;

    RowFramer(int delimiter, int lineEnd) {
        super(lineEnd);
        this.delimiter = delimiter;
        this.lineEnd = lineEnd;
    }

    private enum State {
        FIELD_BEGINS,
        PLAIN,
        QUOTED,
        /** Behind a quotation mark within a quoted field: it closes the field, or is the first of two. */
        CLOSED
    }

    @Override
    public void begin(int depth) {
        super.begin(depth);
        state = State.FIELD_BEGINS;
    }

    @Override
    public Step step(int next) {
        boolean quote = next == '"';
        switch (state) {
            case FIELD_BEGINS -> state = quote ? State.QUOTED : next == delimiter ? state : State.PLAIN;
            case PLAIN -> state = next == delimiter ? State.FIELD_BEGINS : state;
            case QUOTED -> {
                state = quote ? State.CLOSED : state;
                return next == END_OF_FILE ? Step.BROKEN : super.step(quote || next != lineEnd ? next : 0);
            }
            case CLOSED -> {
                boolean ends = next == delimiter || next == lineEnd || next == '\r' || next == END_OF_FILE;
                if (!quote && !ends) {
                    return Step.BROKEN;
                }
                state = quote ? State.QUOTED : next == delimiter ? State.FIELD_BEGINS : state;
            }
        }
        return super.step(next);
    }

    @Override
    public int run(byte[] bytes, int from, int to) {
        int at = from;
        boolean steady = state == State.PLAIN || state == State.QUOTED;
        while (steady && at < to && bytes[at] != '"' && bytes[at] != delimiter && bytes[at] != lineEnd) {
            at++;
        }
        return super.run(bytes, from, at);
    }
}
