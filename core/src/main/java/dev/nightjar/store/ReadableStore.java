/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

/**
 * The configuration of a sink whose store can be read back.
 *
 * @since 0.1.0
 */
public interface ReadableStore {
    /**
     * Opens what the store holds, to read it.
     *
     * @throws dev.nightjar.ConfigException if the store cannot be opened so
     * @throws dev.nightjar.RetriableException if it does not answer for the moment
     */
    StoredTweets read();
}
