/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.SourceBatch;
import dev.nightjar.TweetSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a command does when the process is asked to stop, by Ctrl-C or a signal. The process then waits a little, until
 * the command has had its last word.
 */
public final class Stop implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;
    private static final Duration POLL = Duration.ofMillis(250);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::run, "nightjar-stop");
    private volatile Runnable action;
    private Runnable release = this::unhook;

    private Stop(Runnable action) {
        this.action = action;
    }

    /** Runs this when the process is asked to stop, until closed. */
    public static Stop by(Runnable action) {
        Stop stop = new Stop(action);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /**
     * Runs this at Ctrl-C or a signal to end, and lets the process go on until the command has done what is left to do,
     * with an exit code of its own. A second signal ends the process at once.
     */
    public static Stop caught(Runnable action) {
        Stop stop = new Stop(action);
        stop.release = Signals.catchFirst(() -> {
            stop.asked.countDown();
            stop.action.run();
        });
        return stop;
    }

    /** After some time, does as if the process was asked to stop, without ending it. */
    public void after(Duration time) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    asked.countDown();
                    action.run();
                });
    }

    /** Runs this instead of the action given before; at once if the process was already asked to stop. */
    public void then(Runnable other) {
        action = other;
        if (isAsked()) {
            other.run();
        }
    }

    /** Whether the process was asked to stop. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits until the process is asked to stop or the time is over; returns whether it was asked. */
    public boolean await(long millis) throws InterruptedException {
        return asked.await(millis, TimeUnit.MILLISECONDS);
    }

    /** What a source has next; null if it has ended, or the process was asked to stop, which may close the source. */
    public @Nullable SourceBatch poll(TweetSource source) throws InterruptedException {
        try {
            return isAsked() || source.isExhausted() ? null : source.poll(POLL);
        } catch (IllegalStateException e) {
            if (isAsked()) {
                return null;
            }
            throw e;
        }
    }

    /** Lets the process end. */
    @Override
    public void close() {
        letGo();
    }

    /** Leaves it to the process again how to end; closing still must follow. */
    public void letGo() {
        done.countDown();
        release.run();
    }

    private void unhook() {
        if (!isAsked()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It ends already.
                assert e != null;
            }
        }
    }

    private void run() {
        asked.countDown();
        action.run();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The command does not end within " + PATIENCE_SECONDS + " s; it is cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
