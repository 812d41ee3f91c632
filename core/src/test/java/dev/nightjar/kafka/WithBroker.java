/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.testkit.EmbeddedKafka;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** A broker of its own for each class of tests. */
@Timeout(120) // a defect ends as a failure
abstract class WithBroker {
    static EmbeddedKafka broker;
    static KafkaConfig kafka;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedKafka.start();
        kafka = KafkaConfig.of(broker.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }
}
