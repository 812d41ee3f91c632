/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to reach a Kafka cluster: its servers, the login, and any other client property. Settings that delivery depends
 * on are set by Nightjar and cannot be changed: acknowledgement by all replicas, idempotent producers, and consumers
 * that read committed records from the earliest on and never commit by themselves. A server that does not answer is
 * given up after 10 seconds unless a property says otherwise.
 *
 * <p>Properties that make a client load classes, run commands or read other configurations are refused. So are
 * credentials over a connection without TLS or without a check of the server's name, unless {@link
 * Builder#allowInsecure()} is set.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class KafkaConfig extends Configuration {
    static final Options OPTIONS = Options.of("kafka").addPrefix(ClientProperties.PREFIX, ClientProperties::option);
    static final Option<String> BOOTSTRAP_SERVERS = OPTIONS.add(Option.of("bootstrap-servers", "a text", String::strip)
            .required()
            .valid("host:port, or several with commas between them, such as localhost:9092", KafkaConfig::areServers)
            .quoted()
            .means("servers of the cluster, `host:port` with commas between them"));
    static final Option<String> USERNAME = OPTIONS.add(Option.text("username")
            .valid("a name", name -> !name.isBlank())
            .means("with `password`: `credentials(name, secret)`; over TLS and by SCRAM-SHA-512 unless"
                    + " `kafka.security.protocol` and `kafka.sasl.mechanism` say otherwise"));
    static final Option<Credential> PASSWORD =
            OPTIONS.add(Option.credential("password").means("`env:NAME`, `file:PATH` or the secret itself"));
    static final Option<Boolean> ALLOW_INSECURE = OPTIONS.add(Option.flag("allow-insecure")
            .means("allow credentials without TLS, and TLS without a check of the server's name: `allowInsecure()`"));

    private static final int LAST_PORT = 65_535;
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaConfig.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private KafkaConfig(Builder builder) {
        super(builder);
    }

    /**
     * Begins a configuration.
     *
     * @param bootstrapServers servers of the cluster, {@code host:port} with commas between them
     */
    public static Builder builder(String bootstrapServers) {
        return new Builder().set(BOOTSTRAP_SERVERS, bootstrapServers.strip());
    }

    /** A cluster that asks for no credentials, with every property at its default. */
    public static KafkaConfig of(String bootstrapServers) {
        return builder(bootstrapServers).build();
    }

    /**
     * Reads a configuration: {@code bootstrap-servers}, {@code username}, {@code password}, {@code allow-insecure}, and
     * any client property with {@code kafka.} before its name, as in Spark: {@code kafka.security.protocol}.
     *
     * @throws ConfigException if an option is missing, malformed, unknown or refused
     */
    public static KafkaConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    /** The part of a larger configuration that is about the cluster. */
    static KafkaConfig of(Configuration whole) {
        return new Builder().setAll(whole).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /** The option that names a topic. */
    static Option<String> topic(String meaning) {
        return Option.text("topic")
                .required()
                .valid(
                        "1 to 249 letters, digits, dots, underscores and hyphens",
                        topic -> topic.matches("[a-zA-Z0-9._-]{1,249}"))
                .quoted()
                .means(meaning);
    }

    private static boolean areServers(String text) {
        return text.isEmpty()
                || Stream.of(text.split(",", -1)).map(String::strip).allMatch(KafkaConfig::isServer);
    }

    /** With what stands before it where listeners are told apart: {@code SSL://host:port}. */
    private static boolean isServer(String text) {
        return text.matches("(\\w+://)?([\\w.%-]+|\\[[\\da-fA-F:.]+\\]):[1-9]\\d{0,4}") && port(text) <= LAST_PORT;
    }

    private static int port(String server) {
        return Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
    }

    /** The servers, not resolved. */
    List<InetSocketAddress> addresses() {
        return Stream.of(bootstrapServers().split(",", -1))
                .map(String::strip)
                .map(server -> InetSocketAddress.createUnresolved(
                        server.substring(0, server.lastIndexOf(':')).replaceFirst("^\\w+://", ""), port(server)))
                .toList();
    }

    /** The servers, as given. */
    public String bootstrapServers() {
        return get(BOOTSTRAP_SERVERS);
    }

    /**
     * The properties with which any Kafka client, Spark's included, reaches the cluster. They hold the secrets: never
     * print them.
     *
     * @throws ConfigException if a secret cannot be read or is refused
     */
    public Map<String, String> clientProperties() {
        Map<String, String> properties = under(ClientProperties.PREFIX, String.class);
        Map<String, String> client = new TreeMap<>(properties);
        client.keySet().removeAll(ClientProperties.SET_BY_NIGHTJAR.keySet()); // they have the values that follow
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        under(ClientProperties.PREFIX, Credential.class).forEach((name, secret) -> client.put(name, secret.resolve()));
        client.computeIfPresent(SaslConfigs.SASL_JAAS_CONFIG, (name, jaas) -> ClientProperties.checkJaas(jaas));
        String username = find(USERNAME);
        Credential password = find(PASSWORD);
        if (username != null && password != null) {
            client.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol(properties, true));
            client.put(SaslConfigs.SASL_MECHANISM, mechanism(properties));
            client.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    ClientProperties.jaas(mechanism(properties), username, password.resolve()));
        }
        if (get(ALLOW_INSECURE) && !WARNED.getAndSet(true)) {
            LOG.warn("The connection to Kafka at {} is allowed to be insecure", bootstrapServers());
        }
        return client;
    }

    Map<String, Object> producer() {
        Map<String, Object> producer = defaults(ProducerConfig.configNames());
        producer.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        producer.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return producer;
    }

    Map<String, Object> consumer(String group, int maxPollRecords) {
        Map<String, Object> consumer = defaults(ConsumerConfig.configNames());
        consumer.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // The pipeline itself begins at the earliest record, so that no gap goes unnoticed.
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return consumer;
    }

    Map<String, Object> admin() {
        Map<String, Object> admin = defaults(AdminClientConfig.configNames());
        admin.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return admin;
    }

    private Map<String, Object> defaults(Set<String> names) {
        Map<String, Object> client = new HashMap<>(clientProperties());
        client.keySet().retainAll(names);
        client.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        return client;
    }

    private static String protocol(Map<String, String> properties, boolean credentials) {
        return properties
                .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, credentials ? "SASL_SSL" : "PLAINTEXT")
                .strip()
                .toUpperCase(Locale.ROOT);
    }

    private static String mechanism(Map<String, String> properties) {
        return properties
                .getOrDefault(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-512")
                .strip();
    }

    /** Adds the contradictions in a configuration that contains this one. */
    static void check(Configuration config, List<String> faults) {
        Map<String, String> properties = config.under(ClientProperties.PREFIX, String.class);
        String username = config.find(USERNAME);
        String protocol = protocol(properties, username != null);
        if (protocol.equals("SASL_PLAINTEXT") && !config.get(ALLOW_INSECURE)) {
            faults.add("Credentials over a connection without TLS are refused; use SASL_SSL, or allow an insecure"
                    + " connection");
        }
        String verification = properties.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
        if (verification != null && verification.isBlank() && !config.get(ALLOW_INSECURE)) {
            faults.add("An empty 'ssl.endpoint.identification.algorithm' leaves the server's name unchecked; leave it"
                    + " out, or allow an insecure connection");
        }
        if ((username == null) != (config.find(PASSWORD) == null)) {
            faults.add("A 'username' and a 'password' go together");
        }
        if (username == null) {
            return;
        }
        if (!protocol.startsWith("SASL")) {
            faults.add("The property 'security.protocol' is '" + protocol + "', which takes no username");
        }
        if (config.under(ClientProperties.PREFIX, Credential.class).containsKey(SaslConfigs.SASL_JAAS_CONFIG)) {
            faults.add("Give either a username and a password or 'sasl.jaas.config'");
        }
        String mechanism = mechanism(properties);
        if (!Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512").contains(mechanism)) {
            faults.add("The property 'sasl.mechanism' is '" + mechanism
                    + "', not PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, which take a username and a password");
        }
    }

    /**
     * Collects a {@link KafkaConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<KafkaConfig, Builder> {
        private Builder() {
            super(OPTIONS, KafkaConfig::new);
        }

        /**
         * Signs in with a name and a password: over TLS and by {@code SCRAM-SHA-512}, unless the properties {@code
         * security.protocol} and {@code sasl.mechanism} say otherwise.
         */
        public Builder credentials(String name, Credential secret) {
            return set(USERNAME, name).set(PASSWORD, secret);
        }

        /**
         * Sets a client property of Kafka, under its own name; each client takes the ones that it knows. A value that
         * holds a secret, such as {@code ssl.truststore.password}, is read as {@link Credential#parse} does.
         */
        public Builder property(String name, String value) {
            return read(Map.of(ClientProperties.PREFIX + name, value));
        }

        /** Sets a client property of Kafka that holds a secret. */
        public Builder property(String name, Credential secret) {
            return set(ClientProperties.option(ClientProperties.PREFIX + name), secret);
        }

        /**
         * Allows credentials over a connection without TLS, and TLS without a check of the server's name: for tests, or
         * where the network itself is trusted.
         */
        public Builder allowInsecure() {
            return set(ALLOW_INSECURE, true);
        }

        @Override
        protected void check(KafkaConfig config, List<String> faults) {
            KafkaConfig.check(config, faults);
        }
    }
}
