/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.io.FileFault;
import dev.nightjar.io.Server;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
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

/** Says what the caller of a failed Kafka call can do next. */
final class KafkaErrors {
    /** How Kafka's message begins when it could not create, or construct, a client. */
    private static final String UNMADE = "Failed to c";

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
        if (isUnmade(fault)) {
            return unmade(fault);
        }
        Throwable cause = fault;
        while (fault instanceof SslAuthenticationException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return fault.getMessage() + (cause == fault ? "" : ": " + cause.getMessage());
    }

    /** Why a client could not be made: the causes say it, some of which begin with their cause's name. */
    private static String unmade(Throwable fault) {
        String reason = Stream.iterate(fault.getCause(), Objects::nonNull, Throwable::getCause)
                .map(cause -> cause instanceof IOException file ? FileFault.of(file) : cause.getMessage())
                .filter(Objects::nonNull)
                .map(message -> message.replaceFirst("^([a-z]+\\.)+[A-Z]\\w+: ", ""))
                .filter(message -> !message.startsWith(UNMADE))
                .distinct()
                .collect(Collectors.joining(": "));
        return reason.startsWith("No resolvable bootstrap")
                ? "no server of 'bootstrap-servers' has a name that is known here; check the names"
                : reason + "; mend the properties of the client";
    }

    private static boolean needsAnotherSetUp(Throwable fault) {
        return isSetUpFault(fault) || isUnmade(fault);
    }

    /** Whether there is no client at all, because of a property. */
    private static boolean isUnmade(Throwable fault) {
        return fault.getClass() == KafkaException.class
                && fault.getCause() != null
                && String.valueOf(fault.getMessage()).startsWith(UNMADE);
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
