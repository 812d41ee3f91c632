/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.io.Server;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Says what the caller of a failed Kafka call can do next. */
final class KafkaErrors {
    private KafkaErrors() {}

    /**
     * The typed error for a failure.
     *
     * @param what what was done: {@code publish to the topic 'tweets'}
     */
    static RuntimeException typed(String what, Throwable failure) {
        Throwable fault = failure;
        while ((fault instanceof ExecutionException || fault instanceof CompletionException)
                && fault.getCause() != null) {
            fault = fault.getCause();
        }
        if (fault instanceof InterruptException || fault instanceof InterruptedException) {
            return Server.interrupted(what, fault);
        }
        if (needsAnotherSetUp(fault)) {
            return new ConfigException("Cannot " + what + ": " + reason(fault), fault);
        }
        if (fault instanceof KafkaException) {
            return new RetriableException("Could not " + what + ": " + fault.getMessage(), fault);
        }
        return fault instanceof RuntimeException unchecked
                ? unchecked
                : new RetriableException("Could not " + what, fault);
    }

    /** Kafka's reason; for a failed handshake also the TLS library's reason, which is the precise one. */
    private static String reason(Throwable fault) {
        Throwable why = isSetUpFault(fault) || fault.getCause() == null ? fault : fault.getCause();
        if (String.valueOf(why.getMessage()).startsWith("No resolvable bootstrap")) {
            return "no server of 'bootstrap-servers' has a name that is known here; check the names";
        }
        if (why != fault) {
            return String.valueOf(why.getMessage());
        }
        Throwable cause = fault;
        if (!isSetUpFault(fault) && fault.getCause() != null) {
            return addressed(fault.getCause().getMessage());
        }
        while (fault instanceof SslAuthenticationException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return fault.getMessage() + (cause == fault ? "" : ": " + cause.getMessage());
    }

    /** A reason, and how an address is written if that is what Kafka cannot use. */
    private static String addressed(@Nullable String reason) {
        return reason
                + (String.valueOf(reason).contains("bootstrap") ? "; give servers that there are, as host:port" : "");
    }

    private static boolean needsAnotherSetUp(Throwable fault) {
        return isSetUpFault(fault)
                // A client that could not be made says why in the cause alone.
                || (fault instanceof KafkaException
                        && !(fault instanceof ApiException)
                        && fault.getCause() != null
                        && isSetUpFault(fault.getCause()));
    }

    private static boolean isSetUpFault(Throwable fault) {
        return fault instanceof org.apache.kafka.common.config.ConfigException
                || fault instanceof AuthenticationException
                || fault instanceof AuthorizationException
                || fault instanceof InvalidConfigurationException
                || fault instanceof InvalidPartitionsException
                || fault instanceof InvalidReplicationFactorException
                || fault instanceof InvalidTopicException
                || fault instanceof PolicyViolationException
                || fault instanceof SecurityDisabledException
                || fault instanceof UnsupportedVersionException;
    }
}
