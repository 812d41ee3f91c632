/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A record is a JSON object, wherever it stands: brackets of lists around it, commas, the name of a JavaScript variable to
 * which the list is assigned, as in an account archive, are not of it. What is no object is a record to
 * its line's end, or to the end of the element of a list.
 *
 * <p>It finds ends, not faults: brackets are counted and strings are passed over. That an object was cut off is told by a line
 * end within a string, or by a line that begins with a bracket where no value may stand.
 */
final class JsonFramer implements Framer {
    private static final int MAX_OPENING = 200;

    /** What begins each text of a JSON text sequence (RFC 7464). */
    private static final int RECORD_SEPARATOR = 0x1E;

    private static final int MARK = 0xEF;

    private final BitSet lists = new BitSet();
    private State state = State.BETWEEN;
    private int depth;
    private boolean hasElements;
    private boolean isEmptyList;
    private boolean separatorOnLine;
    private boolean blank;
    private int column;
    private int startColumn;
    private long length;
    private int open;
    private int last;
    private boolean lineBegins;
    private boolean escaped;
    private boolean assignable;

    private enum State {
        BETWEEN,
        OBJECT,
        STRING,
        OTHER,
        OTHER_STRING,
        AFTER
    }

    @Override
    public void begin(int lists) {
        depth = lists;
        hasElements = true; // a place between two records is never behind the bracket that opens a list
        isEmptyList = false;
        separatorOnLine = false;
        blank = false;
        column = 0;
        length = 0;
        state = State.BETWEEN;
    }

