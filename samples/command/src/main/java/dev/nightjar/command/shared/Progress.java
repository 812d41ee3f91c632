/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error, all in one style; a terminal redraws a line, a log gets one now and then. */
public final class Progress {
    private static final int TERMINAL_MILLIS = 200;
    private static final int LOG_MILLIS = 10_000;

    private Progress() {}

    /**
     * A bar.
     *
     * @param task what is counted, in a word or two
     * @param expected how many there will be, -1 if not known
     */
    public static ProgressBar of(String task, long expected, String unit) {
        boolean terminal = isTerminal();
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(expected)
                .setUnit(" " + unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LOG_MILLIS)
                .setMaxRenderedLength(terminal ? -1 : 100)
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .build();
    }

    /**
     * A bar that follows a count until it is closed.
     *
     * @param done how many there are so far
     */
    public static Following follow(String task, long expected, String unit, LongSupplier done) {
        return follow(task, expected, unit, done, () -> "");
    }

    /**
     * The same with a remark.
     *
     * @param remark what is to be said besides, in a few words
     */
    public static Following follow(
            String task, long expected, String unit, LongSupplier done, Supplier<String> remark) {
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
        ProgressBar bar = of(task, expected, unit);
        Future<?> tick = ticks.scheduleAtFixedRate(
                () -> bar.setExtraMessage(remark.get()).stepTo(done.getAsLong()),
                0,
                TERMINAL_MILLIS,
                TimeUnit.MILLISECONDS);
        return () -> {
            tick.cancel(false);
            ticks.shutdownNow();
            bar.stepTo(done.getAsLong());
            bar.close();
        };
    }

    /** What follows a count. */
    public interface Following extends AutoCloseable {
        /** Shows the last count, which stays. */
        @Override
        void close();
    }

    /** Whether a person looks on. JDK 22 to 24 always say so unless started with {@code -Djdk.console=java.base}. */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isTerminal() {
        return System.console() != null;
    }
}
