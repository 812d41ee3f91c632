/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.DeletedTweetsContract;
import java.util.List;
import org.apache.hadoop.hbase.util.Bytes;

/** A deletion goes from X's line through a topic into the table. */
class HBaseDeletionsIT implements DeletedTweetsContract {
    private final MiniCluster cluster = MiniCluster.shared();
    private final String table = cluster.newTable();

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return cluster.config().table(table).build();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return Rows.all(cluster, table).stream()
                .map(row -> ClassifiedTweetJson.fromBytes(row.getValue(Bytes.toBytes("t"), Bytes.toBytes("json"))))
                .toList();
    }
}
