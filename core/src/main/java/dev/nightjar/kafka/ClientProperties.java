/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/** Which of Kafka's client properties a user may pass through, and the JAAS text that none has to write by hand. */
final class ClientProperties {
    /** What stands before a property's name in its option's, as in Spark. */
    static final String PREFIX = "kafka.";

    private static final Map<String, ConfigDef.Type> TYPES = types();

    /** The properties that delivery depends on, and those with an option of their own, by their value; empty if it varies. */
    static final Map<String, String> SET_BY_NIGHTJAR = Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "",
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
            ProducerConfig.TRANSACTIONAL_ID_CONFIG, "",
            ConsumerConfig.GROUP_ID_CONFIG, "",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");

    /** Options of Spark's source or sink that Kafka's clients do not have. */
    private static final Set<String> OPTIONS_OF_SPARK = Set.of(
            "startingOffsets",
            "startingTimestamp",
            "endingOffsets",
            "endingTimestamp",
            "subscribe",
            "subscribePattern",
            "assign",
            "failOnDataLoss",
            "maxOffsetsPerTrigger",
            "minOffsetsPerTrigger",
            "minPartitions",
            "groupIdPrefix",
            "includeHeaders",
            "topic");

    /** Properties that load classes, run commands or read other configurations, besides all of the type CLASS. */
    private static final Set<String> RUNS_CODE = Set.of(
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG,
            "config.providers",
            "security.providers",
            SaslConfigs.SASL_KERBEROS_KINIT_CMD);

    private static final Set<String> PROTOCOLS = Set.of("plaintext", "ssl", "sasl_plaintext", "sasl_ssl");
    private static final Set<String> TLS = Set.of("tls", "tlsv1.2", "tlsv1.3");
    private static final Set<String> OAUTH_URLS =
            Set.of(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);

    private static final int MAX_JAAS_LENGTH = 8192;

    private static final String JAAS_FAULT =
            "it must be one Plain, Scram, OAuthBearer or Krb5 login module with values in double quotes";

    /** A login module that consults no other, its options quoted as Spark and Kafka mask them. */
    private static final Pattern JAAS = Pattern.compile("\\s*+(?:org\\.apache\\.kafka\\.common\\.security\\."
            + "(?:plain\\.Plain|scram\\.Scram|oauthbearer\\.OAuthBearer)LoginModule"
            + "|com\\.sun\\.security\\.auth\\.module\\.Krb5LoginModule)"
            + "\\s++(?:required|requisite|sufficient|optional)"
            + "(?:\\s++[\\w.]++\\s*+=\\s*+(?:\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|[\\w./@:-]++))*+\\s*+;\\s*+");

    private ClientProperties() {}

    private static Map<String, ConfigDef.Type> types() {
        Map<String, ConfigDef.Type> types = new HashMap<>();
        for (ConfigDef client :
                List.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())) {
            client.configKeys().forEach((name, key) -> types.put(name, key.type));
        }
        return types;
    }

    /** The option by which a property is passed through: a secret, or a text. */
    static Option<Serializable> option(String key) {
        String name = key.substring(PREFIX.length());
        boolean secret = TYPES.get(name) == ConfigDef.Type.PASSWORD;
        return Option.<Serializable>of(key, "a property", text -> {
                    checkName(name);
                    checkValue(name, text);
                    return secret ? Credential.parse(text) : text;
                })
                .valid("a property that holds a secret", value -> secret || value instanceof String);
    }

    /** @throws ConfigException if the property may not be passed through */
    private static void checkName(String name) {
        ConfigDef.Type type = TYPES.get(name);
        if (type == ConfigDef.Type.CLASS || RUNS_CODE.contains(name)) {
            throw new ConfigException("it makes the client run other code");
        }
        if (type == null) {
            Set<String> known = new HashSet<>(TYPES.keySet());
            known.addAll(OPTIONS_OF_SPARK);
            String nearest = Options.nearest(name, known);
            throw new ConfigException("Kafka's clients have no such property; did you mean '" + nearest
                    + (TYPES.containsKey(nearest) ? "'?" : "', an option of Spark's source of Kafka?"));
        }
    }

    /** @throws ConfigException if the value of the property is refused whatever else is set */
    private static void checkValue(String name, String value) {
        String ours = SET_BY_NIGHTJAR.get(name);
        require(ours == null || (!ours.isEmpty() && ours.equals(lower(value))), "it is set by Nightjar; leave it out");
        if (name.equals(SaslConfigs.SASL_JAAS_CONFIG) && !value.startsWith("env:") && !value.startsWith("file:")) {
            require(isHarmless(value), JAAS_FAULT);
        }
        if (name.equals(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)) {
            require(PROTOCOLS.contains(lower(value)), "'" + value.strip() + "' is not PLAINTEXT, SSL or SASL_SSL");
        }
        if (name.equals(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG)) {
            for (String assignor : value.split(",", -1)) {
                require(
                        assignor.strip().matches("org\\.apache\\.kafka\\.clients\\.consumer\\.\\w+"),
                        "only assignors of kafka-clients are allowed");
            }
        }
        if (OAUTH_URLS.contains(name)) {
            require(lower(value).startsWith("https://"), "it must be an https:// address");
        }
        if (name.equals(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG) || name.equals(SslConfigs.SSL_PROTOCOL_CONFIG)) {
            for (String protocol : value.split(",", -1)) {
                require(TLS.contains(lower(protocol)), "'" + protocol.strip() + "' is not TLSv1.2 or TLSv1.3");
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ConfigException(otherwise);
        }
    }

    /**
     * The JAAS text for a user and a password.
     *
     * @throws ConfigException if either has a control character, which JAAS cannot hold
     */
    static String jaas(String mechanism, String username, String password) {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security." + module + " required username=" + quoted("username", username)
                + " password=" + quoted("password", password) + ";";
    }

    /**
     * Returns a JAAS text that the user wrote if it can do no harm.
     *
     * @throws ConfigException if it names another login module or is not written as expected
     */
    static String checkJaas(String jaas) {
        require(isHarmless(jaas), "The property '" + SaslConfigs.SASL_JAAS_CONFIG + "' is refused: " + JAAS_FAULT);
        return jaas;
    }

    private static boolean isHarmless(String jaas) {
        return jaas.length() <= MAX_JAAS_LENGTH && JAAS.matcher(jaas).matches();
    }

    private static String quoted(String what, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException("The Kafka " + what + " has a control character, such as a line end");
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String lower(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}
