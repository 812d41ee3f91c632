/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.command.shared.Progress;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One line that says how something is doing: on a terminal redrawn in place, in a log a new line now and then, and when
 * its first word changes. Other output of the command goes {@linkplain #above above} it.
 *
 * <p>Safe for use by multiple threads.
 */
public final class StatusLine implements AutoCloseable {
    private static final long TICK_MILLIS = 250;
    private static final int TICKS_OF_A_LOG = 40;

    /** To the line's beginning, and nothing on it. */
    private static final String CLEAR = "\r\033[K";

    /** A line that is too long is cut, not continued on the next one, where it could not be cleared. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    private final Supplier<String> text;
    private final PrintWriter out;
    private final boolean redrawn;
    private final CountDownLatch closed = new CountDownLatch(1);

    private StatusLine(Supplier<String> text, PrintWriter out, boolean redrawn) {
        this.text = text;
        this.out = out;
        this.redrawn = redrawn;
    }

    /**
     * Begins to show a text.
     *
     * @param text one line, which holds nothing that a terminal obeys
     */
    public static StatusLine of(Supplier<String> text, PrintWriter out) {
        return of(text, out, Progress.isTerminal());
    }

    static StatusLine of(Supplier<String> text, PrintWriter out, boolean redrawn) {
        StatusLine line = new StatusLine(text, out, redrawn);
        Thread ticks = new Thread(line::tick, "nightjar-status");
        ticks.setDaemon(true);
        ticks.start();
        return line;
    }

    /** Prints something, which may go to the same terminal. */
    synchronized void above(Runnable printing) {
        if (redrawn) {
            out.print(CLEAR);
            out.flush();
        }
        printing.run();
        if (redrawn) {
            show();
        }
    }

    /** Shows the text as it is at the end, which stays. */
    @Override
    public synchronized void close() {
        if (closed.getCount() > 0) {
            closed.countDown();
            out.println((redrawn ? CLEAR : "") + text.get());
            out.flush();
        }
    }

    private void tick() {
        try {
            String shown = "";
            int ticks = 0;
            do {
                String word = text.get().replaceFirst("[ |].*", "");
                if (redrawn || ticks % TICKS_OF_A_LOG == 0 || !word.equals(shown)) {
                    show();
                    shown = word;
                }
                ticks++;
            } while (!closed.await(TICK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void show() {
        if (closed.getCount() > 0) {
            if (redrawn) {
                out.print(CLEAR + NO_WRAP + text.get() + WRAP);
            } else {
                out.println(text.get());
            }
            out.flush();
        }
    }
}
