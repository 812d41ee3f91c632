/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class PipelineTest {
    @Test
    void whatFailedIsToldByTheErrorThatSaysWhatToDo() {
        RetriableException typed = new RetriableException("MongoDB does not answer", null);
        assertThat(Pipeline.cause(new ExecutionException(new IllegalStateException("Job aborted", typed))))
                .isSameAs(typed);
        Exception lost = new ExecutionException(
                "Some data may have been lost. If you don't want to fail, set the source option failOnDataLoss to false.",
                null);
        assertThat(Pipeline.cause(lost))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("as on a broker that began empty; begin anew with another folder in --state");
    }
}
