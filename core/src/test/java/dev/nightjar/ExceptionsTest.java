/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightjar.RejectedRecordsException.Rejection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionsTest {
    @Test
    void aRetriableErrorSaysWhenToComeBack() {
        RetriableException busy =
                new RetriableException("Too many requests", new IOException("429"), Duration.ofSeconds(60));
        assertThat(busy.retryAfter()).contains(Duration.ofSeconds(60));
        assertThat(new RetriableException("No answer", null).retryAfter()).isEmpty();
        RetriableException copy = Serialized.copyOf(busy);
        assertThat(copy).hasMessage("Too many requests").hasCauseInstanceOf(IOException.class);
        assertThat(copy.getCause()).hasMessage("429");
        assertThat(copy.retryAfter()).contains(Duration.ofSeconds(60));
    }

    @Test
    void aConfigurationErrorNamesEveryFault() {
        ConfigException one = new ConfigException("The model is damaged", new IOException("short read"));
        assertThat(one).hasMessage("The model is damaged");
        assertThat(one.faults()).containsExactly("The model is damaged");
        ConfigException two = new ConfigException(List.of("No uri", "No token"));
        assertThat(two).hasMessage("2 faults: No uri; No token");
        assertThat(new ConfigException(List.of("No uri"))).hasMessage("No uri");
        assertThat(Serialized.copyOf(two).faults()).containsExactly("No uri", "No token");
        assertThat(Serialized.copyOf(one)).isInstanceOf(FatalException.class).hasCauseInstanceOf(IOException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> new ConfigException(List.of()));
    }

    @Test
    void aDataErrorHasACode() {
        DataException bad = new DataException("bad-json", "Not JSON", new IOException("at 7"));
        assertThat(bad.code()).isEqualTo("bad-json");
        DataException copy = Serialized.copyOf(bad);
        assertThat(copy).hasMessage("Not JSON").hasCauseInstanceOf(IOException.class);
        assertThat(copy.code()).isEqualTo("bad-json");
    }

    @Test
    void aRejectionErrorNamesTheRecordsInTheOrderOfTheBatch() {
        Rejection first = new Rejection(2, "20", "too-large", "It has 17 MiB");
        Rejection second = new Rejection(9, "21", "too-large", "It has 18 MiB");
        RejectedRecordsException rejected = new RejectedRecordsException(List.of(second, first));
        assertThat(rejected.rejections()).containsExactly(first, second);
        assertThat(rejected)
                .hasMessage("The store rejected 2 of the batch's records; the first is record 2 (20): It has 17 MiB");
        assertThat(Serialized.copyOf(rejected).rejections()).containsExactly(first, second);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RejectedRecordsException(List.of()))
                .withMessage("A rejection error needs a rejected record");
    }
}
