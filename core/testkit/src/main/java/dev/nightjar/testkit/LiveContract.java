/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.ConfigException;
import dev.nightjar.Factory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The promises of every live object's factory: it is sent to other machines, and equal factories share the live objects
 * of one machine. {@link FactoryContract} asks more, of a factory that is made from options.
 */
interface LiveContract {
    /** Opens the object under test; every call gives an equal factory. */
    Factory<?> factory();

    /**
     * A factory that cannot open before a person changes its set-up: a file is not there, a credential is refused.
     * Empty, and its test is skipped, if nothing in the set-up can be at fault.
     */
    default Optional<? extends Factory<?>> misconfigured() {
        return Optional.empty();
    }

    /** Two factories for the same are equal with equal hash codes, and so is a copy made by Java serialization. */
    @Test
    default void theFactoryIsEqualByValue() {
        Factory<?> factory = factory();
        Copies.assertEqual(factory(), factory);
        Copies.assertEqual(Copies.serialized(factory), factory);
    }

    /** A fault in the set-up is reported as one, by an error that says something and can be sent to another JVM. */
    @Test
    default void aFaultInTheSetUpIsAConfigException() {
        assumeTrue(misconfigured().isPresent(), "nothing in the set-up can be at fault");
        Throwable failure =
                catchThrowable(() -> misconfigured().orElseThrow().open().close());
        assertThat(failure).isInstanceOf(ConfigException.class);
        assertThat(failure.getMessage()).isNotBlank();
        assertThat(Copies.serialized(failure))
                .as("a copy, as another JVM gets it")
                .hasMessage(failure.getMessage());
    }

    /** The null that is to be refused. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <N> N nothing() {
        return null;
    }
}
