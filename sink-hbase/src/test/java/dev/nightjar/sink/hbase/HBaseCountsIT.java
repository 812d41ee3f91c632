/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.testkit.WindowedCountSinkContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.hbase.client.Result;
import org.junit.jupiter.api.Test;

/** The sink of counts keeps the contract, on a real cluster, each test in a table of its own. */
class HBaseCountsIT implements WindowedCountSinkContract {
    private final MiniCluster cluster = MiniCluster.shared();
    private final String table = cluster.newTable();

    @Override
    public SinkFactory<WindowedCount> factory() {
        return cluster.config().countsTable(table).build().counts();
    }

    @Override
    public Optional<SinkFactory<WindowedCount>> unreachable() {
        return Optional.of(HBaseSinkConfig.builder("127.0.0.1:1")
                .deadline(Duration.ofSeconds(3))
                .build()
                .counts());
    }

    @Override
    public Duration unreachableLimit() {
        return Duration.ofSeconds(10);
    }

    /** A window for which HBase has no timestamp. */
    @Override
    public Optional<WindowedCount> unstorable(int number) {
        return Optional.of(new WindowedCount(
                "hashtag", "tag" + number, Instant.EPOCH.minusMillis(1), Instant.EPOCH.plusSeconds(60), number));
    }

    @Override
    public List<WindowedCount> readBack() {
        return Rows.all(cluster, table).stream()
                .filter(row -> !Arrays.equals(row.getRow(), CountRows.LATEST))
                .map(HBaseCountsIT::read)
                .toList();
    }

    @Test
    void whatCannotBeErasedDoesNotClaimThatItCan() {
        try (Sink<WindowedCount> sink = factory().open()) {
            assertThat(sink).isNotInstanceOf(ErasableSink.class);
        }
    }

    private static WindowedCount read(Result row) {
        assertThat(row.size()).as("the cells of a row, old versions included").isEqualTo(5);
        return CountRows.read(row);
    }
}
