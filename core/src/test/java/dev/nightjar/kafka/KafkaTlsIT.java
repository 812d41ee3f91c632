/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Brokers with a valid certificate, one for another host, and one from an untrusted authority. */
@Timeout(120) // a defect ends as a failure
class KafkaTlsIT {
    @TempDir
    Path directory;

    @Test
    void aBrokerIsUsedWhenItsCertificateIsTrustedAndNamesItsHost() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "changeit\n");
        try (EmbeddedKafka broker = start(keystore("right", "ip:127.0.0.1"))) {
            KafkaConfig kafka = KafkaConfig.builder(broker.bootstrapServers())
                    .property("security.protocol", "SSL")
                    .property(
                            "ssl.truststore.location",
                            directory.resolve("right.p12").toString())
                    .property("ssl.truststore.password", "file:" + secret)
                    .build();
            TopicProbe topic = TopicProbe.create(kafka, "tweets", 1);
            TweetPublisher.builder(InMemorySource.of(Tweets.tweets(10)), kafka, "tweets")
                    .build()
                    .run();
            assertThat(topic.keys()).hasSize(10);

            KafkaConfig trustsNobody = KafkaConfig.builder(broker.bootstrapServers())
                    .property("security.protocol", "SSL")
                    .build();
            assertRefused(trustsNobody, "unable to find valid certification path");
        }
    }

    @Test
    void aBrokerWithTheCertificateOfAnotherHostIsUsedOnlyWhenThatIsAllowed() throws Exception {
        try (EmbeddedKafka broker = start(keystore("other", "dns:elsewhere.example"))) {
            KafkaConfig.Builder builder = KafkaConfig.builder(broker.bootstrapServers())
                    .property("security.protocol", "SSL")
                    .property(
                            "ssl.truststore.location",
                            directory.resolve("other.p12").toString())
                    .property("ssl.truststore.password", "changeit");
            assertRefused(builder.build(), "No subject alternative names matching IP address 127.0.0.1 found");

            KafkaConfig allowed = builder.property("ssl.endpoint.identification.algorithm", "")
                    .allowInsecure()
                    .build();
            try (KafkaTopics topics = KafkaTopics.open(allowed)) {
                assertThat(topics.list()).isEmpty();
            }
        }
    }

    private static void assertRefused(KafkaConfig kafka, String why) {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> KafkaTopics.open(kafka))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        "Cannot reach Kafka at " + kafka.bootstrapServers() + ": SSL handshake failed: ")
                .hasMessageContaining(why);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    private static EmbeddedKafka start(Path keystore) {
        return EmbeddedKafka.start(Map.of(
                "listener.security.protocol.map", "CLIENT:SSL,CONTROLLER:PLAINTEXT",
                "ssl.keystore.location", keystore.toString(),
                "ssl.keystore.password", "changeit",
                "ssl.truststore.location", keystore.toString(),
                "ssl.truststore.password", "changeit",
                "ssl.endpoint.identification.algorithm", ""));
    }

    private Path keystore(String name, String host) throws Exception {
        Path keystore = directory.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=broker"));
        command.addAll(List.of("-ext", "SAN=" + host, "-validity", "7", "-storepass", "changeit"));
        command.addAll(List.of("-keystore", keystore.toString()));
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        return keystore;
    }
}
