/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/** Which of Kafka's client properties a user may pass through, and the JAAS text that none has to write by hand. */
final class ClientProperties {
    private static final Map<String, ConfigDef.Type> TYPES = types();

    /** What delivery rests on, and what has an option of its own. */
    private static final Set<String> SET_BY_NIGHTJAR = Set.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG);

    /** What loads classes, runs a command or reads other configurations, beside every property of the type CLASS. */
    private static final Set<String> RUNS_CODE = Set.of(
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG,
            "config.providers",
            "security.providers",
            SaslConfigs.SASL_KERBEROS_KINIT_CMD);

    private static final Set<String> OAUTH_URLS =
            Set.of(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);

    private static final int MAX_JAAS_LENGTH = 8192;

    private static final String JAAS_FAULT = "The property '" + SaslConfigs.SASL_JAAS_CONFIG
            + "' is refused: it must be one Plain, Scram, OAuthBearer or Krb5 login module with values in double quotes";

    /** One of the login modules that ask nobody else, its options quoted as Spark and Kafka mask them. */
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

    static boolean isSecret(String name) {
        return TYPES.get(name) == ConfigDef.Type.PASSWORD;
    }

    /** Why a property may not be passed through; null if it may. */
    static @Nullable String faultOfName(String name) {
        ConfigDef.Type type = TYPES.get(name);
        if (type == ConfigDef.Type.CLASS || RUNS_CODE.contains(name)) {
            return "The property '" + name + "' is refused: it makes the client run other code";
        }
        if (type == null) {
            return "Kafka's clients have no property '" + name + "'; did you mean '"
                    + ConfigReader.nearest(name, TYPES.keySet()) + "'?";
        }
        if (SET_BY_NIGHTJAR.contains(name)) {
            return "The property '" + name + "' is set by Nightjar; leave it out";
        }
        return null;
    }

    /** Why the value of a property is refused whatever else is set; null if it is not. */
    static @Nullable String faultOfValue(String name, String value) {
        if (name.equals(SaslConfigs.SASL_JAAS_CONFIG) && !value.startsWith("env:") && !value.startsWith("file:")) {
            return isHarmless(value) ? null : JAAS_FAULT;
        }
        if (name.equals(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG)) {
            for (String assignor : value.split(",", -1)) {
                if (!assignor.strip().matches("org\\.apache\\.kafka\\.clients\\.consumer\\.\\w+")) {
                    return "The property '" + name + "' is refused: only assignors of kafka-clients are allowed";
                }
            }
        }
        if (OAUTH_URLS.contains(name) && !lower(value).startsWith("https://")) {
            return "The property '" + name + "' is refused: it must be an https:// address";
        }
        if (name.equals(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG) || name.equals(SslConfigs.SSL_PROTOCOL_CONFIG)) {
            for (String protocol : value.split(",", -1)) {
                if (!Set.of("tls", "tlsv1.2", "tlsv1.3").contains(lower(protocol))) {
                    return "The property '" + name + "' is refused: '" + protocol.strip()
                            + "' is not TLSv1.2 or TLSv1.3";
                }
            }
        }
        return null;
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
        if (!isHarmless(jaas)) {
            throw new ConfigException(JAAS_FAULT);
        }
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
