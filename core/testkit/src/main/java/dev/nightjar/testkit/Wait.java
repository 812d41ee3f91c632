/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
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

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "nightjar-testkit");
        thread.setDaemon(true);
        return thread;
    }
}
