/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.sink.hbase.HBaseCounts;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.source.replay.ReplayConfig;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.spark.TweetTrends;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The formats of the sinks and of the replay, by names and options alone, as from Python. */
@Timeout(900)
class SinkFormatsIT {
    private static final long FIRST_ID = 1785640309355446272L;
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path SQL = ROOT.resolve("samples/command/src/test/spark/functions.sql");

    /** What our modules need that a cluster lacks. */
    private static final String OURS = ".*/(failsafe|jspecify|sqlite-jdbc)-[^/]*\\.jar";

    private static final String MOOD = "spark.nightjar.classifiers.mood.";
    private static final Path STATUS = Path.of("/proc/self/status");

    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startSpark(@TempDir Path warehouse) throws IOException {
        spark = SparkSession.builder()
                .master("local[2,3]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.warehouse.dir", warehouse.toString())
                .config("spark.sql.extensions", "dev.nightjar.spark.NightjarExtensions")
                .config("spark.nightjar.classifiers.emotion.type", "dev.nightjar.classifier.lr.LrClassifierConfig")
                .config("spark.nightjar.classifiers.emotion.model", "bundled:sentiment-lr")
                .config("spark.plugins", "org.apache.spark.sql.connect.SparkConnectPlugin")
                .config("spark.connect.grpc.binding.address", "127.0.0.1")
                .config("spark.connect.grpc.binding.port", freePort())
                .getOrCreate();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @Test
    void mongoHoldsEachTweetOnceAndTheTopicWhatIsNone() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String uri = "mongodb://127.0.0.1:" + mongo.bind().getPort() + "/birds";
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                StoredTweets stored =
                        MongoSinkConfig.builder(uri).collection("moods").build().read()) {
            Map<String, String> options = Map.of(
                    "uri",
                    uri,
                    "collection",
                    "moods",
                    "dead-letter-topic",
                    "letters",
                    "bootstrap-servers",
                    broker.bootstrapServers());
            write("nightjar-mongo", options);
            assertThat(stored.count()).isEqualTo(998);
            write("nightjar-mongo", options);
            assertThat(stored.count()).isEqualTo(998);
            assertThat(stored.newest(1_000))
                    .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"))
                    .extracting(tweet -> tweet.tweet().id())
                    .doesNotHaveDuplicates();
            assertThat(letters(broker))
                    .hasSize(2)
                    .allSatisfy(letter -> assertThat(letter.code()).isEqualTo("bad-id"))
                    .extracting(DeadLetter::origin)
                    .containsOnly(letters(broker).get(0).origin());

            Map<String, String> strict = new TreeMap<>(options);
            strict.putAll(Map.of("dead-letter-limit", "2", "dead-letter-window", "2"));
            assertThatExceptionOfType(FatalException.class)
                    .as("one in each of two tasks")
                    .isThrownBy(() -> write("nightjar-mongo", strict, tweets(2).withColumn("id", lit("007"))))
                    .withMessageStartingWith("Of the last 2 rows 2 are dead letters, most often 'sink/bad-id' (2)");

            assertThatExceptionOfType(SparkException.class)
                    .as("each attempt fails after half its rows, the last one for good")
                    .isThrownBy(() -> write("nightjar-mongo", options, failing(good(), 3)));
            write("nightjar-mongo", options, failing(good(), 1));
            assertThat(stored.count()).as("after attempts that failed half-way").isEqualTo(998);

            Dataset<Row> counts = counts();
            try (MongoClient client = MongoClients.create(uri)) {
                for (int run = 0; run < 2; run++) {
                    write("nightjar-mongo", options, counts);
                    assertThat(client.getDatabase("birds")
                                    .getCollection("counts")
                                    .countDocuments())
                            .isEqualTo(counts.count());
                }
            }

            tweets(1_200).write().parquet(folder.resolve("tweets").toString());
            for (int run = 0; run < 2; run++) {
                stream("nightjar-mongo", options);
                assertThat(stored.count()).isEqualTo(1_198);
            }
        } finally {
            mongo.shutdownNow();
        }
    }

    @Test
    void influxHoldsEachTweetOnce() throws Exception {
        try (InfluxStub influx = new InfluxStub()) {
            Map<String, String> options =
                    Map.of("url", influx.url(), "org", "birds", "bucket", "birds", "token", "swordfish");
            write("nightjar-influx", options, good());
            write("nightjar-influx", options, good());

            assertThat(influx.points).hasSize(998);
            assertThat(influx.points.values())
                    .allSatisfy(point -> assertThat(point).contains("emotion"));

            Dataset<Row> counts = counts();
            write("nightjar-influx", options, counts);
            write("nightjar-influx", options, counts);
            assertThat(influx.counts)
                    .hasSize((int) counts.count())
                    .allSatisfy((tags, count) -> assertThat(tags).startsWith("counts,key=joy,metric=emotion"));
        }
    }

    @Test
    void hbaseHoldsEachTweetOnce() throws Exception {
        try (MiniHBase hbase = MiniHBase.start(folder);
                StoredTweets stored =
                        HBaseSinkConfig.builder(hbase.quorum()).build().read()) {
            Map<String, String> options = Map.of("quorum", hbase.quorum());
            write("nightjar-hbase", options, good());
            write("nightjar-hbase", options, good());

            assertThat(stored.count()).isEqualTo(998);
            assertThat(stored.newest(10))
                    .extracting(ClassifiedTweet::classifications)
                    .allSatisfy(answers -> assertThat(answers).containsOnlyKeys("emotion"));

            write("nightjar-hbase", options, counts());
            write("nightjar-hbase", options, counts());
            try (HBaseCounts read =
                    HBaseSinkConfig.builder(hbase.quorum()).build().readCounts()) {
                assertThat(read.newest("emotion", 10))
                        .singleElement()
                        .satisfies(count -> assertThat(count.count()).isBetween(38L, 39L));
            }
        }
    }

    @Test
    void aSinkFromElsewhereIsAFormatToo() throws Exception {
        Path file = folder.resolve("tweets.db");
        write("sqlite", Map.of("file", file.toString()), good());
        write("sqlite", Map.of("file", file.toString()), good());

        try (StoredTweets stored =
                SqliteTweets.open(SqliteSinkConfig.builder(file).build().file())) {
            assertThat(stored.count()).isEqualTo(998);
        }
    }

    /** From a topic's bytes to the store by names alone, as where no class of a library can be called. */
    @Test
    void theFunctionsOfSqlGiveItsFrames() throws Exception {
        Path file = folder.resolve("sql.db");
        spark.sql("SELECT encode(concat('{\"id\":\"', 1785640309355446272 + id, '\",\"text\":\"what a happy day',"
                        + " '\",\"created_at\":\"2024-05-01T08:00:00Z\"}'), 'UTF-8') AS value FROM range(20)"
                        + " UNION ALL SELECT encode('{}', 'UTF-8')")
                .selectExpr("parse_tweet(value) AS tweet")
                .select("tweet.*")
                .where("rejected IS NULL")
                .withColumn("emotion", call_function("classify", lit("emotion"), col("text")))
                .write()
                .format("sqlite")
                .option("file", file.toString())
                .mode("append")
                .save();

        try (StoredTweets stored = SqliteTweets.open(file)) {
            assertThat(stored.newest(100))
                    .hasSize(20)
                    .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"));
        }
    }

    @Test
    void sqlAnswersAsPlainJavaDoes() {
        spark.conf().set(MOOD + "type", "dev.nightjar.classifier.onnx.OnnxClassifierConfig");
        spark.conf().set(MOOD + "model", "emotion");
        try {
            Answers exact = answers("emotion", 10_000, LrModels.sentiment());
            assertThat(exact.ofSql()).hasSize(10_000).isEqualTo(exact.ofJava());
            Answers batched = answers("mood", 300, OnnxModels.emotion());
            assertThat(batched.ofSql())
                    .hasSize(300)
                    .usingRecursiveComparison()
                    .withComparatorForType(new DoubleComparator(1e-5), Double.class)
                    .isEqualTo(batched.ofJava());
        } finally {
            spark.conf().unset(MOOD + "type");
            spark.conf().unset(MOOD + "model");
        }
    }

    private static Answers answers(String name, int texts, ClassifierFactory model) {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("answers-" + name);
        BatchWriter.tweets()
                .sink("answers", sink)
                .build()
                .write(spark.read()
                        .format("nightjar-replay")
                        .option("seed", "7")
                        .option("count", Integer.toString(texts))
                        .load()
                        .selectExpr("*", "classify('" + name + "', text) AS " + name));
        List<ClassifiedTweet> answered = sink.records();
        try (Classifier plain = model.open()) {
            return new Answers(
                    answered.stream()
                            .map(tweet -> tweet.classifications().get(name))
                            .toList(),
                    plain.classifyAll(
                            answered.stream().map(tweet -> tweet.tweet().text()).toList()));
        }
    }

    private record Answers(List<Classification> ofSql, List<Classification> ofJava) {}

    /** A model takes more than its file's 23 MB, so that forty more of them would take a gigabyte. */
    @Test
    void fiftyMicroBatchesReadOneModelAndMemoryOutsideTheHeapStaysFlat() throws Exception {
        assumeTrue(Files.exists(STATUS), "no " + STATUS);
        List<Long> memory = new ArrayList<>();
        VoidFunction2<Dataset<Row>, Long> count = (batch, id) -> {
            assertThat(batch.where("mood.model IS NOT NULL").count()).isEqualTo(4);
            memory.add(outsideTheHeap());
        };

        Dataset<Row> tweets = spark.readStream()
                .format("nightjar-replay")
                .option("seed", "7")
                .option("count", "200")
                .option("max-per-trigger", "4")
                .load();
        SparkTweets.classify(tweets, "mood", new Opened())
                .writeStream()
                .foreachBatch(count)
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();

        assertThat(memory).hasSize(50);
        assertThat(Opened.TIMES).hasValue(1);
        assertThat(memory.get(49) - memory.get(9)).isLessThan(512L << 20);
    }

    private static long outsideTheHeap() throws IOException {
        String resident = Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(resident.replaceAll("\\D", "")) * 1024
                - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }

    /** Opens the transformer, and counts how often. */
    private record Opened() implements ClassifierFactory {
        static final AtomicInteger TIMES = new AtomicInteger();

        @Override
        public Classifier open() {
            TIMES.incrementAndGet();
            return OnnxModels.emotion().open();
        }
    }

    /** One file of SQL, and a write by the name of a format. */
    @Test
    void aClientOfSparkConnectGetsTheAnswersOfJava() throws Exception {
        List<String> expected = answers(spark, folder.resolve("java.db"));
        assertThat(expected).hasSize(27).anySatisfy(line -> assertThat(line).contains("\"positive\""));

        SparkSession client = org.apache.spark.sql.connect.SparkSession.builder()
                .remote("sc://127.0.0.1:" + spark.conf().get("spark.connect.grpc.binding.port"))
                .create();
        try (client) {
            assertThat(answers(client, folder.resolve("connect.db"))).isEqualTo(expected);
        }
        assertThat(stored(folder.resolve("connect.db")))
                .isEqualTo(stored(folder.resolve("java.db")))
                .hasSize(20);
    }

    @Test
    void pythonGetsTheAnswersOfJava() throws Exception {
        assumeTrue(python("-c", "import pyspark"), "no Python with pyspark");
        List<String> expected = answers(spark, folder.resolve("java.db"));
        Path lines = folder.resolve("python.txt");
        assertThat(python(
                        SQL.resolveSibling("functions.py").toString(),
                        SQL.toString(),
                        folder.resolve("python.db").toString(),
                        lines.toString()))
                .isTrue();
        assertThat(lines).content(UTF_8).isEqualToIgnoringNewLines(String.join("\n", expected) + "\n");
        assertThat(stored(folder.resolve("python.db"))).isEqualTo(stored(folder.resolve("java.db")));
    }

    private static List<String> answers(SparkSession session, Path store) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String statement : Files.readString(SQL).split(";\n")) {
            session.sql(statement).collectAsList().forEach(row -> lines.add(row.getString(0)));
        }
        write("sqlite", Map.of("file", store.toString()), session.table("classified"));
        return lines;
    }

    private static List<ClassifiedTweet> stored(Path store) throws IOException {
        try (StoredTweets stored = SqliteTweets.open(store)) {
            return stored.newest(100);
        }
    }

    /** Whether Python ends well, with a Spark of its own that has our jars and the settings of this one. */
    private static boolean python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("python", "python3")));
        command.addAll(List.of(arguments));
        ProcessBuilder python = new ProcessBuilder(command).inheritIO();
        String jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.startsWith(ROOT.toString()) || entry.matches(OURS))
                .collect(Collectors.joining(File.pathSeparator));
        String settings = Stream.of(spark.sparkContext().conf().getAll())
                .filter(setting -> setting._1.matches("spark\\.(nightjar|sql|ui|master).*"))
                .map(setting -> "--conf " + setting._1 + '=' + setting._2)
                .collect(Collectors.joining(" "));
        python.environment().put("PYSPARK_SUBMIT_ARGS", settings + " --driver-class-path " + jars + " pyspark-shell");
        return python.start().waitFor() == 0;
    }

    @Test
    void aReplayIsClassifiedAndStoredInSqlWithoutKafka() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String uri = "mongodb://127.0.0.1:" + mongo.bind().getPort();
        try (StoredTweets stored = MongoSinkConfig.builder(uri + "/nightjar")
                .collection("moods")
                .build()
                .read()) {
            Path file = folder.resolve("tweets.jsonl");
            Files.write(file, lines(0, 300));
            String statements = """
                    CREATE TEMPORARY VIEW replay USING `nightjar-replay` OPTIONS (path 'tweets.jsonl');

                    CREATE TABLE moods USING `nightjar-mongo`
                    OPTIONS (uri 'mongodb://localhost:27017', collection 'moods')
                    AS SELECT *, classify('emotion', text) AS emotion FROM replay WHERE dead_letter IS NULL;

                    SELECT dead_letter.code, dead_letter.origin FROM replay WHERE dead_letter IS NOT NULL
                    """;
            List<Row> last = List.of();
            for (String statement : statements
                    .replace("tweets.jsonl", file.toUri().toString())
                    .replace("mongodb://localhost:27017", uri)
                    .split(";")) {
                last = spark.sql(statement).collectAsList();
            }
            assertThat(stored.count()).as("one of 300 is deleted again").isEqualTo(299);
            assertThat(stored.newest(1))
                    .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"));
            assertThat(last)
                    .singleElement()
                    .satisfies(row -> assertThat(row.mkString(" ")).isEqualTo("bad-json tweets.jsonl:302"));
            spark.sql("INSERT INTO moods SELECT *, classify('emotion', text) AS emotion FROM replay"
                    + " WHERE dead_letter IS NULL");
            assertThat(stored.count()).isEqualTo(299);
        } finally {
            spark.sql("DROP TABLE IF EXISTS moods");
            mongo.shutdownNow();
        }
    }

    @Test
    void aReplayThatIsKilledGoesOnWhereItStopped() throws Exception {
        Path file = folder.resolve("tweets.jsonl");
        Files.write(file, lines(0, 250));
        Path database = folder.resolve("replay.db");
        String checkpoint = folder.resolve("checkpoint").toString();
        replay(file.toString(), database, checkpoint);
        // As if it had been killed before it noted that the last micro-batch was written.
        Files.delete(folder.resolve("checkpoint/commits/2"));
        Files.deleteIfExists(folder.resolve("checkpoint/commits/.2.crc"));
        Files.write(file, lines(250, 777), StandardOpenOption.APPEND);

        replay(file.toString(), database, checkpoint);

        try (StoredTweets stored = SqliteTweets.open(database)) {
            assertThat(stored.newest(2_000))
                    .extracting(tweet -> tweet.tweet().id())
                    .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 777)
                            .filter(number -> number != 0 && number != 250)
                            .mapToObj(number -> String.valueOf(FIRST_ID + number))
                            .toList());
        }
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> replay(file.toString(), database, checkpoint))
                .as("another file under this name")
                .hasRootCauseInstanceOf(ConfigException.class);
    }

    private static void replay(String file, Path database, String checkpoint) throws Exception {
        ClassifierFactory emotion = KeywordClassifier.emotion();
        Dataset<Row> replay = spark.readStream()
                .format("nightjar-replay")
                .option("path", file)
                .option("max-per-trigger", "100")
                .load();
        StreamingQuery query = SparkTweets.classify(replay.where("dead_letter IS NULL"), "emotion", emotion)
                .writeStream()
                .format("sqlite")
                .option("file", database.toString())
                .option("checkpointLocation", checkpoint)
                .trigger(Trigger.AvailableNow())
                .start();
        query.awaitTermination();
    }

    @Test
    void tweetsAreMadeUpAtAPace() throws Exception {
        Map<String, String> options = Map.of("count", "300", "seed", "7", "max-rate", "500");
        List<String> ids;
        try (TweetSource source =
                ReplayConfig.synthetic().seed(7).count(300).build().open()) {
            ids = source.poll(Duration.ofSeconds(9)).tweets().stream()
                    .map(Tweet::id)
                    .toList();
        }
        assertThat(spark.read()
                        .format("nightjar-replay")
                        .options(options)
                        .load()
                        .select("id")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .hasSize(300)
                .containsExactlyElementsOf(ids);
        spark.readStream()
                .format("nightjar-replay")
                .options(options)
                .load()
                .writeStream()
                .format("memory")
                .queryName("made_up")
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
        assertThat(spark.sql("SELECT id FROM made_up ORDER BY kafka.offset").collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactlyElementsOf(ids);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> spark.read()
                        .format("nightjar-replay")
                        .option("sede", "7")
                        .load())
                .withMessageStartingWith("nightjar-replay has no option 'sede'; did you mean 'seed'?");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> spark.read()
                        .format("nightjar-replay")
                        .option("file", "a")
                        .load("b"))
                .withMessage("'path' and 'file' are the same option; give one of them");
        for (String none : List.of("file:/no such file", "file:/none%20at%20all", "/none")) {
            assertThatThrownBy(() ->
                            spark.read().format("nightjar-replay").load(none).count())
                    .hasRootCauseInstanceOf(ConfigException.class)
                    .hasStackTraceContaining("' does not exist");
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> spark.read().format("nightjar-replay").load().count())
                .withMessageStartingWith("A batch of 'nightjar-replay' would never end; give the option 'count'");
    }

    /** Tweets as lines, then the deletion of the first of them and what is no JSON. */
    private static List<String> lines(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int number = from; number < to; number++) {
            lines.add("{\"id\":\"" + (FIRST_ID + number) + "\",\"text\":\"what a happy day " + number
                    + "\",\"created_at\":\"2024-05-01T08:00:00Z\"}");
        }
        lines.add("{\"delete\":{\"status\":{\"id\":" + (FIRST_ID + from) + ",\"id_str\":\"" + (FIRST_ID + from)
                + "\",\"user_id\":3,\"user_id_str\":\"3\"}}}");
        lines.add("no JSON");
        return lines;
    }

    @Test
    void aStoreThatDoesNotAnswerEndsTheWriteByItsOwnError() {
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(
                        () -> write("nightjar-mongo", Map.of("uri", "mongodb://127.0.0.1:1", "timeout", "1s"), good()))
                .withMessageContaining("MongoDB")
                .withMessageNotContaining("\n");
    }

    private static void write(String format, Map<String, String> options) {
        write(format, options, tweets(1_000));
    }

    private static void write(String format, Map<String, String> options, Dataset<Row> frame) {
        frame.write().format(format).options(options).mode("append").save();
    }

    private void stream(String format, Map<String, String> options) throws Exception {
        Path files = folder.resolve("tweets");
        spark.readStream()
                .schema(spark.read().parquet(files.toString()).schema())
                .parquet(files.toString())
                .writeStream()
                .format(format)
                .options(options)
                .option("checkpointLocation", folder.resolve("checkpoint").toString())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
    }

    private static Dataset<Row> counts() {
        return TweetTrends.tumbling(Duration.ofMinutes(1)).only("emotion").counts(good());
    }

    /** Rows in one partition, whose task fails in the middle as often as it is said. */
    private static Dataset<Row> failing(Dataset<Row> frame, int attempts) {
        FilterFunction<Row> half = row -> {
            if (TaskContext.get().attemptNumber() < attempts && row.getString(0).endsWith("446900")) {
                throw new IllegalStateException("The executor is lost");
            }
            return true;
        };
        return frame.coalesce(1).filter(half);
    }

    private static Dataset<Row> good() {
        return tweets(1_000).where("id <> '007'");
    }

    /** As many rows, of which the last two are a repeated id and no tweet. */
    private static Dataset<Row> tweets(int rows) {
        Dataset<Row> frame = spark.range(rows)
                .select(
                        when(col("id").equalTo(rows - 1), lit("007"))
                                .otherwise(expr("string(" + FIRST_ID + " + if(id = " + (rows - 2) + ", 0, id))"))
                                .as("id"),
                        concat(lit("what a happy day "), col("id")).as("text"),
                        expr("timestamp '2024-05-01 08:00:00' + make_interval(0, 0, 0, 0, 0, 0, id)")
                                .as("created_at"));
        return SparkTweets.classify(frame, "emotion", KeywordClassifier.emotion());
    }

    private static List<DeadLetter> letters(EmbeddedKafka broker) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        List<DeadLetter> letters = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("letters", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> letters.add(KafkaDeadLetters.decode(record)));
            }
        }
        return letters;
    }
}
