/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.RecordingSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet as people have it. */
class FromTableTest {
    private static final SparkSession SPARK = LocalSpark.session();
    private static final Instant TIME = Instant.parse("2023-09-08T03:33:20Z");
    private static final String ID = "1700000000000000000";

    @TempDir
    Path folder;

    @Test
    void thePlainNamesOfTwarcAreKnown() {
        Dataset<Row> table =
                written("SELECT '" + ID + "' AS id, 'owls &amp; bats' AS text, '2023-09-08T03:33:20.000Z' AS"
                        + " created_at, 'en' AS lang, '5' AS author_id, 'five' AS `author.username`, 3.0 AS"
                        + " `public_metrics.like_count`, array('x') AS `entities.hashtags`");

        assertThat(tweets(SparkTweets.fromTable(table, null, null)))
                .containsExactly(Tweet.builder(ID, "owls & bats", TIME)
                        .author(new Author("5", "five", null, null))
                        .lang("en")
                        .publicMetrics(new PublicMetrics(null, null, 3L, null, null, null))
                        .build());
    }

    @Test
    void thoseOfASetOfKaggleAreGivenAndABadRowCostsItselfAlone() {
        Dataset<Row> table =
                written("SELECT * FROM VALUES (1700000000000000000, 'great', TIMESTAMP '2023-09-08 03:33:20Z',"
                        + " 'positive'), (0, 'zero', TIMESTAMP '2023-09-08 03:33:20Z', 'positive'), (1700000000000000001, null,"
                        + " null, null) AS t(tweet_id, body, posted, mood)");

        Dataset<Row> frame = SparkTweets.fromTable(table, "text=body,time=posted", null);

        assertThat(tweets(frame))
                .containsExactly(Tweet.builder(ID, "great", TIME).build());
        List<DeadLetter> dead = SparkTweets.deadLetters(frame).collectAsList().stream()
                .map(LocalSpark::deadLetter)
                .toList();
        assertThat(dead).extracting(DeadLetter::code).containsExactly("bad-id", "missing-field");
        assertThat(dead.get(0).origin()).contains(".parquet-");
        assertThat(new String(dead.get(0).original(), StandardCharsets.UTF_8))
                .startsWith("{\"tweet_id\":0,\"body\":\"zero\",");
    }

    @Test
    void columnsWithinStructsAreFoundAndWhatIsAbsentStaysSo() {
        Dataset<Row> table = written("SELECT CAST('" + ID + "' AS DECIMAL(20, 0)) AS id_str, 'whole' AS full_text,"
                + " named_struct('screen_name', 'five', 'id', 5L, 'followers_count', 7) AS user, TIMESTAMP_NTZ '2020-01-01"
                + " 00:00:00' AS created_at, CAST(null AS STRING) AS lang");

        assertThat(tweets(SparkTweets.fromTable(table, null, null)))
                .as("a time without a time zone is none; the id holds it")
                .containsExactly(Tweet.builder(ID, "whole", Instant.parse("2023-09-08T04:15:59.129Z"))
                        .author(new Author("5", "five", null, 7L))
                        .build());
    }

    @Test
    void aTableWithoutIdsGetsThemByARule() {
        Dataset<Row> table = written("SELECT 'great' AS text, TIMESTAMP '2023-09-08 03:33:20Z' AS created_at");

        List<Tweet> once = tweets(SparkTweets.fromTable(table, null, "text,created_at"));
        assertThat(once).hasSize(1).isEqualTo(tweets(SparkTweets.fromTable(table, null, "text,created_at")));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SparkTweets.fromTable(table, null, null))
                .withMessageContaining("columns are text, created_at, and which holds an id is not known");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SparkTweets.fromTable(table, "id", null))
                .withMessageContaining("say it as in id=tweet_id");
    }

    @Test
    void aStreamOfFilesEndsInTheLedger() throws Exception {
        Dataset<Row> table = written("SELECT * FROM VALUES ('" + ID + "', 'great'), ('x', 'bad') AS t(id, text)");
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("from-table");
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("from-table-dead");
        Dataset<Row> stream = SPARK.readStream()
                .schema(table.schema())
                .parquet(folder.resolve("tweets").toString());

        SparkTweets.fromTable(stream, null, null)
                .writeStream()
                .foreachBatch(BatchWriter.tweets()
                        .sink("sink", sink)
                        .deadLetters(dead)
                        .build())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();

        assertThat(sink.records()).extracting(record -> record.tweet().text()).containsExactly("great");
        assertThat(dead.records()).extracting(DeadLetter::code).containsExactly("bad-id");
    }

    private Dataset<Row> written(String sql) {
        String file = folder.resolve("tweets").toString();
        SPARK.sql(sql).coalesce(1).write().parquet(file);
        return SPARK.read().parquet(file);
    }

    private static List<Tweet> tweets(Dataset<Row> frame) {
        Dataset<Row> tweets = SparkTweets.tweets(frame);
        return tweets.collectAsList().stream().map(LocalSpark::tweet).toList();
    }
}
