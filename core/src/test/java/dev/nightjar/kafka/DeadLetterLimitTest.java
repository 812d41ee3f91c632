/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterLimitTest {
    private final DeadLetterLimit limit = new DeadLetterLimit("tweets", 3, 10);

    @Test
    void oneShortOfTheLimitInAnyWindowIsAllowedForEver() {
        assertThatCode(() -> {
                    for (int i = 0; i < 100; i++) {
                        limit.check(List.of("decode/bad-json", "decode/bad-id"));
                        limit.check(Collections.nCopies(8, DeadLetterLimit.GOOD));
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void theLimitIsReachedOverTwoBatchesAndTheTopReasonIsNamed() {
        limit.check(List.of("", "decode/bad-id", "decode/bad-json", ""));
        assertThatThrownBy(() -> limit.check(List.of("", "decode/bad-json")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Of the last 6 records of the topic 'tweets' 3 are dead letters, most often"
                        + " 'decode/bad-json' (2): check what writes the topic, then start again, or raise the"
                        + " dead-letter limit");
    }

    @Test
    void itIsReachedInTheMiddleOfABatchThatEndsWell() {
        List<String> batch = new ArrayList<>(List.of("a", "a", "a"));
        batch.addAll(Collections.nCopies(20, DeadLetterLimit.GOOD));
        assertThatThrownBy(() -> limit.check(batch)).isInstanceOf(ConfigException.class);
    }
}