    @Override
    public int run(byte[] bytes, int from, int to) {
        int at = from;
        boolean steady = state == State.STRING && !escaped;
        while (steady && at < to && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] != '\n') {
            at++;
        }
        length += at - from;
        return at - from;
    }

    @Override
    public boolean isWhole() {
        return state == State.AFTER;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean isEmptyList() {
        return isEmptyList;
    }

    @Override
    public Step step(int next) {
        return switch (state) {
            case BETWEEN -> between(next);
            case OBJECT -> object(next);
            case STRING -> string(next);
            case OTHER -> other(next);
            case OTHER_STRING -> otherString(next);
            case AFTER -> after(next);
        };
    }

    private Step between(int next) {
        column++;
        switch (next) {
            case ' ', '\t', '\r' -> {
                blank = !separatorOnLine;
                return Step.BEFORE;
            }
            case '\n' -> {
                column = 0;
                boolean separated = separatorOnLine;
                separatorOnLine = false;
                return separated ? Step.BEFORE : Step.LAST;
            }
            case '[', ',', ';', RECORD_SEPARATOR -> {
                if (next == '[') {
                    depth++;
                    hasElements = false;
                }
                return separator();
            }
            case ']' -> {
                return closeList();
            }
            case END_OF_FILE -> {
                return blank ? Step.LAST : Step.BEHIND;
            }
            default -> {
                startColumn = column - 1;
                hasElements = true;
                length = 1;
                lineBegins = false;
                if (next == '{') {
                    state = State.OBJECT;
                    open = 1;
                    lists.clear();
                    last = next;
                } else {
                    state = next == '"' && depth > 0 ? State.OTHER_STRING : State.OTHER;
                    escaped = false;
                    assignable = isOfName(next);
                }
                return Step.WITHIN;
            }
        }
    }

    private Step separator() {
        state = State.BETWEEN;
        separatorOnLine = true;
        blank = false;
        length = 0;
        return Step.BEFORE;
    }

    private Step closeList() {
        if (depth == 0) {
            state = State.OTHER;
            length = 1;
            assignable = false;
            return Step.WITHIN;
        }
        depth--;
        if (hasElements) {
            return separator();
        }
        hasElements = true;
        isEmptyList = true;
        separatorOnLine = false;
        length = 1;
        state = State.AFTER;
        return Step.WITHIN;
    }

    private Step object(int next) {
        switch (next) {
            case ' ', '\t', '\r' -> {}
            case '\n' -> lineBegins = true;
            case '"' -> {
                state = State.STRING;
                escaped = false;
                lineBegins = false;
                last = next;
            }
            case '{', '[' -> {
                boolean value = last == ':' || last == '[' || (last == ',' && lists.get(open));
                if (lineBegins && !value) {
                    return Step.BROKEN;
                }
                open++;
                lists.set(open, next == '[');
                lineBegins = false;
                last = next;
            }
            case '}', ']' -> {
                open--;
                lineBegins = false;
                last = next;
                if (open == 0) {
                    state = State.AFTER;
                    separatorOnLine = false;
                }
            }
            case END_OF_FILE -> {
                return Step.BROKEN;
            }
            default -> {
                lineBegins = false;
                last = next;
            }
        }
        length++;
        return Step.WITHIN;
    }

    private Step string(int next) {
        if (next == '\n' || next == END_OF_FILE) {
            return Step.BROKEN;
        }
        if (next == '"' && !escaped) {
            state = State.OBJECT;
        }
        escaped = next == '\\' && !escaped;
        length++;
        return Step.WITHIN;
    }

    /** What is no object: an element of a list, a line, or the name to which a list is assigned. */
    private Step other(int next) {
        if (next == END_OF_FILE || (depth > 0 && (next == ',' || next == ']'))) {
            return Step.BEHIND;
        }
        if (next == '\n') {
            return Step.LAST;
        }
        if (next == '=' && assignable) {
            return separator();
        }
        assignable &= isOfName(next) && length < MAX_OPENING;
        length++;
        return Step.WITHIN;
    }

    private Step otherString(int next) {
        if (next == '"' && !escaped) {
            state = State.OTHER;
        }
        if (next == '\n' || next == END_OF_FILE) {
            return other(next);
        }
        escaped = next == '\\' && !escaped;
        length++;
        return Step.WITHIN;
    }

    /** Behind an object: what may separate it from the next, or what shows that it was none. */
    private Step after(int next) {
        separatorOnLine |= next == ',' || next == ';';
        return switch (next) {
            case ' ', '\t', '\r', ',', ';' -> Step.WITHIN;
            case '\n' -> Step.LAST;
            case '{', '[', MARK, RECORD_SEPARATOR, END_OF_FILE -> Step.BEHIND;
            default -> depth > 0 && (next == ']' || separatorOnLine) ? Step.BEHIND : Step.BROKEN;
        };
    }

    private static boolean isOfName(int next) {
        return next == ' ' || next == '.' || next == '_' || next == '$' || Character.isLetterOrDigit(next);
    }

    /**
     * Another record may begin on the line of the broken one, with the same first name. Else a record that is broken on its
     * first line is that line, and one that is broken on a further line ends before a line that is not indented further and
     * begins another.
     */
    @Override
    public int cut(byte[] bytes, int from, int to) {
        int firstEnd = indexOf((byte) '\n', bytes, from, to);
        int another = another(bytes, from, firstEnd < 0 ? to : firstEnd);
        if (another > 0) {
            return another;
        }
        if (firstEnd == to - 1) {
            return to;
        }
        for (int line = firstEnd + 1; firstEnd >= 0 && line < to; ) {
            int end = indexOf((byte) '\n', bytes, line, to);
            if (!goesOn(bytes, line, end < 0 ? to : end)) {
                return line;
            }
            line = end < 0 ? to : end + 1;
        }
        return firstEnd < 0 ? LINE_END : LINES_END;
    }

    @Override
    public boolean goesOn(byte[] bytes, int from, int to) {
        int first = from;
        while (first < to && (bytes[first] == ' ' || bytes[first] == '\t')) {
            first++;
        }
        int indent = first - from;
        boolean begins = first < to && (bytes[first] == '{' || bytes[first] == '[') && indent <= startColumn;
        boolean ends = first < to && bytes[first] == ']' && indent < startColumn;
        return !begins && !ends;
    }

    /** Where an object begins with the same first name, and is not the value of a name or an element of an inner list. */
    private int another(byte[] bytes, int from, int to) {
        int colon = indexOf((byte) ':', bytes, from, Math.min(to, from + MAX_OPENING));
        int opening = colon - from + 1;
        for (int i = from + opening; colon > 0 && i + opening <= to; i++) {
            if (bytes[i] == '{'
                    && Arrays.equals(bytes, from, from + opening, bytes, i, i + opening)
                    && mayBegin(bytes, from, i)) {
                return i;
            }
        }
        return LINE_END;
    }

    private boolean mayBegin(byte[] bytes, int from, int at) {
        int before = previous(bytes, from, at);
        if (bytes[before] == ',') {
            return depth > 0 && bytes[previous(bytes, from, before)] == '}';
        }
        return bytes[before] != ':' && bytes[before] != '[' && bytes[before] != '\\';
    }

    private static int previous(byte[] bytes, int from, int at) {
        int before = at - 1;
        while (before > from && (bytes[before] == ' ' || bytes[before] == '\t')) {
            before--;
        }
        return before;
    }

    private static int indexOf(byte wanted, byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
