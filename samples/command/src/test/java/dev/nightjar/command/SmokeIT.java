/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.command.shared.Exit;
import dev.nightjar.testkit.EmbeddedKafka;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class SmokeIT {
    @Test
    void aClusterInOrderPassesAndNothingOfItStays() {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            String servers = broker.bootstrapServers();
            Ran ran = Ran.command("smoke", "--count", "300", "--bootstrap-servers", servers);
            assertThat(ran.exit()).as(ran.out()).isZero();
            assertThat(ran.out().lines().filter(line -> line.startsWith("ok ")))
                    .as(ran.out())
                    .hasSize(6);
            assertThat(ran.out())
                    .containsPattern("ok +compare +[0-9.]+ s +300 of 300 tweets, each once")
                    .contains("The cluster does what nightjar needs.");
            assertThat(Ran.command("topics", "list", "--bootstrap-servers", servers)
                            .out())
                    .doesNotContain("nightjar-smoke");
        }
    }

    @Test
    void aStepThatFailsSaysWhatToDo() {
        Ran silent = Ran.command("smoke", "--bootstrap-servers", "127.0.0.1:" + EmbeddedKafka.freePort());
        assertThat(silent.exit()).isEqualTo(Exit.OUT_OF_REACH);
        assertThat(silent.err())
                .contains("Kafka does not answer: 127.0.0.1", "see that it runs there")
                .hasLineCount(1);
        assertThat(silent.out()).isEmpty();
        try (EmbeddedKafka broker = EmbeddedKafka.start(Map.of("message.max.bytes", "60"))) {
            Ran ran = Ran.command("smoke", "--count", "10", "--bootstrap-servers", broker.bootstrapServers());
            assertThat(ran.exit()).as(ran.out()).isEqualTo(Exit.SET_UP);
            assertThat(ran.out())
                    .containsPattern("BAD +publish ")
                    .contains("as many replicas in sync")
                    .containsPattern("ok +delete the topic");
        }
    }
}
