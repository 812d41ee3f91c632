/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusLineTest {
    private final StringWriter terminal = new StringWriter();
    private final PrintWriter out = new PrintWriter(terminal);
    private final AtomicInteger posts = new AtomicInteger();

    @Test
    void aTerminalsLineIsRedrawnInPlace() {
        try (StatusLine line = StatusLine.of(() -> posts + " posts", out, true)) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> terminal.toString().contains("0 posts"));
            posts.set(7);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> terminal.toString().contains("7 posts"));
            line.above(() -> out.println("a post"));
        }
        String last = terminal.toString().substring(terminal.toString().lastIndexOf("a post"));
        assertThat(terminal.toString()).contains("\r\033[Ka post" + System.lineSeparator());
        assertThat(last).startsWith("a post" + System.lineSeparator() + "\r\033[K");
        assertThat(last).endsWith("\r\033[K7 posts" + System.lineSeparator());
    }

    @Test
    void aLogGetsPlainLinesAndTheLastState() {
        try (StatusLine line = StatusLine.of(() -> posts + " posts", out, false)) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> terminal.toString().contains("0 posts"));
            line.above(() -> out.println("a post"));
            posts.set(7);
        }
        assertThat(terminal.toString().lines()).containsExactly("0 posts", "a post", "7 posts");
    }
}
