/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HBaseSinkConfigTest implements FactoryContract<HBaseSinkConfig> {
    @Override
    public HBaseSinkConfig fromMap(Map<String, String> options) {
        return HBaseSinkConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of(
                "quorum", List.of("zk1:2181,zk2:2182", "zk1,zk2"),
                "znode-parent", List.of("/hbase-unsecure", "/hbase-secure"),
                "properties",
                        List.of(
                                "hbase.rpc.tls.truststore.password=opensesame; hbase.client.ipc.pool.size=2",
                                "hbase.rpc.tls.truststore.password=shibboleth"));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(HBaseSinkConfig.OPTIONS);
    }

    @Override
    public List<String> secrets() {
        return List.of("opensesame", "shibboleth");
    }

    @Override
    public Optional<dev.nightjar.options.Configuration.Builder<?, ?>> builder() {
        return Optional.of(HBaseSinkConfig.builder("zk1:2181,zk2:2182")
                .existingTables()
                .property("hbase.rpc.tls.truststore.password", "opensesame")
                .property("hbase.client.ipc.pool.size", "2"));
    }

    @Test
    void theQuorumIsEnough() {
        HBaseSinkConfig config = HBaseSinkConfig.builder("localhost").build();
        assertThat(config).isEqualTo(fromMap(Map.of("quorum", "localhost")));
        assertThat(config).hasToString("HBaseSinkConfig[quorum=localhost]");
        assertThat(config.get(HBaseSinkConfig.ZNODE_PARENT)).isEqualTo("/hbase");
        assertThat(config.get(HBaseSinkConfig.NAMESPACE)).isEqualTo("nightjar");
        assertThat(config.get(HBaseSinkConfig.TABLE)).isEqualTo("tweets");
        assertThat(config.get(HBaseSinkConfig.COUNTS_TABLE)).isEqualTo("counts");
        assertThat(config.get(HBaseSinkConfig.SALT_BUCKETS)).isEqualTo(16);
        assertThat(config.get(HBaseSinkConfig.DEADLINE)).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.get(HBaseSinkConfig.CREATE_TABLES)).isTrue();
        assertThat(config.find(HBaseSinkConfig.PROPERTIES)).isNull();
    }

    @Test
    @Timeout(25)
    void aZooKeeperThatIsNotThereIsSaidLongBeforeTheDeadline() {
        HBaseSinkConfig config =
                HBaseSinkConfig.builder("nosuchhost.invalid,127.0.0.1:1").build();
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> config.open())
                .withMessage(
                        "The ZooKeeper of HBase does not answer: nosuchhost.invalid:2181 (the name is not known here),"
                                + " 127.0.0.1:1 (Connection refused); see that it runs there and that the address is right");
    }

    @Test
    void itsTextShowsThePropertiesNames() {
        assertThat(fromMap(options()))
                .asString()
                .endsWith("deadline=2s, create-tables=false, keep=2s,"
                        + " properties=[hbase.client.ipc.pool.size, hbase.rpc.tls.truststore.password]]");
    }

    @Test
    void aConfigurationCanBeginWithAnother() {
        HBaseSinkConfig config = fromMap(options());
        assertThat(config.toBuilder().build()).isEqualTo(config);
        HBaseSinkConfig more =
                config.toBuilder().property("hbase.client.ipc.pool.size", "3").build();
        assertThat(more).isNotEqualTo(config);
        assertThat(more.get(HBaseSinkConfig.PROPERTIES)).hasSize(2).containsEntry("hbase.client.ipc.pool.size", "3");
        assertThat(config).isEqualTo(fromMap(options()));
    }

    @Test
    void theCountsOfEqualConfigurationsAreEqual() {
        assertThat(fromMap(options()).counts()).isEqualTo(fromMap(options()).counts());
        assertThat(HBaseSinkConfig.builder("a").build().counts())
                .isNotEqualTo(HBaseSinkConfig.builder("b").build().counts());
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        assertThat(refused(HBaseSinkConfig.builder("zk1:70000")
                                .znodeParent("hbase")
                                .namespace("a:b")
                                .table("a/b")
                                .countsTable("")
                                .saltBuckets(257)
                                .deadline(Duration.ofMillis(999)))
                        .faults())
                .containsExactly(
                        "The option 'quorum' is 'zk1:70000', not ZooKeeper servers, host or host:port, separated by"
                                + " commas",
                        "The option 'znode-parent' is 'hbase', not a path such as /hbase",
                        "The option 'namespace' is 'a:b', not a name that HBase takes",
                        "The option 'table' is 'a/b', not a name that HBase takes",
                        "The option 'counts-table' is '', not a name that HBase takes",
                        "The option 'salt-buckets' is 257, not from 1 to 256",
                        "The option 'deadline' is 999ms, not at least 1s");
        assertThat(refused(HBaseSinkConfig.builder("zk1")
                                .table("same")
                                .countsTable("same")
                                .property("mapreduce.job.name", "x"))
                        .faults())
                .satisfiesExactly(
                        fault -> assertThat(fault).contains("not both 'same'"),
                        fault -> assertThat(fault).contains("'mapreduce.job.name'"));
    }

    private static ConfigException refused(HBaseSinkConfig.Builder builder) {
        return catchThrowableOfType(ConfigException.class, builder::build);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hbase.client.registry.impl",
                "hbase.client.connection.impl",
                "hbase.rpc.client.impl",
                "hbase.client.rpc.codec",
                "hbase.client.default.rpc.codec",
                "hbase.client.rpc.compressor",
                "hbase.client.userprovider.class",
                "hbase.client.bufferedmutator.classname",
                "hbase.client.statistics.backoff-policy",
                "hbase.client.sasl.provider.class",
                "hbase.client.sasl.provider.extras",
                "hbase.client.fast.fail.interceptor.impl",
                "hbase.status.listener.class",
                "hbase.dynamic.jars.dir",
                "hbase.use.dynamic.jars",
                "hbase.coprocessor.region.classes",
                "hbase.zookeeper.property.clientCnxnSocket",
                "hadoop.security.group.mapping",
                "hadoop.security.credential.provider.path"
            })
    void aPropertyThatNamesCodeIsRefused(String name) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> HBaseSinkConfig.builder("zk")
                        .property(name, "com.example.Evil")
                        .build())
                .withMessageContaining("'" + name + "', which names code to load");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hbase.security.authentication",
                "hbase.client.keytab.file",
                "hbase.regionserver.kerberos.principal",
                "hbase.rpc.protection",
                "hbase.client.netty.tls.enabled",
                "hbase.rpc.tls.truststore.location",
                "hbase.client.keyvalue.maxsize",
                "hbase.zookeeper.property.clientPort",
                "hadoop.security.authentication",
                "hadoop.rpc.protection",
                "zookeeper.sasl.client.username"
            })
    void aPropertyOfTheClientIsTaken(String name) {
        Configuration configuration = ClientProperties.configuration("zk", "/hbase", Map.of(name, "value"));
        HBaseSinkConfig.builder("zk").property(name, "value").build();
        assertThat(configuration.get(name)).isEqualTo("value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hbase.zookeeper.quorum", "zookeeper.znode.parent"})
    void aPropertyWithAnOptionOfItsOwnIsRefused(String name) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> HBaseSinkConfig.builder("zk").property(name, "1").build())
                .withMessageContaining("has an option of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hbase.client.retries.number", "hbase.rpc.timeout", "zookeeper.session.timeout"})
    void aTimeLimitIsNotAProperty(String name) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> HBaseSinkConfig.builder("zk").property(name, "1").build())
                .withMessageContaining("use the option 'deadline' instead");
    }

    @Test
    void anAttemptOfTheClientIsShort() {
        Configuration configuration = ClientProperties.configuration("zk:1", "/birds", Map.of());
        assertThat(configuration.get("hbase.zookeeper.quorum")).isEqualTo("zk:1");
        assertThat(configuration.get("zookeeper.znode.parent")).isEqualTo("/birds");
        assertThat(configuration.getInt("hbase.client.retries.number", 0)).isEqualTo(2);
        assertThat(configuration.getInt("hbase.client.operation.timeout", 0)).isEqualTo(8_000);
        assertThat(configuration.getInt("hbase.client.meta.operation.timeout", 0))
                .isEqualTo(8_000);
        assertThat(configuration.getInt("hbase.rpc.timeout", 0)).isEqualTo(4_000);
        assertThat(configuration.getInt("zookeeper.recovery.retry", 0)).isEqualTo(1);
    }
}
