/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseTestingUtility;

/**
 * The JVM of the {@link MiniCluster}: HBase's own mini cluster of one ZooKeeper, one HDFS data node, one master and one
 * region server. It says on standard output when it is ready, obeys the lines of standard input, and ends with it.
 */
final class MiniClusterMain {
    static final String READY = "mini-cluster ready ";
    static final String DONE = "mini-cluster done";
    static final String REPLACE_REGION_SERVER = "replace-region-server";

    private static final int SESSION_MILLIS = 180_000;

    private MiniClusterMain() {}

    public static void main(String[] arguments) throws Exception {
        loadResolver();
        HBaseTestingUtility utility = new HBaseTestingUtility();
        Configuration configuration = utility.getConfiguration();
        configuration.setInt("hbase.master.info.port", -1);
        configuration.setInt("hbase.regionserver.info.port", -1);
        configuration.setInt("hbase.regionserver.handler.count", 5);
        // The tests make hundreds of regions, each of which would take 2 MiB at its first row.
        configuration.setBoolean("hbase.hregion.memstore.mslab.enabled", false);
        // Or the servers that a test freezes, or a busy machine stops for a while, are declared dead after 40 s.
        configuration.setInt("hbase.zookeeper.property.maxSessionTimeout", SESSION_MILLIS);
        configuration.setInt("zookeeper.session.timeout", SESSION_MILLIS);
        utility.startMiniCluster();
        say(READY + utility.getZkCluster().getClientPort());
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                if (command.equals(REPLACE_REGION_SERVER)) {
                    replaceRegionServer(utility);
                }
                say(DONE);
            }
        }
        // An orderly shutdown takes seconds and nobody looks at what it leaves.
        Runtime.getRuntime().halt(0);
    }

    /**
     * HBase's jar offers JDK 18 and later a resolver of names that is not in it, on which every look-up would fail. The
     * first look-up decides for all, and here it sees no jar.
     */
    private static void loadResolver() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        InetAddress.getLocalHost();
        thread.setContextClassLoader(loader);
    }

    /** Ends the only region server as a crash would, without a word to its clients, once there is another one. */
    private static void replaceRegionServer(HBaseTestingUtility utility) throws IOException {
        int last = utility.getHBaseCluster().getRegionServerThreads().size() - 1;
        utility.getHBaseCluster().startRegionServerAndWait(60_000);
        utility.getHBaseCluster().abortRegionServer(last);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
