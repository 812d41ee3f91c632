/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Credential;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to reach a Kafka cluster: its servers, who asks, and any other client property. What delivery rests on is set by
 * Nightjar and cannot be changed: acknowledgement by all replicas, idempotent producers, consumers that read committed
 * records from the earliest on and never commit by themselves. A server that does not answer is given up after 10
 * seconds unless a property says otherwise.
 *
 * <p>Properties that make a client load classes, run commands or read other configurations are refused, and so are
 * credentials over a connection without TLS or without a check of the server's name, unless
 * {@link Builder#allowInsecure()}.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class KafkaConfig implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaConfig.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final String OPTION_PREFIX = "kafka.";

    private final String bootstrapServers;
    private final TreeMap<String, String> properties;
    private final TreeMap<String, Credential> secrets;
    private final @Nullable String username;
    private final @Nullable Credential password;
    private final boolean insecure;

    private KafkaConfig(Builder builder) {
        this.bootstrapServers = builder.bootstrapServers;
        this.properties = new TreeMap<>(builder.properties);
        this.secrets = new TreeMap<>(builder.secrets);
        this.username = builder.username;
        this.password = builder.password;
        this.insecure = builder.insecure;
    }

    /**
     * Begins a configuration.
     *
     * @param bootstrapServers servers of the cluster, {@code host:port} with commas between them
     */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
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
        ConfigReader reader = ConfigReader.of("kafka", ownOptions(options));
        Builder builder = read(reader, options);
        reader.finish();
        return builder.build();
    }

    /** Those of the options that are not client properties. */
    static Map<String, String> ownOptions(Map<String, String> options) {
        Map<String, String> own = new HashMap<>(options);
        own.keySet().removeIf(name -> name.startsWith(OPTION_PREFIX));
        return own;
    }

    /** Reads the part of a larger configuration that is about the cluster; the caller finishes the reader. */
    static Builder read(ConfigReader reader, Map<String, String> options) {
        Builder builder = builder(reader.required("bootstrap-servers"));
        reader.string("username", name -> builder.username = name);
        reader.credential("password", secret -> builder.password = secret);
        reader.bool("allow-insecure", allowed -> builder.insecure = allowed);
        options.forEach((name, value) -> {
            if (name.startsWith(OPTION_PREFIX)) {
                builder.property(name.substring(OPTION_PREFIX.length()), value);
            }
        });
        return builder;
    }

    /** The servers, as given. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * The properties with which any Kafka client, Spark's included, reaches the cluster. They hold the secrets: never
     * print them.
     *
     * @throws ConfigException if a secret cannot be read or is refused
     */
    public Map<String, String> clientProperties() {
        Map<String, String> client = new TreeMap<>(properties);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        secrets.forEach((name, secret) -> client.put(name, secret.resolve()));
        client.computeIfPresent(SaslConfigs.SASL_JAAS_CONFIG, (name, jaas) -> ClientProperties.checkJaas(jaas));
        if (username != null && password != null) {
            client.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol(properties, true));
            client.put(SaslConfigs.SASL_MECHANISM, mechanism(properties));
            client.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    ClientProperties.jaas(mechanism(properties), username, password.resolve()));
        }
        if (insecure && !WARNED.getAndSet(true)) {
            LOG.warn("The connection to Kafka at {} is allowed to be insecure", bootstrapServers);
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
        // The pipeline begins at the earliest record itself, so that a gap does not pass unseen.
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

    @Override
    public boolean equals(Object other) {
        return other instanceof KafkaConfig that
                && bootstrapServers.equals(that.bootstrapServers)
                && properties.equals(that.properties)
                && secrets.equals(that.secrets)
                && Objects.equals(username, that.username)
                && Objects.equals(password, that.password)
                && insecure == that.insecure;
    }

    @Override
    public int hashCode() {
        return Objects.hash(bootstrapServers, properties, secrets, username, password, insecure);
    }

    /** The configuration without its secrets. */
    @Override
    public String toString() {
        return "KafkaConfig[bootstrapServers=" + bootstrapServers + ", username=" + username + ", properties="
                + properties + ", secrets=" + secrets.keySet() + (insecure ? ", insecure]" : "]");
    }

    /**
     * Collects a {@link KafkaConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final String bootstrapServers;
        private final Map<String, String> properties = new HashMap<>();
        private final Map<String, Credential> secrets = new HashMap<>();
        private final List<String> faults = new ArrayList<>();
        private @Nullable String username;
        private @Nullable Credential password;
        private boolean insecure;

        private Builder(String bootstrapServers) {
            this.bootstrapServers = bootstrapServers.strip();
        }

        /**
         * Signs in with a name and a password: over TLS and by {@code SCRAM-SHA-512}, unless the properties {@code
         * security.protocol} and {@code sasl.mechanism} say otherwise.
         */
        public Builder credentials(String name, Credential secret) {
            username = name;
            password = secret;
            return this;
        }

        /**
         * Sets a client property of Kafka, under its own name; each client takes those that it knows. The value of one
         * that holds a secret, such as {@code ssl.truststore.password}, is read as {@link Credential#parse} does.
         */
        public Builder property(String name, String value) {
            refuse(ClientProperties.faultOfValue(name, value));
            if (ClientProperties.isSecret(name)) {
                return property(name, Credential.parse(value));
            }
            refuse(ClientProperties.faultOfName(name));
            properties.put(name, value);
            return this;
        }

        /** Sets a client property of Kafka that holds a secret. */
        public Builder property(String name, Credential secret) {
            String fault = ClientProperties.faultOfName(name);
            refuse(fault);
            if (fault == null && !ClientProperties.isSecret(name)) {
                refuse("The property '" + name + "' holds no secret; give it as a text");
            }
            secrets.put(name, secret);
            return this;
        }

        /**
         * Allows credentials over a connection without TLS, and TLS without a check of the server's name: for tests, or
         * where the network itself is trusted.
         */
        public Builder allowInsecure() {
            insecure = true;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigException if a property is unknown or refused, or the parts do not fit together; it names every
         *     fault
         */
        public KafkaConfig build() {
            List<String> all = new ArrayList<>(faults);
            if (bootstrapServers.isEmpty()) {
                all.add("Kafka needs bootstrap servers, such as 'localhost:9092'");
            }
            String protocol = protocol(properties, username != null);
            if (!Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL").contains(protocol)) {
                all.add("The property 'security.protocol' is '" + protocol + "', not PLAINTEXT, SSL or SASL_SSL");
            }
            if (protocol.equals("SASL_PLAINTEXT") && !insecure) {
                all.add("Credentials over a connection without TLS are refused; use SASL_SSL, or allow an insecure"
                        + " connection");
            }
            String verification = properties.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
            if (verification != null && verification.isBlank() && !insecure) {
                all.add("An empty 'ssl.endpoint.identification.algorithm' leaves the server's name unchecked; leave it"
                        + " out, or allow an insecure connection");
            }
            checkCredentials(protocol, all);
            if (!all.isEmpty()) {
                throw new ConfigException(all);
            }
            return new KafkaConfig(this);
        }

        private void checkCredentials(String protocol, List<String> all) {
            if ((username == null) != (password == null)) {
                all.add("A 'username' and a 'password' go together");
            }
            if (username == null) {
                return;
            }
            if (username.isBlank()) {
                all.add("The 'username' is blank");
            }
            if (!protocol.startsWith("SASL")) {
                all.add("The property 'security.protocol' is '" + protocol + "', which takes no username");
            }
            if (secrets.containsKey(SaslConfigs.SASL_JAAS_CONFIG)) {
                all.add("Give either a username and a password or 'sasl.jaas.config'");
            }
            String mechanism = mechanism(properties);
            if (!Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512").contains(mechanism)) {
                all.add("The property 'sasl.mechanism' is '" + mechanism
                        + "', not PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, which take a username and a password");
            }
        }

        private void refuse(@Nullable String fault) {
            if (fault != null) {
                faults.add(fault);
            }
        }
    }
}
