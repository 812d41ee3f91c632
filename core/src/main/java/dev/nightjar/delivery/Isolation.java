/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the elements of a batch that a classifier or a sink fails on without saying so by an error of ours: the batch is
 * halved until each is alone, so that it costs itself alone. An element that exhausts the stack or the memory is one
 * too.
 *
 * @param call what to do with a part of the batch
 * @param batch the elements
 * @param limit how long to look for them
 */
record Isolation<T>(Call<T> call, List<T> batch, Duration limit) {
    /** What is done with a part of a batch. */
    @FunctionalInterface
    interface Call<T> {
        void with(int from, List<T> part);
    }

    /** An element that the call fails on. */
    record Culprit(int index, Throwable failure) {
        /** What happened, without the failure's message, which may quote a tweet. */
        String fault() {
            StackTraceElement[] trace = failure.getStackTrace();
            return failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        }

        RuntimeException rethrown() {
            if (failure instanceof RuntimeException unchecked) {
                return unchecked;
            }
            throw (Error) failure;
        }
    }

    /**
     * Makes the call about every element.
     *
     * @return those that it fails on, in their order
     * @throws RetriableException as the call
     * @throws FatalException as the call
     * @throws RuntimeException what the call throws when the time is over, or the thread is interrupted
     */
    List<Culprit> culprits() {
        List<Culprit> culprits = new ArrayList<>();
        search(0, batch.size(), System.nanoTime() + limit.toNanos(), culprits);
        return culprits;
    }

    /**
     * Makes the call about every element, of a store: one that takes no record at all is at fault itself.
     *
     * @throws RuntimeException as {@link #culprits}, and what the call throws if it is not one record's fault
     */
    List<Culprit> culpritsAmongOthers() {
        List<Culprit> culprits = culprits();
        if (culprits.size() == batch.size() && !culprits.isEmpty()) {
            Culprit first = culprits.get(0);
            if (culprits.size() > 1 || isOfTheStore(first.failure())) {
                throw first.rethrown();
            }
        }
        return culprits;
    }

    /** Whether it looks like a store that is closed or out of reach, whose author did not give the error a type. */
    private static boolean isOfTheStore(Throwable failure) {
        return failure instanceof IllegalStateException
                || hasCause(failure, cause -> cause instanceof Exception && !(cause instanceof RuntimeException));
    }

    private static boolean hasCause(Throwable failure, Predicate<Throwable> what) {
        return Stream.iterate(failure.getCause(), Objects::nonNull, Throwable::getCause)
                .anyMatch(what);
    }

    private void search(int from, int to, long deadline, List<Culprit> culprits) {
        try {
            call.with(from, batch.subList(from, to));
        } catch (RetriableException | FatalException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            Culprit found = new Culprit(from, e);
            if (Thread.currentThread().isInterrupted() || hasCause(e, InterruptedException.class::isInstance)) {
                throw found.rethrown();
            }
            if (to - from == 1) {
                culprits.add(found);
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw found.rethrown();
            }
            int middle = (from + to) >>> 1;
            search(from, middle, deadline, culprits);
            search(middle, to, deadline, culprits);
        }
    }
}
