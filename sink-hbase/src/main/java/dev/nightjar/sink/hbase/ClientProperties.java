/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;

/** The properties of the HBase client: those that the sink sets, and the others that it accepts from the user. */
final class ClientProperties {
    static final String MAX_CELL_SIZE = "hbase.client.keyvalue.maxsize";

    private static final String QUORUM = "hbase.zookeeper.quorum";
    private static final String ZNODE_PARENT = "zookeeper.znode.parent";

    /** Where the client looks up the cluster: at ZooKeeper, HBase 2's default. HBase 3 would ask the masters. */
    static final String REGISTRY = "hbase.client.registry.impl";

    static final String ZOOKEEPER_REGISTRY = "org.apache.hadoop.hbase.client.ZKConnectionRegistry";

    /**
     * An attempt is short and the sink repeats it. With HBase's own values a dead cluster is reported after 20 minutes.
     * The time limit of an operation does not hold for finding the region of a row, nor for ZooKeeper.
     */
    private static final Map<String, String> LIMITS = Map.of(
            "hbase.client.retries.number", "2",
            "hbase.client.operation.timeout", "8000",
            "hbase.client.meta.operation.timeout", "8000",
            "hbase.rpc.timeout", "4000",
            "hbase.rpc.write.timeout", "4000",
            "hbase.rpc.read.timeout", "4000",
            "hbase.ipc.client.socket.timeout.connect", "4000",
            "zookeeper.recovery.retry", "1",
            "zookeeper.registry.async.get.timeout", "4000",
            "zookeeper.session.timeout", "10000");

    private static final Pattern FORM =
            Pattern.compile("(hbase|hadoop\\.security|hadoop\\.rpc|zookeeper)(\\.[A-Za-z0-9_-]+)+");

    /** Where HBase, Hadoop and ZooKeeper look for the name of a class, or for a jar or a script. */
    private static final Pattern CODE = Pattern.compile(
            "(?i).*[._-](class|classname|classes|impl|codec|compressor|policy|provider|providers|mapping|factory"
                    + "|listener|selector|plugins?|coprocessors?|jars|interceptor|extras|clientCnxnSocket)([._-].*)?");

    private ClientProperties() {}

    /** The class path's {@code hbase-site.xml}, then the sink's limits, then the user's properties. */
    static Configuration configuration(String quorum, String znodeParent, Map<String, String> properties) {
        Configuration configuration = HBaseConfiguration.create();
        configuration.setIfUnset(REGISTRY, ZOOKEEPER_REGISTRY);
        LIMITS.forEach(configuration::set);
        configuration.set(QUORUM, quorum);
        configuration.set(ZNODE_PARENT, znodeParent);
        properties.forEach(configuration::set);
        return configuration;
    }

    /** Records why the user must not set a property, if so. */
    static void check(String name, List<String> faults) {
        if (Set.of(QUORUM, ZNODE_PARENT).contains(name)) {
            faults.add("The option 'properties' sets '" + name + "', which has an option of its own");
        } else if (LIMITS.containsKey(name)) {
            faults.add("The option 'properties' sets '" + name + "'; use the option 'deadline' instead");
        } else if (!FORM.matcher(name).matches()) {
            faults.add("The option 'properties' sets '" + name
                    + "', which does not begin with hbase., hadoop.security., hadoop.rpc. or zookeeper.");
        } else if (CODE.matcher(name).matches()) {
            faults.add("The option 'properties' sets '" + name
                    + "', which names code to load; put it into hbase-site.xml if it is meant");
        }
    }

    /** Reads {@code name=value} pairs, separated by semicolons. A value is never quoted: it may be a secret. */
    static SortedMap<String, String> parse(String pairs) {
        SortedMap<String, String> parsed = new TreeMap<>();
        for (String pair : pairs.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("no name");
            }
            parsed.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
        return parsed;
    }
}
