/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.sasl.SaslException;
import org.apache.hadoop.hbase.ConcurrentTableModificationException;
import org.apache.hadoop.hbase.DoNotRetryIOException;
import org.apache.hadoop.hbase.NamespaceNotFoundException;
import org.apache.hadoop.hbase.NotAllMetaRegionsOnlineException;
import org.apache.hadoop.hbase.NotServingRegionException;
import org.apache.hadoop.hbase.TableNotEnabledException;
import org.apache.hadoop.hbase.TableNotFoundException;
import org.apache.hadoop.hbase.client.DoNotRetryRegionException;
import org.apache.hadoop.hbase.client.RetriesExhaustedException;
import org.apache.hadoop.hbase.client.RetriesExhaustedWithDetailsException;
import org.apache.hadoop.hbase.exceptions.FailedSanityCheckException;
import org.apache.hadoop.hbase.exceptions.MasterStoppedException;
import org.apache.hadoop.hbase.ipc.ServerTooBusyException;
import org.apache.hadoop.hbase.ipc.StoppedRpcClientException;
import org.apache.hadoop.hbase.quotas.RpcThrottlingException;
import org.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException;
import org.apache.hadoop.hbase.security.AccessDeniedException;
import org.apache.hadoop.ipc.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * What the client's errors mean to a caller. HBase's exceptions are never causes: some hold the rows, which cannot be
 * serialized and must not be disclosed. What HBase says must not be retried and is not known here is fatal.
 */
final class Failures {
    /** HBase says not to retry these, but they pass: the table is disabled, a server stops or is busy. */
    private static final List<Class<? extends IOException>> PASSING = List.of(
            TableNotEnabledException.class,
            ConcurrentTableModificationException.class,
            DoNotRetryRegionException.class,
            MasterStoppedException.class,
            NotAllMetaRegionsOnlineException.class,
            ServerTooBusyException.class,
            StoppedRpcClientException.class);

    /** Another one: the time is up. By name, because the client of HBase 3 has no such class. */
    private static final String OPERATION_TIMEOUT = "OperationTimeoutExceededException";

    /** The client's own message when ZooKeeper is slow; the type says not to retry. */
    private static final String ZOOKEEPER_TIMEOUT = "Zookeeper ";

    private static final Pattern CELL_LIMIT = Pattern.compile("with size \\d+ exceeds limit of (\\d+) bytes");
    private static final Pattern NO_NODE = Pattern.compile("NoNode for (\\S+)");
    private static final Pattern REFUSED = Pattern.compile("Call to (?:address=)?(\\S+) failed on.*Connection refused");
    private static final int MESSAGE_LENGTH = 300;

    private Failures() {}

    /**
     * The error for a caller.
     *
     * @throws RuntimeException if the failure is one and none of ours: a programming fault
     */
    static NightjarException of(String what, Throwable failure) {
        if (failure instanceof NightjarException known) {
            return known;
        }
        if (failure instanceof RuntimeException fault) {
            throw fault;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        Throwable root = root(failure);
        String message = "HBase failed to " + what + ": " + describe(root);
        if (root instanceof RpcThrottlingException throttling) {
            return new RetriableException(message, null, Duration.ofMillis(throttling.getWaitInterval()));
        }
        if (root instanceof TableNotFoundException
                || root instanceof NamespaceNotFoundException
                || root instanceof NoSuchColumnFamilyException) {
            return new ConfigException(
                    message + "; has it been dropped? Opening the sink again creates a missing table");
        }
        if (root instanceof AccessDeniedException) {
            return new ConfigException(
                    message + "; the sink needs the rights to write and to create, both on the table");
        }
        if (root instanceof SaslException) {
            return new ConfigException(message + "; check the Kerberos login and hbase.security.authentication");
        }
        if (root instanceof DoNotRetryIOException && !passes(root)) {
            return new FatalException(message);
        }
        String absence = absence(failure);
        return new RetriableException(
                absence == null ? message + hint(root) : "HBase does not answer: " + absence, null);
    }

    /** Why nobody is there, and what to do; null if somebody is. */
    static @Nullable String absence(Throwable failure) {
        String message = String.valueOf(root(failure).getMessage());
        Matcher node = NO_NODE.matcher(message);
        if (node.find()) {
            return "its ZooKeeper has no node " + node.group(1)
                    + "; HBase is not running there, or the option 'znode-parent' is wrong";
        }
        Matcher refused = REFUSED.matcher(message);
        return refused.find()
                ? "ZooKeeper names " + refused.group(1)
                        + ", where nobody listens; see that HBase runs, or wait until it does"
                : null;
    }

    /** Whether HBase refuses the timestamp or another property of this one row. */
    static boolean isSanityCheck(Throwable failure) {
        return root(failure) instanceof FailedSanityCheckException;
    }

    /**
     * The largest cell that the server accepts, if one in the batch was larger; the server then refuses all rows of the
     * batch, though the others may be sent again.
     */
    static @Nullable Long cellLimit(Throwable failure) {
        Matcher limit = CELL_LIMIT.matcher(String.valueOf(root(failure).getMessage()));
        return limit.find() ? Long.valueOf(limit.group(1)) : null;
    }

    private static boolean passes(Throwable failure) {
        return PASSING.stream().anyMatch(type -> type.isInstance(failure))
                || failure.getClass().getSimpleName().equals(OPERATION_TIMEOUT)
                || cellLimit(failure) != null
                || String.valueOf(failure.getMessage()).startsWith(ZOOKEEPER_TIMEOUT);
    }

    /** What the client's wrappers are about. */
    private static Throwable root(Throwable failure) {
        Throwable inner = null;
        if (failure instanceof RetriesExhaustedWithDetailsException several && several.getNumExceptions() > 0) {
            inner = several.getCause(0);
        } else if (failure instanceof RemoteException remote) {
            inner = remote.unwrapRemoteException();
        } else if (failure instanceof RetriesExhaustedException || failure.getClass() == IOException.class) {
            inner = failure.getCause();
        }
        return inner == null || inner == failure ? failure : root(inner);
    }

    /** The type and the first line; a server's message goes on with its stack trace. */
    static String describe(Throwable failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return failure.getClass().getSimpleName() + ": "
                + message.substring(0, Math.min(message.length(), MESSAGE_LENGTH));
    }

    private static String hint(Throwable failure) {
        if (failure instanceof NotServingRegionException || failure instanceof TableNotEnabledException) {
            return "; is the table disabled?";
        }
        return String.valueOf(failure.getMessage()).contains("ConnectionLoss")
                ? "; look whether ZooKeeper runs where the option 'quorum' says"
                : "";
    }
}
