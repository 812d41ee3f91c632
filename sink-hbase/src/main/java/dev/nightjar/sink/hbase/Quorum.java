/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.RetriableException;
import dev.nightjar.io.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.StringJoiner;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HConstants;

/**
 * The ZooKeeper servers of a cluster. The client asks one that is not there for as long as it may, and says at last that
 * a connection was lost.
 */
final class Quorum {
    /** For each server to take a connection. */
    private static final int LIMIT_MILLIS = 5_000;

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
        StringJoiner faults = new StringJoiner(", ");
        for (String server : configuration.getStrings(HConstants.ZOOKEEPER_QUORUM)) {
            String[] parts = server.split(":", 2);
            int port = parts.length == 2
                    ? Integer.parseInt(parts[1])
                    : configuration.getInt(HConstants.ZOOKEEPER_CLIENT_PORT, HConstants.DEFAULT_ZOOKEEPER_CLIENT_PORT);
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(parts[0], port), LIMIT_MILLIS);
                return;
            } catch (UnknownHostException e) {
                faults.add(server + " (the name is not known here)");
            } catch (IOException e) {
                faults.add(server + " (" + e.getMessage() + ')');
            }
        }
        throw new Server("The ZooKeeper of HBase").silent(faults.toString(), null);
    }
}
