/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.ErasableTweetSinkContract;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.util.Bytes;

/** The sink of tweets keeps the contract, on a real cluster, each test in a table of its own. */
class HBaseTweetsIT implements ErasableTweetSinkContract {
    private final MiniCluster cluster = MiniCluster.shared();
    private final String table = cluster.newTable();

    @Override
    public HBaseSinkConfig factory() {
        return cluster.config().table(table).build();
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.of(HBaseSinkConfig.builder("127.0.0.1:1")
                .deadline(Duration.ofSeconds(3))
                .build());
    }

    @Override
    public Duration unreachableLimit() {
        return Duration.ofSeconds(10);
    }

    /** A time that the JSON cell cannot hold. */
    @Override
    public Optional<ClassifiedTweet> unstorable(int number) {
        return Optional.of(Tweets.classified(
                Tweet.builder(Tweets.id(Tweets.START, 7 + number), "from afar", Instant.parse("+12000-01-01T00:00:00Z"))
                        .build()));
    }

    /** What is written to the row of an erased tweet stays invisible until the table's next major compaction. */
    @Override
    public boolean erasureHolds() {
        return true;
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return Rows.all(cluster, table).stream().map(this::read).toList();
    }

    private ClassifiedTweet read(Result row) {
        ClassifiedTweet read = ClassifiedTweetJson.fromBytes(row.getValue(Bytes.toBytes("t"), Bytes.toBytes("json")));
        assertThat(row.getRow()).isEqualTo(factory().rowKey(read.tweet().id()));
        assertThat(row.size()).as("the cells of a row, old versions included").isEqualTo(8);
        assertThat(Rows.text(row, "t", "text")).isEqualTo(read.tweet().text());
        return read;
    }
}
