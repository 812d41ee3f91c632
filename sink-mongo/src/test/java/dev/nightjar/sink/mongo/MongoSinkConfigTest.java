/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MongoSinkConfigTest implements FactoryContract<MongoSinkConfig> {
    @Override
    public MongoSinkConfig fromMap(Map<String, String> options) {
        return MongoSinkConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of(
                "uri",
                List.of(
                        "mongodb://db.example.org:27018/birds?appName=canary-in-query",
                        "mongodb://other.example.org/?appName=canary-in-query"));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(MongoSinkConfig.OPTIONS);
    }

    @Override
    public List<String> secrets() {
        return List.of("secret-password1", "secret-password2", "canary-in-query");
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(MongoSinkConfig.builder(options().get("uri"))
                .login(options().get("username"), Credential.parse(options().get("password"))));
    }

    @Test
    void theUriIsEnough() {
        assertThat(MongoSinkConfig.builder("mongodb://h").build()).isEqualTo(fromMap(Map.of("uri", "mongodb://h")));
    }

    @Test
    void aUserInTheUriIsHiddenAlsoAMalformedOne() {
        assertThat(MongoSinkConfig.builder("mongodb://robin:canary%40secret@db.example.org/birds")
                        .build())
                .asString()
                .contains("uri=mongodb://***@db.example.org/birds]")
                .doesNotContain("canary", "robin");
        ConfigException refused =
                refused(MongoSinkConfig.builder("mongodb://robin:canary:secret@db.example.org/birds"));
        assertThat(refused.faults())
                .containsExactly("The option 'uri' is not a MongoDB connection string such as"
                        + " mongodb://host:27017/database; a user name or password in it must be percent-encoded");
        assertThat(refused).hasStackTraceContaining("MongoSinkConfig");
        assertThat(stackTrace(refused)).doesNotContain("canary");
    }

    @Test
    void anSrvStringIsNotLookedUpBeforeOpening() {
        assertThat(MongoSinkConfig.builder("mongodb+srv://robin:canary@cluster0.invalid/?w=1")
                        .build())
                .asString()
                .contains("uri=mongodb+srv://***@cluster0.invalid/?***")
                .doesNotContain("canary");
    }

    @Test
    void allContradictionsAreNamedAtOnce() {
        ConfigException refused = refused(MongoSinkConfig.builder("mongodb://robin:secret@db/?w=1&timeoutMS=5")
                .database("a b")
                .timeout(Duration.ZERO)
                .batchSize(1001)
                .batchBytes(0));
        assertThat(refused.faults())
                .containsExactly(
                        "The option 'database' is 'a b', not a name that MongoDB takes",
                        "The option 'timeout' is 0s, not from 1ms to 24h",
                        "The option 'batch-size' is 1001, not from 1 to 1000",
                        "The option 'batch-bytes' is 0, not from 1 to 8388608");
        assertThat(refused(MongoSinkConfig.builder("mongodb://robin:secret@db/?w=1&timeoutMS=5")
                                .login("wren", Credential.env("PASSWORD"))
                                .collection("same")
                                .countsCollection("same"))
                        .faults())
                .containsExactly(
                        "The option 'uri' has a user, as has the option 'username'; leave one of the two out",
                        "The option 'uri' sets timeoutMS; use the option 'timeout' instead",
                        "The option 'uri' sets a write concern that could lose acknowledged tweets; leave it out: a"
                                + " majority acknowledges every write",
                        "The tweets and the counts need a collection each, not both 'same'");
    }

    @Test
    void aConfigurationCanBeginWithAnother() {
        MongoSinkConfig config = fromMap(options());
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(config.toBuilder().collection("heard").build())
                .isNotEqualTo(config)
                .isEqualTo(fromMap(with("collection", "heard")));
    }

    private Map<String, String> with(String key, String value) {
        Map<String, String> changed = new java.util.HashMap<>(options());
        changed.put(key, value);
        return changed;
    }

    @Test
    void aMajorityMayBeAskedFor() {
        assertThat(MongoSinkConfig.builder("mongodb://db/?w=majority&journal=true&retryWrites=false")
                        .build())
                .isNotNull();
    }

    @Test
    void theCountsFactoryIsEqualToThatOfAnEqualConfigurationOnly() {
        MongoSinkConfig config = fromMap(options());
        assertThat(config.counts()).isEqualTo(fromMap(options()).counts()).isNotEqualTo(config);
        assertThat(config.counts()).hasSameHashCodeAs(fromMap(options()).counts());
        assertThat(config.counts()).isNotEqualTo(fromMap(alternatives()).counts());
        assertThat(config.counts()).asString().doesNotContain("canary");
    }

    private static ConfigException refused(MongoSinkConfig.Builder builder) {
        return catchThrowableOfType(ConfigException.class, builder::build);
    }

    private static String stackTrace(Throwable thrown) {
        java.io.StringWriter text = new java.io.StringWriter();
        thrown.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
