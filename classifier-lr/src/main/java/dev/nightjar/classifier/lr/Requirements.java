/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration requires of its model's file and of its answers, checked as it is told.
 *
 * <p>Immutable.
 *
 * @param sha256 the digest that the file must have; null for any
 * @param abstainBelow the score that the best label must have
 */
record Requirements(@Nullable String sha256, double abstainBelow) implements Serializable {
    static final Requirements NONE = new Requirements(null, Answers.ANY);

    Requirements {
        if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
            throw new ConfigException("A SHA-256 is 64 lower-case hexadecimal digits");
        }
        if (!(abstainBelow >= 0 && abstainBelow <= 1)) {
            throw new ConfigException("A score is from 0 to 1");
        }
    }

    Requirements withSha256(String digits) {
        return new Requirements(Objects.requireNonNull(digits, "digits"), abstainBelow);
    }

    Requirements withAbstainBelow(double score) {
        return new Requirements(sha256, score);
    }

    /** @throws ConfigException if a model's file has another digest than is required */
    void checkDigest(String model, String actual) {
        if (sha256 != null && !sha256.equals(actual)) {
            throw new ConfigException(
                    "The model '" + model + "' has the SHA-256 " + actual + ", not " + sha256 + " as configured");
        }
    }

    /** As the end of the list of a configuration's values; empty if nothing is required. */
    @Override
    public String toString() {
        return (sha256 == null ? "" : ", sha256=" + sha256)
                + (abstainBelow == Answers.ANY ? "" : ", abstainBelow=" + abstainBelow);
    }
}
