/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SparkJobIT {
    private static final int TWEETS = 60;

    @Test
    void aTopicGoesThroughSparkIntoAStore(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("tweets.db");
        SqliteSinkConfig.builder(store).build().open().close();
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            Program.publish(broker.bootstrapServers(), TWEETS);
            String checkpoint = folder.resolve("checkpoint").toString();
            try (Program job = Program.start(SparkJob::main, broker.bootstrapServers(), store.toString(), checkpoint)) {
                job.awaitUntil(() -> stored(store) == TWEETS);
                spark.streams().active()[0].stop();
                job.awaitEnd();
            }
        } finally {
            spark.stop();
        }
    }

    private static long stored(Path store) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM classification WHERE label IS NOT NULL"
                        + " OR id IN (SELECT id FROM tweet WHERE text = '')")) {
            return rows.getLong(1);
        }
    }
}
