/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.util.VersionInfo;
import org.junit.jupiter.api.Test;

/** The build runs tests with more than one client of HBase; each must really be the one on the class path. */
class HBaseVersionIT {
    @Test
    void theClassPathHasTheClientThatIsToBeTested() {
        String version = System.getProperty("nightjar.hbase.version");
        assertThat(VersionInfo.getVersion()).isEqualTo(version);
        assertThat(Put.class.getProtectionDomain().getCodeSource().getLocation().toString())
                .endsWith("/hbase-client-" + version + ".jar");
    }
}
