/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.nightjar.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class KafkaTableIT extends WithBroker {
    @Test
    void onlyWhatHasChangedIsPublished() {
        TopicProbe probe = new TopicProbe(kafka, "changes");
        try (KafkaTable table = KafkaTable.open(kafka, "changes")) {
            assertThat(table.put(Map.of())).isZero();
            assertThat(table.put(texts("a", "1", "b", "2"))).isEqualTo(2);
            assertThat(table.put(texts("a", "1", "b", "3", "c", "4"))).isEqualTo(2);
            assertThat(table.put(texts("a", null, "b", "3"))).isEqualTo(1);
            assertThat(table.put(texts("a", null, "b", "3"))).isZero();
            assertThat(table.put(texts("a", "1"))).isEqualTo(1);
        }
        assertThat(probe.keys()).containsExactly("a", "b", "b", "c", "a", "a");
        assertThat(probe.records().get(4).value()).as("a tombstone").isNull();
        assertThat(KafkaTable.read(kafka, "changes"))
                .containsExactly(entry("b", "3"), entry("c", "4"), entry("a", "1"));
    }

    @Test
    void anotherTablePublishesAllAgainAndTheTopicStaysAsItIs() {
        for (int run = 0; run < 2; run++) {
            try (KafkaTable table = KafkaTable.open(kafka, "again")) {
                assertThat(table.put(texts("a", "1 \u00fc", "b", null))).isEqualTo(2);
            }
            assertThat(KafkaTable.read(kafka, "again")).containsExactly(entry("a", "1 \u00fc"));
        }
    }

    @Test
    void theTopicIsMadeCompactedAndOneThatIsThereIsUsed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            KafkaTable.open(kafka, "made").close();
            ConfigResource made = new ConfigResource(ConfigResource.Type.TOPIC, "made");
            assertThat(admin.describeConfigs(java.util.List.of(made))
                            .all()
                            .get()
                            .get(made)
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
        }
        TopicProbe there = TopicProbe.create(kafka, "there", 3);
        try (KafkaTable table = KafkaTable.open(kafka, "there")) {
            Map<String, String> many = new LinkedHashMap<>();
            for (int i = 0; i < 1_000; i++) {
                many.put("key " + i, "text " + i);
            }
            assertThat(table.put(many)).isEqualTo(1_000);
            assertThat(KafkaTable.read(kafka, "there")).containsExactlyInAnyOrderEntriesOf(many);
        }
        assertThat(there.records().get(0).value()).asString(UTF_8).startsWith("text ");
    }

    @Test
    void aTopicThatIsNotThereCannotBeRead() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> KafkaTable.read(kafka, "nowhere"))
                .withMessageContaining("no topic 'nowhere'");
    }

    @Test
    void aTextThatIsTooLargeIsAnErrorOfTheSetUp() {
        try (KafkaTable table = KafkaTable.open(kafka, "large")) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> table.put(texts("a", "x".repeat(2_000_000))))
                    .withMessageContaining("larger than the topic 'large' allows");
        }
    }

    private static Map<String, String> texts(String... keysAndTexts) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < keysAndTexts.length; i += 2) {
            texts.put(keysAndTexts[i], keysAndTexts[i + 1]);
        }
        return texts;
    }
}
