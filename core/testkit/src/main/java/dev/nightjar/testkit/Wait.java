/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;

/** Waiting that ends: nothing in the kit may hang a build. */
final class Wait {
    private Wait() {}

    /** Parks for a moment between two looks at a condition. */
    static void briefly() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }

    /** Runs a call in a thread of its own and fails if it does not end within the limit. */
    static <T extends @Nullable Object> T within(Duration limit, String what, Callable<T> call) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor(Wait::daemon);
        try {
            return result(limit, what, thread.submit(call));
        } finally {
            thread.shutdownNow();
        }
    }

    /** Waits for a result and fails if it does not come within the limit; rethrows what the call threw. */
    static <T extends @Nullable Object> T result(Duration limit, String what, Future<T> future) throws Exception {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return fail(what + " did not end within " + limit);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Fails unless closing waits for the calls that three threads make again and again, and all later ones are refused. */
    @SuppressWarnings("try") // closing while it is used is what is tested
    static <L extends AutoCloseable> void forClosing(
            Duration patience, Callable<L> opening, String call, ThrowingConsumer<L> caller) throws Exception {
        int callers = 3;
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(callers, Wait::daemon);
        try (L live = opening.call()) {
            CountDownLatch running = new CountDownLatch(callers);
            List<Future<Throwable>> ends = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                ends.add(threads.submit(() -> catchThrowable(() -> {
                    caller.accept(live);
                    running.countDown();
                    while (!over.get()) {
                        caller.accept(live);
                    }
                })));
            }
            within(patience, "The first " + call + " of each thread", () -> {
                running.await();
                return true;
            });
            live.close();
            for (Future<Throwable> end : ends) {
                assertThat(result(patience, "A " + call + " after closing", end))
                        .isInstanceOf(IllegalStateException.class);
            }
        } finally {
            over.set(true);
            threads.shutdown();
            threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "nightjar-testkit");
        thread.setDaemon(true);
        return thread;
    }
}
