/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ConfigException;
import java.io.IOException;
import java.time.Duration;
import org.apache.hadoop.hbase.HConstants;
import org.apache.hadoop.hbase.NamespaceDescriptor;
import org.apache.hadoop.hbase.NamespaceExistException;
import org.apache.hadoop.hbase.NamespaceNotFoundException;
import org.apache.hadoop.hbase.TableExistsException;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.TableNotFoundException;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptor;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.TableDescriptor;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.util.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A table of the sink: found and checked, or created. Rows written under another number of salt buckets would have
 * other keys, so that every tweet could be there twice: the table's own metadata holds the number.
 */
record SinkTable(
        TableName name,
        String family,
        int saltBuckets,
        boolean create,
        @Nullable Duration keep) {
    static final String SALT_BUCKETS = "nightjar.salt-buckets";

    /** Finds or creates the table. Returns after what time HBase drops a cell, null for never. */
    @Nullable
    Duration open(Cluster cluster) {
        TableDescriptor found = cluster.open("open the HBase table " + name, connection -> {
            try (Admin admin = connection.getAdmin()) {
                return findOrCreate(admin);
            }
        });
        return timeToLive(found);
    }

    private TableDescriptor findOrCreate(Admin admin) throws IOException {
        try {
            return admin.getDescriptor(name);
        } catch (TableNotFoundException e) {
            if (!create) {
                throw new ConfigException(
                        "There is no HBase table '" + name + "'; create it in the HBase shell: " + shellCommand());
            }
        }
        createNamespace(admin);
        try {
            admin.createTable(descriptor(), splits());
        } catch (TableExistsException e) {
            // Another opener was faster. A table that it has created is checked like any other.
        }
        return admin.getDescriptor(name);
    }

    private void createNamespace(Admin admin) throws IOException {
        String namespace = name.getNamespaceAsString();
        try {
            admin.getNamespaceDescriptor(namespace);
        } catch (NamespaceNotFoundException missing) {
            try {
                admin.createNamespace(NamespaceDescriptor.create(namespace).build());
            } catch (NamespaceExistException e) {
                // Another opener was faster.
            }
        }
    }

    private TableDescriptor descriptor() {
        return TableDescriptorBuilder.newBuilder(name)
                .setColumnFamily(ColumnFamilyDescriptorBuilder.newBuilder(Bytes.toBytes(family))
                        .setTimeToLive(keep == null ? HConstants.FOREVER : (int) keep.toSeconds())
                        .build())
                .setValue(SALT_BUCKETS, Integer.toString(saltBuckets))
                .build();
    }

    /** One region per salt. */
    private byte[][] splits() {
        byte[][] splits = new byte[saltBuckets - 1][];
        for (int salt = 1; salt < saltBuckets; salt++) {
            splits[salt - 1] = new byte[] {(byte) salt};
        }
        return splits;
    }

    private @Nullable Duration timeToLive(TableDescriptor found) {
        String buckets = found.getValue(SALT_BUCKETS);
        if (buckets == null) {
            throw new ConfigException("The HBase table '" + name + "' has no metadata '" + SALT_BUCKETS
                    + "', so it is not one of this sink's; name another table, or say in the HBase shell that its keys"
                    + " are: alter '" + name + "', " + metadata());
        }
        if (!buckets.equals(Integer.toString(saltBuckets))) {
            throw new ConfigException("The HBase table '" + name + "' was created with " + buckets
                    + " salt buckets, not " + saltBuckets + "; set the option 'salt-buckets' to " + buckets
                    + " or name another table");
        }
        ColumnFamilyDescriptor cells = found.getColumnFamily(Bytes.toBytes(family));
        if (cells == null) {
            throw new ConfigException("The HBase table '" + name + "' has no column family '" + family
                    + "'; add it in the HBase shell: alter '" + name + "', {NAME => '" + family + "'}");
        }
        int seconds = cells.getTimeToLive();
        return seconds == HConstants.FOREVER ? null : Duration.ofSeconds(seconds);
    }

    private String shellCommand() {
        String splits =
                saltBuckets == 1 ? "" : "SPLITS => (1.." + (saltBuckets - 1) + ").map { |salt| '\\x%02X' % salt }, ";
        String age = keep == null ? "" : ", TTL => " + keep.toSeconds();
        return "create '" + name + "', {NAME => '" + family + "'" + age + "}, " + splits + metadata();
    }

    private String metadata() {
        return "METADATA => {'" + SALT_BUCKETS + "' => '" + saltBuckets + "'}";
    }
}
