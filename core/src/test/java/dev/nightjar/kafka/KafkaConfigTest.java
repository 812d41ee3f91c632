/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Credential;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";

    @ParameterizedTest
    @CsvSource({
        "interceptor.classes, evil.Interceptor",
        "metric.reporters, evil.Reporter",
        "config.providers, file",
        "security.providers, evil.Provider",
        "sasl.kerberos.kinit.cmd, /tmp/evil",
        "partitioner.class, evil.Partitioner",
        "sasl.login.class, evil.Login",
        "sasl.login.callback.handler.class, evil.Handler",
        "sasl.client.callback.handler.class, evil.Handler",
        "ssl.engine.factory.class, evil.Factory",
    })
    void propertiesThatRunOtherCodeAreRefused(String name, String value) {
        assertThatThrownBy(() ->
                        KafkaConfig.builder("h:9092").property(name, value).build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("The option 'kafka." + name + "' of kafka is refused: it makes the client run other code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bootstrap.servers",
                "acks",
                "enable.idempotence",
                "transactional.id",
                "group.id",
                "enable.auto.commit",
                "auto.offset.reset",
                "isolation.level",
                "max.poll.records",
                "allow.auto.create.topics"
            })
    void whatDeliveryRestsOnCannotBeSet(String name) {
        assertThatThrownBy(
                        () -> KafkaConfig.builder("h:9092").property(name, "x").build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("The option 'kafka." + name + "' of kafka is refused: it is set by Nightjar; leave it out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"key.serializer", "value.serializer", "key.deserializer", "value.deserializer"})
    void serializersCannotBeReplaced(String name) {
        assertThatThrownBy(() ->
                        KafkaConfig.builder("h:9092").property(name, "evil.S").build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'kafka." + name + "' of kafka is refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.sun.security.auth.module.JndiLoginModule required user.provider.url=\"ldap://x\";",
                "com.sun.security.auth.module.LdapLoginModule required userProvider=\"ldap://x\";",
                "evil.OwnLoginModule required;",
                PLAIN + " required; com.sun.security.auth.module.JndiLoginModule required;",
                PLAIN + " required /* */ ; evil.OwnLoginModule required;",
                PLAIN + " required username='u' password='p';",
                PLAIN + " required username=\"a\\\";evil.OwnLoginModule required x=\"b;",
                PLAIN,
                ""
            })
    void aJaasTextIsOneKnownLoginModuleOrRefused(String jaas) {
        assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                        .property("security.protocol", "SASL_SSL")
                        .property("sasl.jaas.config", jaas)
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("one Plain, Scram, OAuthBearer or Krb5 login module");
    }

    @Test
    void aJaasTextFromAFileIsCheckedWhenItIsRead(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("jaas"), "evil.OwnLoginModule required;");
        KafkaConfig kafka = KafkaConfig.builder("h:9092")
                .property("security.protocol", "SASL_SSL")
                .property("sasl.jaas.config", "file:" + file)
                .build();
        assertThatThrownBy(kafka::clientProperties)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("login module");

        Files.writeString(file, PLAIN + " required username=\"a\\\"b\" password=\"c;d\";");
        assertThat(kafka.clientProperties()).containsEntry("sasl.jaas.config", Files.readString(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SASL_PLAINTEXT", "sasl_plaintext", " Sasl_Plaintext "})
    void credentialsWithoutTlsAreRefusedUnlessAllowed(String protocol) {
        KafkaConfig.Builder builder = KafkaConfig.builder("h:9092").property("security.protocol", protocol);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigException.class)
                .hasMessage("Credentials over a connection without TLS are refused; use SASL_SSL, or allow an insecure"
                        + " connection");
        assertThat(builder.allowInsecure().build().clientProperties()).containsEntry("security.protocol", protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anUncheckedServerNameIsRefusedUnlessAllowed(String algorithm) {
        KafkaConfig.Builder builder = KafkaConfig.builder("h:9092")
                .property("security.protocol", "SSL")
                .property("ssl.endpoint.identification.algorithm", algorithm);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("leaves the server's name unchecked");
        assertThat(builder.allowInsecure().build()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "ssl.enabled.protocols, 'TLSv1.3,TLSv1', 'TLSv1'",
        "ssl.enabled.protocols, SSLv3, SSLv3",
        "ssl.protocol, TLSv1.1, TLSv1.1"
    })
    void oldTlsIsRefused(String name, String value, String named) {
        assertThatThrownBy(() ->
                        KafkaConfig.builder("h:9092").property(name, value).build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("The option 'kafka." + name + "' of kafka is refused: '" + named
                        + "' is not TLSv1.2 or TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "http://login.example.org/token"})
    void anOauthTokenComesOverHttpsAlone(String url) {
        assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                        .property("sasl.oauthbearer.token.endpoint.url", url)
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must be an https:// address");
    }

    @Test
    void anAssignorOfOthersIsRefused() {
        assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                        .property(
                                "partition.assignment.strategy",
                                "org.apache.kafka.clients.consumer.RangeAssignor,evil.Assignor")
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("only assignors of kafka-clients are allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:", "localhost:99999", "h:9092,i", "http://h:9092/x", "h:port", ":9092"})
    void aServerIsAHostAndAPort(String servers) {
        assertThatThrownBy(() -> KafkaConfig.of(servers))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("', not host:port, or several with commas between them, such as localhost:9092");
        for (String fine :
                new String[] {"h:1", "h:9092, i.example.org:9093", "[::1]:9092", "SASL_SSL://h:9092", "10.0.0.1:65535"
                }) {
            assertThat(KafkaConfig.of(fine).bootstrapServers()).isEqualTo(fine);
        }
    }

    @Test
    void aHostThatNobodyKnowsIsSaid() {
        assertThatThrownBy(() -> KafkaTopics.open(KafkaConfig.of("no-such-host.invalid:9092")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "Cannot reach Kafka at no-such-host.invalid:9092: no server of 'bootstrap-servers' has a name"
                                + " that is known here; check the names");
    }

    @Test
    void whatNightjarSetsMayBeSaidToo() {
        KafkaConfig config = KafkaConfig.builder("h:9092")
                .property("acks", "ALL")
                .property("enable.idempotence", "true")
                .property("enable.auto.commit", "false")
                .property("isolation.level", "read_committed")
                .build();
        assertThat(config.clientProperties()).containsExactly(Map.entry("bootstrap.servers", "h:9092"));
        for (String name : new String[] {"group.id", "transactional.id", "bootstrap.servers"}) {
            assertThatThrownBy(() ->
                            KafkaConfig.builder("h:9092").property(name, "").build())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("it is set by Nightjar; leave it out");
        }
    }

    @Test
    void anOptionOfSparkIsSuggestedAsThat() {
        assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                        .property("startOffsets", "earliest")
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("did you mean 'startingOffsets', an option of Spark's source of Kafka?");
    }

    @Test
    void everyFaultIsNamedAndAMisspeltPropertyWithTheNearestOne() {
        assertThatThrownBy(() -> KafkaConfig.builder(" ")
                        .property("acks", "0")
                        .property("sasl.mechansim", "PLAIN")
                        .property("security.protocol", "SASL_TLS")
                        .build())
                .isInstanceOf(ConfigException.class)
                .extracting(e -> ((ConfigException) e).faults(), LIST)
                .containsExactly(
                        "The option 'kafka.acks' of kafka is refused: it is set by Nightjar; leave it out",
                        "The option 'kafka.sasl.mechansim' of kafka is refused: Kafka's clients have no such property;"
                                + " did you mean 'sasl.mechanism'?",
                        "The option 'kafka.security.protocol' of kafka is refused: 'SASL_TLS' is not PLAINTEXT, SSL or"
                                + " SASL_SSL",
                        "kafka needs the option 'bootstrap-servers'");
    }

    @Test
    void aSecretIsGivenToAPropertyThatHoldsOne() {
        for (String name : new String[] {"client.id", "acks", "interceptor.classes", "no.such"}) {
            assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                            .property(name, Credential.literal("canary"))
                            .build())
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("The option 'kafka." + name + "' is not a property that holds a secret");
        }
    }

    @Test
    void aUsernameAndAPasswordGoTogetherAndAreNotBlank() {
        assertThatThrownBy(() -> KafkaConfig.fromMap(Map.of("bootstrap-servers", "h:9092", "username", "wren")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("A 'username' and a 'password' go together");
        assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                        .credentials(" ", Credential.literal("x"))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("The option 'username' is not a name");
    }

    @Test
    void aUsernameGoesWithAProtocolThatTakesOne() {
        assertThatThrownBy(() -> KafkaConfig.builder("h:9092")
                        .credentials("wren", Credential.literal("x"))
                        .property("security.protocol", "SSL")
                        .property("sasl.mechanism", "GSSAPI")
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'security.protocol' is 'SSL', which takes no username")
                .hasMessageContaining("'sasl.mechanism' is 'GSSAPI', not PLAIN");
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, plain.PlainLoginModule", "SCRAM-SHA-256, scram.ScramLoginModule"})
    void theJaasTextCarriesAnyNameAndPasswordToKafkasParser(String mechanism, String module) {
        String username = "wren \"the bird\" \\ o'night; \u591c";
        String password = "p'a\"ss\\\\word\\\"; evil.OwnLoginModule required x=\"y";
        Map<String, String> properties = KafkaConfig.builder("h:9092")
                .credentials(username, Credential.literal(password))
                .property("sasl.mechanism", mechanism)
                .build()
                .clientProperties();

        assertThat(properties).containsEntry("security.protocol", "SASL_SSL");
        String jaas = properties.get("sasl.jaas.config");
        // Spark masks a password in double quotes alone.
        assertThat(jaas).contains(" password=\"");
        JaasContext parsed = JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(jaas)));
        assertThat(parsed.configurationEntries()).singleElement().satisfies(entry -> {
            assertThat(entry.getLoginModuleName()).endsWith(module);
            assertThat(entry.getOptions().get("username")).isEqualTo(username);
            assertThat(entry.getOptions().get("password")).isEqualTo(password);
        });
    }

    @Test
    void aPasswordThatJaasCannotHoldIsRefusedWithoutShowingIt() {
        KafkaConfig kafka = KafkaConfig.builder("h:9092")
                .credentials("wren", Credential.literal("canary\nline"))
                .build();
        assertThatThrownBy(kafka::clientProperties)
                .isInstanceOf(ConfigException.class)
                .hasMessage("The Kafka password has a control character, such as a line end");
    }

    @Test
    void aTextShowsNoSecret() {
        KafkaConfig kafka = KafkaConfig.builder("h:9092")
                .credentials("wren", Credential.literal("canary"))
                .property("ssl.truststore.password", "canary")
                .property("ssl.keystore.key", Credential.literal("canary"))
                .property("client.id", "mine")
                .build();
        assertThat(kafka.toString())
                .doesNotContain("canary")
                .contains("h:9092", "wren", "client.id=mine", "ssl.truststore.password");
        assertThat(KafkaDeadLetters.of(kafka, "dead").toString()).doesNotContain("canary");
    }

    @Test
    void aMapGivesTheSameAsTheBuilder() {
        KafkaConfig built = KafkaConfig.builder("h:9092")
                .credentials("wren", Credential.env("KAFKA_PASSWORD"))
                .property("security.protocol", "SASL_PLAINTEXT")
                .property("ssl.truststore.password", "file:/etc/secret")
                .allowInsecure()
                .build();
        KafkaConfig read = KafkaConfig.fromMap(Map.of(
                "bootstrap-servers", "h:9092",
                "username", "wren",
                "password", "env:KAFKA_PASSWORD",
                "allow-insecure", "true",
                "kafka.security.protocol", "SASL_PLAINTEXT",
                "kafka.ssl.truststore.password", "file:/etc/secret"));
        assertThat(read).isEqualTo(built).hasSameHashCodeAs(built).hasToString(built.toString());
        assertThatThrownBy(() -> KafkaConfig.fromMap(Map.of("bootstrap-server", "h:9092")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka needs the option 'bootstrap-servers'")
                .hasMessageContaining("did you mean 'bootstrap-servers'?");
    }

    @Test
    void aSerializedCopyIsEqual() throws Exception {
        KafkaConfig kafka = KafkaConfig.builder("h:9092")
                .credentials("wren", Credential.literal("x"))
                .property("linger.ms", "20")
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(kafka);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(kafka);
        }
        assertThat(kafka).isNotEqualTo(KafkaConfig.of("h:9092"));
    }

    @Test
    void eachClientGetsTheDefaultsThatDeliveryNeedsAndItsOwnProperties() {
        KafkaConfig kafka = KafkaConfig.builder("h:9092")
                .property("linger.ms", "20")
                .property("fetch.max.bytes", "1000")
                .property("request.timeout.ms", "4000")
                .build();
        assertThat(kafka.producer())
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true)
                .containsEntry("max.block.ms", 10_000)
                .containsEntry("linger.ms", "20")
                .containsEntry("request.timeout.ms", "4000")
                .doesNotContainKey("fetch.max.bytes");
        assertThat(kafka.consumer("g", 7))
                .containsEntry("group.id", "g")
                .containsEntry("max.poll.records", 7)
                .containsEntry("enable.auto.commit", false)
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("fetch.max.bytes", "1000")
                .doesNotContainKey("linger.ms");
    }
}
