/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.Tweets;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyFunctionTest {
    private static final SparkSession SPARK = LocalSpark.session();

    @BeforeAll
    static void tweets() {
        // Cached, since before Spark 4 a filter is moved to the other side of the shuffle that makes the partitions.
        LocalSpark.frame(Tweets.tweets(700), 4).cache().createOrReplaceTempView("seven_hundred");
    }

    @Test
    void aTextIsClassifiedInSql() {
        SparkTweets.registerUdf(SPARK, "emotion", KeywordClassifier.emotion());
        Classification.Scored answer =
                (Classification.Scored) KeywordClassifier.emotion().shared().classify("happy, great fun");

        Row row = SPARK.sql("SELECT e.label, e.scores['neutral'], e.model, e.rejected, emotion(NULL), "
                        + "emotion(' ').rejected FROM (SELECT emotion('happy, great fun') AS e)")
                .first();

        assertThat(row)
                .isEqualTo(RowFactory.create(
                        "joy", answer.score("neutral").orElseThrow(), answer.model(), null, null, "blank"));
    }

    @Test
    void aFunctionThatIsWrittenOnceIsEvaluatedOncePerRow() {
        CountingClassifier.Factory factory = CountingClassifier.named("sql-once");
        SparkTweets.registerUdf(SPARK, "once", factory);

        List<Row> rows = SPARK.sql(
                        "SELECT id, e.label, e.score, e.model FROM "
                                + "(SELECT id, once(text) AS e FROM seven_hundred) WHERE e.label <> 'neutral' AND e.score > 0.1")
                .collectAsList();

        assertThat(rows).isNotEmpty().hasSizeLessThan(700);
        assertThat(factory.texts()).isEqualTo(700);
        assertThat(factory.batches()).as("in batches").hasSizeLessThan(20);
    }

    @Test
    void aCountByLabelEvaluatesOncePerRow() {
        CountingClassifier.Factory factory = CountingClassifier.named("sql-group");
        SparkTweets.registerUdf(SPARK, "grouped", factory);

        Dataset<Row> counts = SPARK.sql(
                "SELECT grouped(text).label AS label, count(*) AS n FROM seven_hundred GROUP BY 1 ORDER BY n");

        assertThat(counts.selectExpr("sum(n)").first().getLong(0)).isEqualTo(700);
        assertThat(factory.texts()).isEqualTo(700);
    }

    @Test
    void anAverageByLanguageIsOneQuery() {
        CountingClassifier.Factory factory = CountingClassifier.named("sql-average");
        SparkTweets.registerUdf(SPARK, "averaged", factory);

        List<Row> rows = SPARK.sql("SELECT lang, avg(averaged(text).score) AS score, max(averaged(text).score) AS best "
                        + "FROM seven_hundred GROUP BY lang")
                .collectAsList();

        assertThat(rows)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.getDouble(1)).isBetween(0.0, 1.0));
        assertThat(factory.texts()).as("once a row, though it is written twice").isEqualTo(700);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CAST('What a game!' AS BINARY) | BINARY | typed(CAST(CAST('What a game!' AS BINARY) AS STRING))",
                "17                             | INT    | typed(CAST(17 AS STRING))",
                "1.5D                           | DOUBLE | typed(CAST(1.5D AS STRING))",
                "true                           | BOOLEAN | AS STRING))",
                "DATE'2026-02-08'               | DATE   | AS STRING))",
                "author                         | STRUCT<id | author.id)",
                "public_metrics                 | STRUCT<retweet_count | to_json(",
                "array('a', 'b')                | ARRAY<STRING> | array_join(",
                "map('a', 'b')                  | MAP<STRING, STRING> | to_json("
            })
    void whatIsNoTextIsRefusedWhenTheQueryIsAnalysedWithWhatToWrite(String argument, String type, String write) {
        SparkTweets.registerUdf(SPARK, "typed", KeywordClassifier.emotion().name("sql-typed"));

        assertThatExceptionOfType(AnalysisException.class)
                .isThrownBy(() -> analyse("SELECT typed(" + argument + ").label FROM seven_hundred"))
                .withMessageContaining("\"typed(")
                .withMessageContaining("\"" + type)
                .withMessageContaining("; write typed(")
                .withMessageContaining(write);
    }

    @Test
    void aSecondArgumentOrNoneIsRefusedWhenTheQueryIsAnalysed() {
        SparkTweets.registerUdf(SPARK, "counted", KeywordClassifier.emotion().name("sql-counted"));

        assertThatExceptionOfType(AnalysisException.class)
                .isThrownBy(() -> analyse("SELECT counted(text, 3) FROM seven_hundred"))
                .withMessageContaining("`counted`")
                .withMessageContaining("2 (STRING, INT)")
                .withMessageContaining("write counted(concat_ws(' ', ");
        assertThatExceptionOfType(AnalysisException.class)
                .isThrownBy(() -> analyse("SELECT counted()"))
                .withMessageContaining("`counted`")
                .withMessageContaining("write counted(text)");
    }

    @Test
    void theCastThatIsAdvisedWorks() {
        SparkTweets.registerUdf(SPARK, "casted", KeywordClassifier.emotion().name("sql-cast"));

        assertThat(SPARK.sql("SELECT casted(CAST(CAST('happy, great fun' AS BINARY) AS STRING)).label")
                        .first()
                        .getString(0))
                .isEqualTo("joy");
    }

    /** Spark's error is a checked one. */
    private static void analyse(String sql) throws Exception {
        SPARK.sql(sql);
    }

    @Test
    void aFunctionSharesTheJvmsOneClassifier() {
        KeywordClassifier.Factory factory = KeywordClassifier.emotion().name("sql-shared");
        SparkTweets.registerUdf(SPARK, "shared_emotion", factory);
        for (int job = 0; job < 2; job++) {
            assertThat(SPARK.sql("SELECT shared_emotion(text) FROM seven_hundred")
                            .collectAsList())
                    .hasSize(700);
        }
        assertThat(factory.openings()).isEqualTo(1);
    }

    @Test
    void aFunctionNeedsAPlainName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.registerUdf(SPARK, "my emotion", KeywordClassifier.emotion()))
                .withMessageContaining("'my emotion'");
    }

    @Test
    void callsWithMoreThreadsThanThereAreCoresAreWarnedOf() {
        Classify four = new Classify("mood(", new FourThreads(), 64, Literal$.MODULE$.apply("happy"));

        assertThat(four.oversubscription(2, 8)).isEmpty();
        assertThat(four.oversubscription(8, 8))
                .contains("Each call of 'mood' works with 4 threads, and Spark makes 8 at a time, on 8 cores; set"
                        + " spark.task.cpus to 4, or give the classifier fewer threads");
    }

    private record FourThreads() implements ClassifierFactory {
        @Override
        public int threads() {
            return 4;
        }

        @Override
        public Classifier open() {
            throw new AssertionError("not asked");
        }
    }
}
