/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.RetriableException;
import dev.nightjar.io.Server;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HConstants;

/**
 * The ZooKeeper servers of a cluster. The client asks one that is not there for as long as it may, and says at last that
 * a connection was lost.
 */
final class Quorum {
    private Quorum() {}

    /**
     * Looks whether one of them takes a connection, if the client is to ask them at all.
     *
     * @throws RetriableException if none does
     */
    static void requireReachable(Configuration configuration) {
        if (!ClientProperties.ZOOKEEPER_REGISTRY.equals(configuration.get(ClientProperties.REGISTRY))) {
            return;
        }
        new Server("The ZooKeeper of HBase")
                .requireListening(Arrays.stream(configuration.getStrings(HConstants.ZOOKEEPER_QUORUM))
                        .map(server -> server.split(":", 2))
                        .map(parts -> InetSocketAddress.createUnresolved(
                                parts[0],
                                parts.length == 2
                                        ? Integer.parseInt(parts[1])
                                        : configuration.getInt(
                                                HConstants.ZOOKEEPER_CLIENT_PORT,
                                                HConstants.DEFAULT_ZOOKEEPER_CLIENT_PORT)))
                        .toList());
    }
}
