/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.json.TweetJson;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NightjarExtensionsTest {
    private static final int ROWS = 20_000;
    private static final CountingClassifier.Factory EMOTION = CountingClassifier.named("sql-extension");

    private static SparkSession spark;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void session() {
        SparkSession others = LocalSpark.session();
        SparkSession.clearActiveSession();
        SparkSession.clearDefaultSession();
        spark = SparkSession.builder()
                .withExtensions(new NightjarExtensions())
                .config("spark.nightjar.classifiers.emotion.type", Counted.class.getName())
                .config("spark.nightjar.classifiers.emotion.name", "sql-extension")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate();
        SparkSession.setDefaultSession(others);
        SparkSession.setActiveSession(others);
        LocalSpark.files(spark, ROWS, directory.resolve("tweets").toString()).createOrReplaceTempView("tweets");
        spark.sql("CREATE TEMP VIEW classified AS SELECT id, lang, text, classify('emotion', text) AS e FROM tweets");
    }

    @BeforeEach
    void nothingIsAsked() {
        EMOTION.batches().clear();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "    0 | SELECT count(*) FROM classified",
                "    0 | SELECT id FROM classified",
                " 2000 | SELECT id, e.label FROM classified WHERE lang = 'en'",
                " 2000 | SELECT id FROM classified WHERE e.label = 'joy' AND lang = 'en'",
                "20000 | SELECT e.label, e.score, classify('emotion', text).model FROM classified WHERE e.score > 0.1",
                "20000 | SELECT id, e.score FROM classified ORDER BY e.score",
                "20000 | SELECT id, e.score FROM classified ORDER BY e.score LIMIT 10",
                "20000 | SELECT a.id, a.e.label, b.e.score FROM classified a JOIN classified b ON a.id = b.id",
                "20000 | SELECT a.id, a.e.label, b.lang, b.e.score FROM classified a JOIN classified b ON a.id = b.id",
                "20000 | SELECT id FROM classified WHERE e.score >= (SELECT avg(e.score) FROM classified)",
                "20000 | SELECT (SELECT avg(e.score) FROM classified), (SELECT count(id) FROM classified WHERE e.label = 'joy')",
                "20000 | SELECT id FROM classified WHERE e.label = 'joy' UNION ALL SELECT id FROM classified WHERE e.score > 1",
                "20000 | SELECT lang, avg(classify(text).score), max(classify(text).score) FROM tweets GROUP BY lang",
                "20000 | SELECT lang, count(DISTINCT e.label), count(DISTINCT id) FROM classified GROUP BY lang",
                "20000 | SELECT id, rank() OVER (PARTITION BY lang ORDER BY e.score) FROM classified",
                "20000 | SELECT label, count(*) FROM (SELECT explode(map_keys(e.scores)) AS label FROM classified) GROUP BY 1",
                "20000 | SELECT coalesce(e.label, '-'), CASE WHEN e.label = 'joy' THEN 1 ELSE 0 END FROM classified"
            })
    void eachRowIsAskedOnceAndOnlyIfSomebodyReadsTheAnswer(long texts, String sql) {
        Dataset<Row> answers = spark.sql(sql);

        assertThat(answers.collectAsList()).isNotEmpty();

        assertThat(EMOTION.texts()).isEqualTo(texts);
        assertThat(EMOTION.batches())
                .as("batches, of which each partition has one that is not full")
                .hasSizeLessThanOrEqualTo((int) texts / SparkTweets.DEFAULT_BATCH_SIZE + 5);
    }

    @Test
    void aLimitAsksForOneBatch() {
        assertThat(spark.sql("SELECT id, e.label FROM classified LIMIT 10").collectAsList())
                .hasSize(10);

        assertThat(EMOTION.texts()).isBetween(10L, (long) SparkTweets.DEFAULT_BATCH_SIZE);
    }

    /** A guard is honoured: what stands behind it is asked a row at a time. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " 2000 | CASE WHEN lang = 'en' THEN classify(text) END",
                "20000 | transform(array(text), t -> classify('emotion', t))[0]"
            })
    void whereACallCannotBeLiftedItAnswersTheSame(long texts, String call) {
        List<Row> rows = spark.sql(
                        "SELECT text, " + call + " AS e FROM tweets WHERE lang = 'en' OR length(id) > 0 ORDER BY id")
                .where("e IS NOT NULL")
                .collectAsList();

        assertThat(rows).hasSize((int) texts);
        Classifier plain = KeywordClassifier.emotion().name("sql-extension").open();
        assertThat(rows)
                .allSatisfy(row -> assertThat(LocalSpark.classification(row.getStruct(1)))
                        .isEqualTo(plain.classify(row.getString(0))));
    }

    @Test
    void theAnswersAreThoseOfTheClassifier() {
        List<Row> rows = spark.sql("SELECT text, e FROM classified").collectAsList();

        List<Classification> expected = KeywordClassifier.emotion()
                .name("sql-extension")
                .open()
                .classifyAll(rows.stream().map(row -> row.getString(0)).toList());
        assertThat(rows)
                .hasSize(ROWS)
                .extracting(row -> LocalSpark.classification(row.getStruct(1)))
                .isEqualTo(expected);
    }

    @Test
    void aPlanShowsTheOperatorAboveTheFilter() {
        Dataset<Row> joyful = spark.sql("SELECT id FROM classified WHERE e.label = 'joy' AND lang = 'en'");

        assertThat(joyful.queryExecution().executedPlan().toString())
                .containsSubsequence("Classify classify('emotion', text", "Filter", "lang", "FileScan")
                .doesNotContain("MapPartitions");
    }

    @Test
    void theUiShowsWhatTheOperatorDid() {
        Dataset<Row> labels = spark.sql(
                "SELECT classify('emotion', t).label FROM (SELECT explode(array('so happy', ' ', 'at ten', NULL, 'so happy'))"
                        + " AS t FROM range(1))");

        assertThat(labels.collectAsList()).hasSize(5);

        Map<String, Long> shown = new TreeMap<>();
        Values.<String, SQLMetric>javaMap(operator(labels.queryExecution().executedPlan())
                        .orElseThrow()
                        .metrics())
                .values()
                .forEach(metric -> shown.put(metric.name().get(), metric.value()));
        assertThat(shown.remove("time in the classifier")).isPositive();
        assertThat(shown)
                .containsEntry("number of output rows", 5L)
                .containsEntry("number of texts", 4L)
                .containsEntry("number of distinct texts", 3L)
                .containsEntry("number of batches", 1L)
                .containsEntry("number of tokens", 23L)
                .containsEntry("number of tokens of padding", 9L)
                .containsEntry("rejected as blank", 1L)
                .containsEntry("rejected as model_fault", 0L);
    }

    private static Optional<SparkPlan> operator(SparkPlan plan) {
        return plan instanceof ClassifyExec
                ? Optional.of(plan)
                : Values.<SparkPlan>get(plan, "children").stream()
                        .flatMap(child -> operator(child).stream())
                        .findFirst();
    }

    @Test
    void sparkAdaptsAQueryWithTheOperatorAsAnyOther() {
        Dataset<Row> labels = spark.sql("SELECT e.label, count(*) FROM classified GROUP BY 1");

        assertThat(labels.queryExecution().executedPlan().toString()).startsWith("AdaptiveSparkPlan");
    }

    @Test
    void aStreamAsksOncePerRow() throws Exception {
        Dataset<Row> stream = spark.readStream()
                .schema(spark.table("tweets").schema())
                .parquet(directory.resolve("tweets").toString());
        stream.createOrReplaceTempView("arriving");

        spark.sql("SELECT id, e.label FROM (SELECT id, classify(text) AS e FROM arriving) WHERE e.label = 'joy'")
                .writeStream()
                .format("memory")
                .queryName("joyful")
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();

        assertThat(spark.table("joyful").count()).isEqualTo((ROWS + 2) / 3);
        assertThat(EMOTION.texts()).isEqualTo(ROWS);
    }

    @Test
    void aSettingSaysHowManyRowsAreAskedAboutAtATime() {
        set("emotion.batch-size", "500");

        assertThat(spark.sql("SELECT classify(text).label FROM tweets").collectAsList())
                .hasSize(ROWS);

        assertThat(EMOTION.texts()).isEqualTo(ROWS);
        assertThat(EMOTION.batches()).hasSizeBetween(ROWS / 500, ROWS / 500 + 4);
    }

    /** As real-time mode wants it, which takes no operator of ours. */
    @Test
    void aStreamThatAsksOneAtATimeHoldsNoRowBack() throws Exception {
        set("emotion.batch-size", "1");
        spark.readStream()
                .schema(spark.table("tweets").schema())
                .parquet(directory.resolve("tweets").toString())
                .where("lang = 'en'")
                .selectExpr(
                        "to_json(struct(string(1785640309355446272 + bigint(id)) AS id, text, current_timestamp() AS created_at))"
                                + " AS value")
                .createOrReplaceTempView("topic");

        spark.sql("""
                SELECT t.id AS key, to_json(struct(e.label, e.score)) AS value
                FROM (SELECT t, classify('emotion', t.text) AS e FROM (SELECT parse_tweet(value) AS t FROM topic))
                """)
                .writeStream()
                .format("memory")
                .queryName("one_by_one")
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();

        assertThat(spark.sql("SELECT key FROM one_by_one WHERE value LIKE '{\"label\":\"joy\",\"score\":0.%'")
                        .count())
                .isEqualTo(ROWS / 30 + 1);
        assertThat(EMOTION.batches())
                .hasSize(ROWS / 10)
                .allSatisfy(batch -> assertThat(batch).hasSize(1));
    }

    @Test
    void nullHasNoAnswerAndAWrittenTextHasOne() {
        assertThat(spark.sql(
                                "SELECT classify('emotion', NULL), classify('happy, great fun').label, classify(' ').rejected")
                        .first())
                .isEqualTo(RowFactory.create(null, "joy", "blank"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classify('emotion', CAST(text AS BINARY)) | classify('emotion', CAST(CAST(tweets.text AS BINARY) AS STRING))",
                "classify(text, 'emotion')                 | write classify('...', text)",
                "classify(text, lang, id)                  | write classify(concat_ws(",
                "hashtags(17)                              | write hashtags(CAST(17 AS STRING))",
                "parse_tweet(17)                           | write parse_tweet(CAST(17 AS STRING))"
            })
    void aWrongArgumentIsRefusedWhenTheQueryIsAnalysedWithWhatToWrite(String call, String message) {
        assertThatExceptionOfType(AnalysisException.class)
                .isThrownBy(() -> analyse("SELECT " + call + " FROM tweets"))
                .withMessageContaining(message);
    }

    /** Spark's error is a checked one. */
    private static void analyse(String sql) throws Exception {
        spark.sql(sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "emotoin | mood.name | x         | did you mean 'emotion'? Otherwise set spark.nightjar.classifiers.emotoin.type",
                "mood    | mood.name | x         | Set spark.nightjar.classifiers.mood.type",
                "mood    | mood.type | no.Such   | spark.nightjar.classifiers.mood.type is 'no.Such', which is no configuration",
                "mood    | mood.type | java.lang.Thread | which is no configuration of a classifier",
                "mood    | mood.nmae | x         | counted has no option 'nmae'; did you mean 'name'?",
                "mood    | mood.batch-size | 0   | spark.nightjar.classifiers.mood.batch-size is '0', not a whole number of at least 1"
            })
    void aWrongSettingIsRefusedWithWhatToSet(String name, String option, String value, String message) {
        set(option.matches(".*(nmae|size)") ? "mood.type" : "mood.unused", Counted.class.getName());
        set(option, value);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> spark.sql("SELECT classify('" + name + "', 'x')"))
                .withMessageContaining(message);
    }

    @Test
    void withTwoClassifiersACallSaysWhich() {
        set("mood.type", Counted.class.getName());

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> spark.sql("SELECT classify('x')"))
                .withMessageContaining("classify('emotion', text): [emotion, mood]");
    }

    @Test
    void aSecretIsShownNowhere() {
        set("emotion.token", "canary-4711");

        Dataset<Row> rows = spark.sql("SELECT classify('x').label, model_info('emotion').configuration");

        assertThat(rows.queryExecution().toString()).contains("classify").doesNotContain("canary");
        assertThat(rows.first().getString(1)).contains("token").doesNotContain("canary");
        assertThat(spark.sql("SET").collectAsList().toString()).doesNotContain("canary");
    }

    private static void set(String option, String value) {
        spark.conf().set("spark.nightjar.classifiers." + option, value);
    }

    @AfterEach
    void theSettingsAreAsBefore() {
        List.of(
                        "mood.type",
                        "mood.unused",
                        "mood.name",
                        "mood.nmae",
                        "mood.batch-size",
                        "emotion.token",
                        "emotion.batch-size")
                .forEach(option -> spark.conf().unset("spark.nightjar.classifiers." + option));
    }

    @Test
    void aModelSaysWhatItIs() {
        assertThat(spark.sql("SELECT i.labels[1], i.model, i.problem_type FROM (SELECT model_info('emotion') AS i)")
                        .first())
                .isEqualTo(RowFactory.create(
                        "joy",
                        KeywordClassifier.emotion().name("sql-extension").open().model(),
                        "single_label"));
    }

    @Test
    void aTweetIsParsed() {
        String json = TweetJson.toJson(Tweets.rich());
        List<Row> rows = spark.sql("SELECT parse_tweet(value), parse_tweet(CAST(value AS STRING)) FROM VALUES (CAST('"
                        + json.replace("\\", "\\\\").replace("'", "\\'") + "' AS BINARY)) AS (value)")
                .collectAsList();

        for (int i = 0; i < 2; i++) {
            Row tweet = rows.get(0).getStruct(i);
            assertThat(LocalSpark.tweet(tweet)).isEqualTo(Tweets.rich());
            assertThat(tweet.<String>getAs("rejected")).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"hello | plain-text", "{\"id\":7} | missing-field", "[1 | bad-json", "\"{}\" | json-in-a-string"})
    void whatIsNoTweetHasAReasonAndFailsNoQuery(String value, String reason) {
        Row tweet = spark.sql("SELECT parse_tweet('" + value + "'), parse_tweet(NULL)")
                .first();

        assertThat(tweet.getStruct(0).<String>getAs("rejected")).isEqualTo(reason);
        assertThat(tweet.getStruct(0).<String>getAs("id")).isNull();
        assertThat(tweet.isNullAt(1)).isTrue();
    }

    @Test
    void hashtagsMentionsAndWordsAreFound() {
        Row row = spark.sql(
                        "SELECT hashtags('#Match &#39; a#b #2026 ＃試合_1!'), mentions('hi @wren_at_dusk! a@b.c @@x'), "
                                + "normalize_tweet('What a  GAME! @me #fun https://t.co/x'), hashtags(NULL), mentions('none')")
                .first();

        assertThat(row.<String>getList(0)).containsExactly("Match", "試合_1");
        assertThat(row.<String>getList(1)).containsExactly("wren_at_dusk");
        assertThat(row.getString(2)).isEqualTo("what a game");
        assertThat(row.isNullAt(3)).isTrue();
        assertThat(row.<String>getList(4)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classify", "model_info", "parse_tweet", "hashtags", "mentions", "normalize_tweet"})
    void eachFunctionIsDescribedWithAnExample(String name) {
        assertThat(spark.sql("DESCRIBE FUNCTION EXTENDED " + name)
                        .collectAsList()
                        .toString())
                .contains("Usage: " + name + "(", "Examples:", "> SELECT " + name + "(");
    }

    @Test
    void theDocumentedQueryIsOne() {
        spark.sql("""
                SELECT lang, avg(e.score) AS score, count(*) AS tweets
                FROM (SELECT lang, classify('emotion', text) AS e FROM tweets)
                WHERE e.label = 'joy'
                GROUP BY lang
                """).collectAsList();

        assertThat(EMOTION.texts()).isEqualTo(ROWS);
    }

    /** How the counting classifier is configured. */
    public static final class Counted extends Configuration implements ClassifierFactory {
        static final Options OPTIONS = Options.of("counted");
        static final Option<String> NAME = OPTIONS.add(Option.text("name").unlessSet("keyword"));
        static final Option<Credential> TOKEN = OPTIONS.add(Option.credential("token"));
        private static final long serialVersionUID = 1L;

        private Counted(Builder builder) {
            super(builder);
        }

        /** As each configuration has it. */
        public static Counted fromMap(Map<String, String> options) {
            return new Builder().read(options).build();
        }

        @Override
        protected Options options() {
            return OPTIONS;
        }

        @Override
        public Classifier open() {
            String name = find(NAME);
            return CountingClassifier.named(name == null ? "keyword" : name).open();
        }

        private static final class Builder extends Configuration.Builder<Counted, Builder> {
            Builder() {
                super(OPTIONS, Counted::new);
            }
        }
    }
}
