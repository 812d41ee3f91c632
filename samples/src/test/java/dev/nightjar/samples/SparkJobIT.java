/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SparkJobIT {
    private static final int TWEETS = 60;

    @Test
    void aTopicGoesThroughSparkAndSql(@TempDir Path folder) throws Exception {
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
            sql(spark, broker.bootstrapServers());
        } finally {
            spark.stop();
        }
    }

    private static void sql(SparkSession spark, String servers) {
        SparkTweets.fromKafka(spark.read()
                        .format("kafka")
                        .option("kafka.bootstrap.servers", servers)
                        .option("subscribe", "tweets")
                        .load())
                .createOrReplaceTempView("received");
        spark.sql("SELECT text FROM received UNION ALL SELECT CAST(NULL AS STRING)")
                .createOrReplaceTempView("tweets");
        SparkTweets.registerUdf(spark, "emotion", OnnxModels.emotion());
        Dataset<Row> labels = spark.sql("""
                SELECT e.label, count(*) AS tweets
                FROM (SELECT emotion(text) AS e FROM tweets)
                WHERE e.label IS NOT NULL
                GROUP BY e.label ORDER BY tweets DESC
                """);
        assertThat(labels.collectAsList()).noneMatch(row -> row.isNullAt(0));
        assertThat(labels.collectAsList().stream()
                        .mapToLong(row -> row.getLong(1))
                        .sum())
                .isBetween(1L, (long) TWEETS);
    }

    private static long stored(Path store) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM tweet")) {
            return rows.getLong(1);
        }
    }
}
