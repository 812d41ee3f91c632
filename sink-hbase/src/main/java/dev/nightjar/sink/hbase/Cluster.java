/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.Retry;
import dev.nightjar.io.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to HBase whose calls end by a deadline. The client's own time limits do not add up to a single one, and
 * it loses interrupts. So each attempt runs in a thread of this class, and the caller waits for it no longer than the
 * deadline.
 *
 * <p>Safe for use by multiple threads.
 */
final class Cluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** How long opening looks for an HBase of which ZooKeeper knows nothing, or whose servers are not there. */
    private static final Duration ABSENCE = Duration.ofSeconds(5);

    /** How long a failed opening waits for its connection to close. */
    private static final Duration ABANDON_LIMIT = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final Duration deadline;

    /** Runs the attempts, and the parts that the client splits them into. */
    private final ExecutorService threads = Executors.newCachedThreadPool(daemons());

    /** Guards the connection and whether this is closed. */
    private final Object lock = new Object();

    private @Nullable Connection connection;
    private boolean closed;

    Cluster(Configuration configuration, Duration deadline) {
        this.configuration = configuration;
        this.deadline = deadline;
    }

    Configuration configuration() {
        return configuration;
    }

    /**
     * Repeats a call until it works or the deadline has passed.
     *
     * @param what what is done, for the log and the error
     * @throws RetriableException if it has not worked by the deadline, or if the thread is interrupted
     */
    <R> R call(String what, Call<R> call) {
        Attempts<R> attempts = new Attempts<>(what, call);
        return Retry.upTo(deadline).call(what, attempts::next);
    }

    /**
     * As {@link #call}, for what opens: HBase may be slow until the deadline, but one that does not run at all is given
     * up before.
     */
    <R> R open(String what, Call<R> call) {
        Attempts<R> attempts = new Attempts<>(what, call);
        Duration rest = deadline.minus(ABSENCE);
        try {
            return Retry.upTo(rest.isNegative() ? deadline : ABSENCE).call(what, attempts::next);
        } catch (RetriableException e) {
            if (rest.isNegative() || attempts.absent || Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
        return Retry.upTo(rest).call(what, attempts::next);
    }

    /** Ends the calls that were given up; no other may be under way. They may hold locks that closing needs. */
    @Override
    public void close() {
        threads.shutdownNow();
        synchronized (lock) {
            closed = true;
            if (connection != null) {
                try {
                    connection.close();
                } catch (IOException e) {
                    throw Failures.of("close the connection", e);
                }
            }
        }
    }

    /**
     * Closes after an opening that failed. Its deadline has passed, so what takes long, such as a connection being made
     * to a cluster that does not answer, ends in the background.
     */
    void abandon() {
        Thread closing = new Thread(
                () -> {
                    try {
                        close();
                    } catch (RuntimeException e) {
                        LOG.debug("A connection that was given up did not close", e);
                    }
                },
                "nightjar-hbase-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(ABANDON_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first call connects, so that connecting has a deadline too; an abandoned one must leave no connection. */
    private Connection connection() throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new IOException("The connection is closed");
            }
            if (connection == null) {
                connection = ConnectionFactory.createConnection(configuration, threads);
            }
            return connection;
        }
    }

    private static java.util.concurrent.ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "nightjar-hbase-" + count.incrementAndGet());
            thread.setDaemon(true);
            // Only errors of what the client runs outside an attempt, and only after the attempt was given up: an
            // attempt's own errors are caught.
            thread.setUncaughtExceptionHandler((ended, e) -> LOG.debug("A call that was given up has ended", e));
            return thread;
        };
    }

    /** What is done with the connection. */
    interface Call<R> {
        R with(Connection connection) throws IOException;
    }

    /** The attempts at one call. */
    private final class Attempts<R> {
        private final String what;
        private final Call<R> call;
        private final long end = System.nanoTime() + deadline.toNanos();
        private @Nullable RetriableException last;

        /** Whether the last one met nobody. */
        private boolean absent;

        Attempts(String what, Call<R> call) {
            this.what = what;
            this.call = call;
        }

        R next() {
            long left = end - System.nanoTime();
            if (left <= 0 && last != null) {
                throw last;
            }
            Future<R> attempt = threads.submit(() -> call.with(connection()));
            try {
                return attempt.get(left, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNull(e.getCause());
                absent = Failures.absence(cause) != null;
                throw noted(Failures.of(what, cause));
            } catch (TimeoutException e) {
                attempt.cancel(true);
                throw last != null
                        ? last
                        : noted(new RetriableException(
                                "HBase has not answered within " + deadline + ", asked to " + what, null));
            } catch (InterruptedException e) {
                attempt.cancel(true);
                throw Server.interrupted(what, null);
            }
        }

        /** The error of the last attempt says more than that the time is up. */
        private NightjarException noted(NightjarException failure) {
            if (failure instanceof RetriableException retriable) {
                last = retriable;
            }
            return failure;
        }
    }
}
