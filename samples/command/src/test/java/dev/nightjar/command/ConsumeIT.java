/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.command.pipeline.SqliteTweets;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.ClassifiedTweetSerde;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.TopicReader;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ConsumeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static EmbeddedKafka broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        broker = EmbeddedKafka.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void whatWasPublishedIsPrintedAsItWas() {
        replay("printed", 40);
        Ran printed = consume("printed", "--from-beginning", "--count", "40", "--json");
        assertThat(printed.exit()).as(printed.err()).isZero();
        assertThat(printed.out())
                .isEqualTo(Ran.command("replay", "--count", "40", "--print").out());
        Ran lines = consume("printed", "--from-beginning", "--count", "3");
        assertThat(lines.out().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).matches("[0-9-]{10} [0-9:]{8}  @.*"));
        Ran nothingNew = consume("printed", "--run-for", "1s");
        assertThat(nothingNew.exit()).isZero();
        assertThat(nothingNew.out()).isEmpty();
        assertThat(nothingNew.err()).contains("--from-beginning", "0 records printed");
    }

    @Test
    void aGroupGoesOnWhereItEnded() {
        replay("grouped", 30);
        String all = consume("grouped", "--from-beginning", "--count", "30").out();
        String first = consume("grouped", "--group", "readers", "--count", "11").out();
        String second =
                consume("grouped", "--group", "readers", "--count", "19").out();
        assertThat(first.lines()).hasSize(11);
        assertThat(first + second).isEqualTo(all);
        Ran late = consume("grouped", "--group", "readers", "--count", "1", "--run-for", "2s");
        assertThat(late.exit()).isEqualTo(Exit.FAILED);
        assertThat(late.err()).contains("Ended after 0 of 1 records");
    }

    @Test
    void whateverIsInATopicIsShownAsWhatItIs() throws Exception {
        Tweet tweet = Tweets.tweet(1, "so happy \u001b[31m today");
        ClassifiedTweet classified = ClassifiedTweet.of(
                tweet,
                Map.of(
                        "mood",
                        new Classification.Scored(
                                "m@1", List.of(new ScoredLabel("joy", 0.9), new ScoredLabel("fear", 0.1)), false)));
        send("mixed", null, TweetJson.toBytes(tweet));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("mixed", null, null, new byte[0], new byte[0]);
        byte[] value = new ClassifiedTweetSerde().serialize("mixed", record.headers(), classified);
        sendAll(new ProducerRecord<>("mixed", null, "1".getBytes(UTF_8), value, record.headers()));
        send("mixed", "4711", null);
        send("mixed", null, "plain \u001b[31m words".getBytes(UTF_8));
        send("mixed", null, new byte[] {(byte) 0xff, 0, 1});
        String page =
                "{\"data\":[{\"id\":\"1700000000000000000\",\"text\":\"an owl\"},{\"id\":\"1700000000000000001\",\"text\":\"a lark\"}]}";
        send("mixed", null, page.getBytes(UTF_8));
        Ran ran = consume("mixed", "--from-beginning", "--count", "6");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).doesNotContain("\u001b");
        assertThat(ran.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("so happy").doesNotContain("mood"),
                        line -> assertThat(line).contains("so happy").endsWith("[mood joy 0.90]"),
                        line -> assertThat(line).isEqualTo("[deletion mixed-0-2] 4711"),
                        line -> assertThat(line).isEqualTo("[record mixed-0-3] plain  [31m words"),
                        line -> assertThat(line).isEqualTo("[record mixed-0-4] 3 bytes"),
                        line -> assertThat(line).contains("an owl").doesNotContain("[record"),
                        line -> assertThat(line).contains("a lark"));
        assertThat(consume("mixed", "--from-beginning", "--count", "5", "--json")
                        .out())
                .contains("{\"record\":\"mixed-0-2\",\"kind\":\"deletion\",\"text\":\"4711\"}");
    }

    @Test
    void tweetsAreClassifiedWhileTheyArePrinted() throws Exception {
        send("moods", null, TweetJson.toBytes(Tweets.tweet(1, "I am so happy today!")));
        send("moods", null, "no tweet".getBytes(UTF_8));
        send("moods", null, TweetJson.toBytes(Tweets.tweet(2, "I miss her, so sad")));
        Ran ran = consume(
                "moods",
                "--from-beginning",
                "--count",
                "3",
                "--classify",
                "emotion",
                "--classify",
                "mood=sentiment-lr");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("[emotion joy 0.", ", mood positive "),
                        line -> assertThat(line).contains("no tweet"),
                        line -> assertThat(line).contains("[emotion sadness 0.", ", mood negative "));
    }

    @Test
    void onlyWhatAFilterKeepsIsPrintedAndStoredAndTheRestIsCounted() {
        replay("filtered", 40);
        String kept = Ran.command("replay", "--count", "40", "--print", "--where", "lang:en")
                .out();
        assertThat(kept.lines()).hasSizeBetween(1, 39).allMatch(line -> line.contains("\"lang\":\"en\""));
        assertThat(consume("filtered", "--from-beginning", "--count", "40", "--json", "--where", "lang:en")
                        .out())
                .isEqualTo(kept);
        Path file = folder.resolve("tweets.db");
        Ran stored = consume("filtered", "--to", "sqlite:" + file, "--count", "40", "--where", "lang:en");
        assertThat(stored.exit()).as(stored.err()).isZero();
        assertThat(stored.err())
                .contains("skipped, not-lang-en: " + (40 - kept.lines().count()), "It balances.");
        assertThat(stored(file)).isEqualTo(kept.lines().count());
        Ran mistyped = consume("filtered", "--where", "orignal");
        assertThat(mistyped.exit()).isEqualTo(2);
        assertThat(mistyped.err()).contains("'orignal'", "did you mean 'original'?");
    }

    @Test
    void tweetsAreStoredOnceOverSeveralRunsAndTheRestIsKeptAsDeadLetters() throws Exception {
        replay("stored", 60);
        send("stored", null, "no tweet".getBytes(UTF_8));
        Path file = folder.resolve(Launched.SPACED).resolve("tweets.db");
        String[] command = {"--to", "sqlite:" + file, "--classify", "sentiment-lr", "--count"};
        Ran first = consume("stored", with(command, "25"));
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.err())
                .contains(
                        "Storing stored in sqlite, as the group nightjar-sqlite-",
                        "Read 25 records: 25 stored in sqlite, 0 to stored.dead-letters, 0 skipped",
                        "36 records wait in stored",
                        "It balances.");
        Ran second = consume("stored", with(command, "36"));
        assertThat(second.exit()).as(second.err()).isZero();
        assertThat(second.err())
                .contains("Read 36 records: 35 stored in sqlite, 1 to stored.dead-letters", "decode/plain-text: 1");
        try (SqliteTweets stored = SqliteTweets.open(file)) {
            assertThat(stored.count()).isEqualTo(60);
            assertThat(stored.labelCounts()).containsOnlyKeys("sentiment_lr");
        }
        Path other = folder.resolve("other.db");
        assertThat(consume("stored", "--to", "sqlite:" + other, "--count", "60").err())
                .as("of another store, which has a group of its own")
                .contains("60 stored in sqlite");
        assertThat(consume("stored.dead-letters", "--from-beginning", "--count", "1")
                        .out())
                .startsWith("[dead-letter stored.dead-letters-0-0] decode/plain-text at stored-0-60: ")
                .contains("; it was no tweet");
    }

    @Test
    void aSignalEndsItWhenTheBatchInHandIsStoredAndTheNextRunGoesOn() throws Exception {
        replay("signalled", 3_000);
        Path file = folder.resolve("tweets.db");
        try (Launched running = Launched.start(
                folder,
                "consume",
                "signalled",
                "--to",
                "sqlite:" + file,
                "--bootstrap-servers",
                broker.bootstrapServers())) {
            await().atMost(PATIENCE).until(() -> Files.exists(file) && stored(file) > 0);
            running.stop();
            assertThat(running.await(30)).as(running.output()).isEqualTo(128 + 15);
            assertThat(running.output()).contains(" stored in sqlite, 0 to ", "It balances.");
        }
        Ran rest = consume("signalled", "--to", "sqlite:" + file, "--run-for", "10s");
        assertThat(rest.exit()).as(rest.err()).isZero();
        assertThat(stored(file)).isEqualTo(3_000);
    }

    @Test
    void classifiedTweetsGoToMongo() {
        replay("mongo", 50);
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String uri = "mongodb:/" + mongo.bind();
        try (MongoClient client = MongoClients.create(uri)) {
            Ran ran = consume(
                    "mongo",
                    "--to",
                    "mongo:" + uri + "#collection=politics",
                    "--classify",
                    "emotion",
                    "--run-for",
                    "8s");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.err()).contains("50 stored in mongo", "0 records wait in mongo");
            assertThat(client.getDatabase("nightjar").getCollection("politics").countDocuments())
                    .isEqualTo(50);
        } finally {
            mongo.shutdownNow();
        }
    }

    @Test
    void classifiedTweetsGoToAnotherTopic() {
        replay("raw", 50);
        Ran.command("topics", "ensure", "clean", "--bootstrap-servers", broker.bootstrapServers());
        Ran ran = consume("raw", "--to", "topic:clean", "--classify", "sentiment-lr", "--count", "50");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("50 stored in topic", "It balances.");
        Set<String> ids = new HashSet<>();
        TopicReader.readAll(KafkaConfig.of(broker.bootstrapServers()), "clean", record -> {
            ClassifiedTweet tweet = new ClassifiedTweetSerde().deserialize("clean", record.value());
            assertThat(new String(record.key(), UTF_8)).isEqualTo(tweet.tweet().id());
            assertThat(tweet.classifications()).containsOnlyKeys("sentiment_lr");
            ids.add(tweet.tweet().id());
        });
        assertThat(ids).hasSize(50);
        Path file = folder.resolve("loaded.db");
        Ran loaded = consume("clean", "--to", "sqlite:" + file, "--count", "50");
        assertThat(loaded.err()).contains("50 stored in sqlite, 0 to clean.dead-letters");
        try (SqliteTweets stored = SqliteTweets.open(file)) {
            assertThat(stored.labelCounts()).as("what the first run answered").containsOnlyKeys("sentiment_lr");
        }
        Ran circle = consume("raw", "--to", "topic:raw");
        assertThat(circle.exit()).isEqualTo(2);
        assertThat(circle.err()).contains("would read for ever what it has written");
        refused(Exit.SET_UP, "no topic 'missing'; create it first", consume("raw", "--to", "topic:missing"));
    }

    @Test
    void aDeadLetterIsPublishedAgainUntilItHasFailedTooOften() throws Exception {
        String to = "sqlite:" + folder.resolve("again.db");
        send("again", Tweets.tweet(0).id(), TweetJson.toBytes(Tweets.tweet(0)));
        send("again", "a", "{".getBytes(UTF_8));
        send("again", "b", "hello".getBytes(UTF_8));
        consume("again", "--to", to, "--count", "3");

        assertThat(deadLetters("list").out().lines().map(String::strip))
                .containsExactly(
                        "1  decode/bad-json                  again",
                        "1  decode/plain-text                again",
                        "2  dead letters in again.dead-letters");
        assertThat(deadLetters("show", "--reason", "decode/bad-json").out().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("[dead-letter again.dead-letters-0-0] decode/bad-json at again-0-1: ")
                        .endsWith("it was {"));
        assertThat(deadLetters("show", "--reason", "sink/expired").err())
                .contains("There are none of sink/expired; there are decode/bad-json, decode/plain-text");
        Ran dry = deadLetters("republish", "--dry-run");
        assertThat(dry.err()).contains("2 would be published to again");
        for (int times = 1; times <= 3; times++) {
            Ran again = deadLetters("republish", "--reason", "decode/bad-json");
            assertThat(again.exit()).as(again.err()).isZero();
            assertThat(again.out().lines()).hasSize(1);
            assertThat(deadLetters("list").out()).doesNotContain("bad-json").contains("plain-text");
            consume("again", "--to", to, "--count", "1");
        }
        Ran kept = deadLetters("republish", "--reason", "decode/bad-json");
        assertThat(kept.exit()).isEqualTo(Exit.FAILED);
        assertThat(kept.out()).contains("kept, since it was published again 3 times: decode/bad-json at again-0-5");
        assertThat(deadLetters("list").out()).contains("decode/bad-json");
        List<String> keys = new ArrayList<>();
        TopicReader.readAll(
                KafkaConfig.of(broker.bootstrapServers()),
                "again",
                record -> keys.add(new String(record.key(), UTF_8)));
        assertThat(keys).containsExactly(Tweets.tweet(0).id(), "a", "b", "a", "a", "a");
    }

    @Test
    void eachDatabaseGoesAtItsOwnPaceIfThatIsWished() throws Exception {
        replay("apart", 20);
        Path one = folder.resolve("one.db");
        Path other = folder.resolve("other.db");
        String port = Integer.toString(EmbeddedKafka.freePort());
        CompletableFuture<Ran> running = CompletableFuture.supplyAsync(() -> consume(
                "apart",
                "--to",
                "sqlite:" + one,
                "--to",
                "sqlite:" + other,
                "--group",
                "sorted",
                "--apart",
                "apart.classified",
                "--count",
                "21",
                "--metrics-port",
                port));
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(get(port, "metrics"))
                        .contains(
                                "nightjar_records_out_total{pipeline=\"sorted\"} 20.0",
                                "nightjar_records_out_total{pipeline=\"sorted.sqlite\"} 20.0",
                                "nightjar_records_out_total{pipeline=\"sorted.sqlite2\"} 20.0",
                                "nightjar_sink_latency_seconds_count{pipeline=\"sorted.sqlite\",sink=\"sqlite\"} 20",
                                "nightjar_lag_records{pipeline=\"sorted.sqlite2\"} 0.0"));
        assertThat(get(port, "health/ready"))
                .startsWith("running\nsorted.sqlite running\nsorted.sqlite2 running\nlast batch finished 2");
        send("apart", null, TweetJson.toBytes(Tweets.tweet(1)));
        Ran ran = running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err())
                .contains(
                        "Metrics at http://localhost:" + port + "/metrics",
                        "21 stored in sqlite, ",
                        "21 stored in sqlite2, ",
                        "It balances.");
        assertThat(stored(one)).isEqualTo(21);
        assertThat(stored(other)).isEqualTo(21);
    }

    private static String get(String port, String path) throws Exception {
        try (InputStream in =
                URI.create("http://localhost:" + port + "/" + path).toURL().openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void aMistakeGetsASentenceThatSaysWhatToDo() {
        replay("there", 1);
        refused(Exit.SET_UP, "has no topic 'thre'; it has ", consume("thre"));
        refused(
                Exit.OUT_OF_REACH,
                "Kafka does not answer: 127.0.0.1:",
                Ran.command("consume", "there", "--bootstrap-servers", "127.0.0.1:" + EmbeddedKafka.freePort()));
        refused(
                Exit.SET_UP,
                "Cannot reach Kafka at no-such-host.invalid:9092: ",
                Ran.command("consume", "there", "--bootstrap-servers", "no-such-host.invalid:9092"));
        refused(Exit.SET_UP, "not host:port", Ran.command("consume", "there", "--bootstrap-servers", "localhost"));
        refused(Exit.SET_UP, "'mongodb:' is no database: give mongo:URI", consume("there", "--to", "mongodb://h"));
        refused(Exit.SET_UP, "A place without a kind", consume("there", "--to", "tweets.db"));
        refused(Exit.SET_UP, "did you mean 'bucket'", consume("there", "--to", "influx:http://localhost:8086?buket=x"));
        refused(
                Exit.OUT_OF_REACH,
                "127.0.0.1",
                consume("there", "--to", "mongo:mongodb://127.0.0.1:" + EmbeddedKafka.freePort() + "#timeout=300ms"));
        assertThat(consume("there", "--metrics-port", "0").err()).contains("--metrics-port is about storing; add --to");
        refused(Exit.SET_UP, "There is no model 'mod'", consume("there", "--classify", "mod"));
        assertThat(consume("there", "--to", "sqlite:x", "--from-beginning").exit())
                .isEqualTo(2);
        assertThat(consume("there", "--run-for", "soon").exit()).isEqualTo(2);
    }

    private static long stored(Path file) {
        try (SqliteTweets stored = SqliteTweets.open(file)) {
            return stored.count();
        }
    }

    private static void refused(int exit, String part, Ran ran) {
        assertThat(ran.exit()).as(ran.err()).isEqualTo(exit);
        assertThat(ran.err()).contains(part);
    }

    private static void replay(String topic, int count) {
        Ran ran = Ran.command(
                "replay",
                "--count",
                Integer.toString(count),
                "--topic",
                topic,
                "--bootstrap-servers",
                broker.bootstrapServers());
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    private static Ran consume(String topic, String... options) {
        return command(options, "consume", topic);
    }

    private static Ran deadLetters(String what, String... options) {
        return command(options, "dead-letters", what, "again.dead-letters");
    }

    private static Ran command(String[] options, String... words) {
        return Ran.command(Stream.of(
                        Stream.of(words),
                        Stream.of("--bootstrap-servers", broker.bootstrapServers()),
                        Stream.of(options))
                .flatMap(part -> part)
                .toArray(String[]::new));
    }

    private static String[] with(String[] options, String last) {
        return Stream.concat(Stream.of(options), Stream.of(last)).toArray(String[]::new);
    }

    private static void send(String topic, String key, byte[] value) throws Exception {
        sendAll(new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value));
    }

    /** Makes the topic, if need be, and sends a record to it. */
    private static void sendAll(ProducerRecord<byte[], byte[]> record) throws Exception {
        String servers = broker.bootstrapServers();
        Ran.command("topics", "ensure", record.topic(), "--bootstrap-servers", servers);
        Map<String, Object> properties = new HashMap<>(KafkaConfig.of(servers).clientProperties());
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }
}
