/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;

/**
 * What a model's file says about its features: how a text becomes the numbers that the weights belong to.
 *
 * @param <F> the features
 */
interface FeatureForm<F> {
    /** The fields that such a file must have in addition to those of every model. */
    List<String> required();

    /**
     * Reads or skips a field that not every model has, whose value is the current token.
     *
     * @throws IllegalArgumentException if this version does not read it; it says why
     */
    void read(String field, JsonParser json) throws IOException;

    /** Writes the fields that describe the features. */
    void writeDescription(JsonGenerator json) throws IOException;

    /** Writes the numbers of the features. */
    void writeNumbers(JsonGenerator json) throws IOException;

    /** The description of the features, as bytes of the digest. */
    List<byte[]> description();

    /** The numbers of the features, as bytes of the digest. */
    List<byte[]> numbers();

    /** How many features there are. */
    int size();

    /**
     * The features.
     *
     * @throws IllegalArgumentException if the fields make no valid form; it says why
     */
    F checked();
}
