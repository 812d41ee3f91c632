/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.Stores;
import dev.nightjar.kafka.KafkaConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoresTest {
    @Test
    void aPlaceIsADatabaseWithTheOptionsOfItsSink() {
        assertThat(shown("mongo:mongodb://u:canary@h:27017/db?w=majority#collection=politics"))
                .contains("h:27017/db", "collection=politics")
                .doesNotContain("canary");
        assertThat(shown("influx:https://h:8086"))
                .contains("url=https://h:8086", "org=nightjar", "bucket=nightjar", "token=env:INFLUX_TOKEN");
        assertThat(shown("influx:http://h:8086?bucket=b&token=file:t&allow-insecure=true"))
                .contains("bucket=b", "token=file:t");
        assertThat(shown("hbase:h:2181,g?table=birds")).contains("quorum=h:2181,g", "table=birds");
        assertThat(shown("topic:clean?bootstrap-servers=h:9092&kafka.linger.ms=5"))
                .contains("topic=clean", "bootstrap-servers=h:9092", "kafka.linger.ms=5");
        assertThat(Stores.of(List.of("topic:clean"), KafkaConfig.of("k:9092")).toString())
                .contains("topic=clean", "bootstrap-servers=k:9092");
        assertThat(shown("sqlite:tweets.db?timeout=3s"))
                .contains("file=" + Path.of("tweets.db").toAbsolutePath(), "timeout=3s");
    }

    @Test
    void twoOfAKindHaveTwoNames() {
        assertThat(Stores.of(List.of("sqlite:a", "mongo:mongodb://h", "sqlite:b", "sqlite:c")))
                .containsOnlyKeys("sqlite", "mongo", "sqlite2", "sqlite3");
    }

    @Test
    void whatIsNoneIsRefusedWithoutItsSecrets() {
        for (String place : List.of("mongodb://u:canary@h", "canary", "influx:http://h?token&canary")) {
            assertThatThrownBy(() -> Stores.of(List.of(place)))
                    .as(place)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageNotContaining("canary");
        }
        assertThatThrownBy(() -> Stores.of(List.of("mongo:http://h"))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> Stores.of(List.of("topic:clean"))).hasMessageContaining("'bootstrap-servers'");
        assertThatThrownBy(() -> Stores.of(List.of("hbase:h?tabel=x"))).hasMessageContaining("did you mean 'table'");
    }

    private static String shown(String place) {
        return Stores.of(List.of(place)).toString();
    }
}
