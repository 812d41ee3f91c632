/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoStalePrimaryException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.bulk.BulkWriteError;
import dev.nightjar.ConfigException;
import dev.nightjar.NightjarException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.io.Server;
import dev.nightjar.store.KeyedStore.Entry;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the driver's errors mean to a caller. A server's message may quote the documents (a duplicate key its value, a
 * refused command all of itself), and its exception cannot be relied on to serialize.
 */
final class Failures {
    /** Faults of a single document, by the server's error code, with the rejection's code. */
    private static final Map<Integer, String> DATA = Map.of(
            2, "bad-value",
            9, "bad-value",
            121, "document-validation",
            171, "parallel-arrays",
            10334, "too-large",
            11000, "duplicate-key",
            16755, "bad-geometry",
            17280, "index-key-too-long");

    /**
     * The server is temporarily unable: it is not a primary, is starting, stopping, overloaded, out of disk space or
     * out of time, or the majority has not acknowledged.
     */
    private static final Set<Integer> TRANSIENT = Set.of(
            6, 7, 24, 46, 50, 64, 89, 91, 94, 100, 112, 189, 202, 262, 462, 9001, 10058, 10107, 11600, 11601, 11602,
            13388, 13435, 13436, 14031);

    private static final Server MONGO = new Server("MongoDB");
    private static final int DUPLICATE_KEY = 11000;
    static final int UNAUTHORIZED = 13;
    private static final int OUT_OF_TIME = 50;
    private static final String RETRYABLE_WRITE_ERROR_LABEL = "RetryableWriteError";

    /** How the server names the index of {@code _id} in the message of a duplicate key; no other place has it. */
    private static final Pattern ID_INDEX = Pattern.compile("index: (\\S*\\$)?_id_(\\s|$)");

    /** A server that the driver could not connect to, in its message about the time that is up. */
    private static final Pattern UNREACHED =
            Pattern.compile("\\{address=([^,}]+), [^{}]*exception=\\{[^{}]*}, caused by \\{[\\w.$]+: ([^{}]*)}");

    private Failures() {}

    /** Whether two writers inserted the same id at the same moment: a repeated write replaces the document. */
    static boolean isRace(BulkWriteError error) {
        return error.getCode() == DUPLICATE_KEY
                && ID_INDEX.matcher(error.getMessage()).find();
    }

    /** Throws unless each of the bulk's errors is a race or the fault of a single document. */
    static void throwUnlessOfDocuments(MongoBulkWriteException e) {
        if (e.getWriteConcernError() != null) {
            throw new RetriableException(
                    "Nobody knows whether a majority has stored the documents: write concern error "
                            + e.getWriteConcernError().getCode(),
                    null);
        }
        for (BulkWriteError error : e.getWriteErrors()) {
            if (TRANSIENT.contains(error.getCode())) {
                throw MONGO.busy("error " + error.getCode(), null);
            }
        }
        for (BulkWriteError error : e.getWriteErrors()) {
            if (!DATA.containsKey(error.getCode())) {
                throw MONGO.unknown("error " + error.getCode() + " for a document");
            }
        }
    }

    /** The rejection of a document, after {@link #throwUnlessOfDocuments}. */
    static Rejection rejection(BulkWriteError error, Entry<?> entry) {
        String code = Objects.requireNonNull(DATA.get(error.getCode()));
        return entry.rejected(code, "MongoDB refuses the document with error " + error.getCode());
    }

    /** Whether the server, or the way to it, was too slow for what it was sent. */
    static boolean isOutOfTime(MongoException e) {
        return e instanceof MongoOperationTimeoutException
                || e instanceof MongoSocketReadTimeoutException
                || e.getCode() == OUT_OF_TIME;
    }

    static NightjarException of(MongoException e) {
        if (e instanceof MongoInterruptedException) {
            return Server.interrupted("reach MongoDB", null);
        }
        if (e instanceof MongoSecurityException security) {
            return security.getCause() instanceof MongoCommandException refusal && isTransient(refusal)
                    ? new RetriableException("MongoDB cannot log in anybody just now: " + describe(refusal), null)
                    : new ConfigException("MongoDB refuses the login; check the user, the password and auth-source");
        }
        if (e instanceof MongoSocketException || e instanceof MongoTimeoutException) {
            return MONGO.silent(reason(String.valueOf(e.getMessage())), null);
        }
        if (isTransient(e)) {
            return MONGO.busy(describe(e), null);
        }
        if (e.getCode() == UNAUTHORIZED) {
            return new ConfigException("The MongoDB user lacks a right that the sink needs: " + describe(e)
                    + "; readWrite on the database is enough");
        }
        return MONGO.unknown(describe(e));
    }

    /** Why which server is out of reach, from the driver's view of a whole cluster if the message has it. */
    private static String reason(String message) {
        String servers = UNREACHED
                .matcher(message)
                .results()
                .map(server -> server.group(1) + " (" + server.group(2) + ')')
                .collect(Collectors.joining(", "));
        return servers.isEmpty() ? message : servers;
    }

    private static boolean isTransient(MongoException e) {
        return e instanceof MongoConnectionPoolClearedException
                || e instanceof MongoServerUnavailableException
                || e instanceof MongoStalePrimaryException
                || TRANSIENT.contains(e.getCode())
                || e.hasErrorLabel(RETRYABLE_WRITE_ERROR_LABEL)
                || e.hasErrorLabel(MongoException.RETRYABLE_ERROR_LABEL)
                || e.hasErrorLabel(MongoException.SYSTEM_OVERLOADED_ERROR_LABEL);
    }

    /** The driver's own messages are safe; of a server's answer, the code and its name. */
    private static String describe(MongoException e) {
        if (e instanceof MongoCommandException refusal) {
            return "error " + refusal.getErrorCode() + ' ' + refusal.getErrorCodeName();
        }
        String type = e.getClass().getSimpleName();
        return e instanceof MongoServerException ? type + ", error " + e.getCode() : type + ": " + e.getMessage();
    }
}
