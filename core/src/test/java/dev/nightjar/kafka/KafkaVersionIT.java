/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** The build runs tests with more than one Kafka, of which each must really be the one on the class path. */
class KafkaVersionIT {
    @Test
    void theClassPathHasTheKafkaThatIsToBeTestedAndNoOther() throws Exception {
        List<URL> found = Collections.list(Admin.class.getClassLoader().getResources("kafka/kafka-version.properties"));
        assertThat(found).isNotEmpty();
        for (URL file : found) {
            Properties properties = new Properties();
            try (InputStream in = file.openStream()) {
                properties.load(in);
            }
            assertThat(properties.getProperty("version"))
                    .as(file.toString())
                    .isEqualTo(System.getProperty("nightjar.kafka.version"));
        }
    }
}
