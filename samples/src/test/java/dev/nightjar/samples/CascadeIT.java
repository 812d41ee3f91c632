/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CascadeIT {
    @Test
    void theBetterModelIsAskedWhereTheFastOneIsNotSure() throws Exception {
        assertThat(Program.printed(Cascade::main, "I love this so much!", "Well, that went as it had to go", ""))
                .containsPattern("positive  I love this so much!  \\(.+@[0-9a-f]{12}\\)\n")
                .containsPattern("no label    \\(")
                .contains("1 of 3 asked of the better model");
    }
}
