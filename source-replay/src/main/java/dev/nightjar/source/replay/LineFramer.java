/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

/** A record is a line. Only one character ends it, so that U+2028 and its kin within a text do not. */
class LineFramer implements Framer {
    private final int lineEnd;
    private long length;

    LineFramer(int lineEnd) {
        this.lineEnd = lineEnd;
    }

    @Override
    public void begin(int depth) {
        length = 0;
    }

    @Override
    public Step step(int next) {
        if (next == END_OF_FILE) {
            return Step.BEHIND;
        }
        if (next == lineEnd) {
            return Step.LAST;
        }
        length++;
        return Step.WITHIN;
    }

    @Override
    public int run(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != lineEnd) {
            at++;
        }
        length += at - from;
        return at - from;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public int cut(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == lineEnd) {
                return i + 1;
            }
        }
        return LINE_END;
    }
}
