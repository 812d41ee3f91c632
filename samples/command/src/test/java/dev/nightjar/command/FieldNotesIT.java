/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Author;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The situations of docs/field-notes.md that no other test has, from the command line; the posts are made up. */
@Timeout(300)
class FieldNotesIT {
    private static final String METRICS =
            "\"public_metrics\":{\"retweet_count\":1,\"like_count\":2,\"bookmark_count\":3}";
    private static final String USER =
            "{\"id\":\"7\",\"username\":\"strix\",\"name\":\"Strix\",\"withheld\":{\"scope\":\"user\"}}";

    @TempDir
    private Path folder;

    /** One API page a line, as twarc2 writes them, and tweets that were flattened, in one file. */
    @Test
    void pagesAndFlattenedTweetsAreReadAlike() {
        Ran ran = replay("{\"data\":[" + post(1) + "," + post(2) + "],\"includes\":{\"users\":[" + USER
                + "]},\"meta\":{\"result_count\":2},"
                + "\"__twarc\":{\"version\":\"2.3.10\"}}\n"
                + post(3).replace("\"author_id\":\"7\"", "\"author_id\":\"7\",\"author\":" + USER) + "\n");
        assertThat(tweets(ran))
                .hasSize(3)
                .allSatisfy(tweet ->
                        assertThat(tweet.author()).extracting(Author::username).isEqualTo("strix"));
        assertThat(ran.exit()).isZero();
    }

    @Test
    void fieldsThatAreNewOrStrangeCostNothing() {
        Ran ran = replay("{\"data\":["
                + post(1).replace(
                                "\"lang\":\"en\"",
                                "\"lang\":\"en\",\"edit_controls\":{\"edits_remaining\":5}," + METRICS
                                        + ",\"brand_new\":[{\"a\":null}]")
                + "],\"includes\":{\"users\":[" + USER + "]}}\n");
        assertThat(tweets(ran))
                .singleElement()
                .satisfies(tweet -> assertThat(tweet.publicMetrics())
                        .extracting(PublicMetrics::bookmarkCount)
                        .isEqualTo(3L));
    }

    @Test
    void aReferenceWithoutItsTweetIsNoTweetWithoutText() {
        Ran ran = replay(post(1).replace(
                                "\"lang\":\"en\"",
                                "\"lang\":\"en\",\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"1366900920320225287\"}]")
                + "\n");
        assertThat(tweets(ran))
                .singleElement()
                .satisfies(tweet -> assertThat(tweet.references()).hasSize(1));
        assertThat(ran.err()).doesNotContain("could not be read");
    }

    @Test
    void documentsThatFollowEachOtherWithoutALineEndAreRead() {
        assertThat(tweets(replay(post(1) + post(2) + " " + post(3)))).hasSize(3);
    }

    @Test
    void aRoundedIdIsReplacedByItsText() {
        Ran ran = replay(
                "{\"created_at\":\"Fri Aug 10 09:00:00 +0000 2018\",\"id\":1026837156479718000,"
                        + "\"id_str\":\"1026837156479717985\",\"text\":\"Rounded\",\"user\":{\"id_str\":\"7\",\"screen_name\":\"strix\"}}\n");
        assertThat(tweets(ran)).extracting(Tweet::id).containsExactly("1026837156479717985");
    }

    @Test
    void anIdThatASpreadsheetHasRoundedIsRefusedNotGuessed() {
        Ran ran = replay(
                folder.resolve("rounded.csv"),
                "id,text,created_at\n1.29403E+18,From a spreadsheet,2020-08-13T12:00:00Z\n".getBytes(UTF_8));
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err()).contains("bad-id", "Nothing could be read");
    }

    @Test
    void interleavedLimitNoticesAreCountedNotRead() {
        Ran ran = replay("{\"limit\":{\"track\":24181}}\n" + post(1) + "\n{\"limit\":{\"track\":23402}}\n"
                + "{\"delete\":{\"status\":{\"id\":9,\"id_str\":\"9\"}}}\n");
        assertThat(tweets(ran)).hasSize(1);
        assertThat(ran.err()).doesNotContain("could not be read");
    }

    @Test
    void aTextThatWasCutIsWholeWhereTheRecordHasIt() {
        Ran ran = replay(
                "{\"created_at\":\"Wed Jan 10 20:19:24 +0000 2018\",\"id_str\":\"951185961221132288\",\"truncated\":true,"
                        + "\"text\":\"The first hundred\\u2026\",\"extended_tweet\":{\"full_text\":\"The first hundred and forty and more\"},"
                        + "\"user\":{\"id_str\":\"7\",\"screen_name\":\"strix\"}}\n"
                        + "{\"created_at\":\"Wed Jan 10 20:19:25 +0000 2018\",\"id_str\":\"951185965415436288\",\"text\":\"RT @strix: The\\u2026\","
                        + "\"retweeted_status\":{\"id_str\":\"951185961221132288\",\"full_text\":\"The original, all of it\","
                        + "\"user\":{\"id_str\":\"7\",\"screen_name\":\"strix\"}},\"user\":{\"id_str\":\"8\",\"screen_name\":\"bubo\"}}\n");
        assertThat(tweets(ran))
                .extracting(Tweet::text)
                .containsExactly("The first hundred and forty and more", "The original, all of it");
    }

    @Test
    void scrapedLinesOfBothAgesAreRead() {
        String head =
                "{\"_type\":\"snscrape.modules.twitter.Tweet\",\"id\":1577356000000000000,\"date\":\"2022-10-04T18:00:00+00:00\",";
        assertThat(tweets(replay(head + "\"content\":\"Of old\",\"user\":{\"username\":\"strix\"}}\n"
                        + head.replace("000,", "001,")
                        + "\"rawContent\":\"Of new\",\"user\":{\"username\":\"strix\"}}\n")))
                .extracting(Tweet::text)
                .containsExactly("Of old", "Of new");
    }

    @Test
    void linksInPlaceOfTweetsAreNamed() {
        Ran ran = replay(
                folder.resolve("links.txt"),
                "https://twitter.com/strix/status/1\nhttps://twitter.com/strix/status/2\n".getBytes(UTF_8));
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err()).isNotBlank().doesNotContain("Exception");
    }

    @Test
    void sentiment140IsReadThoughItIsNotUtf8() {
        Ran ran = replay(
                folder.resolve("training.csv"),
                ("\"0\",\"1467810369\",\"Mon Apr 06 22:19:45 PDT 2009\",\"NO_QUERY\",\"strix\",\"A caf\u00e9 \u00a3 5 &amp; more\"\n"
                                + "\"4\",\"1467810672\",\"Mon Apr 06 22:19:49 PDT 2009\",\"NO_QUERY\",\"bubo\",\"Said \"\"hoo\"\"\"\n")
                        .getBytes(ISO_8859_1));
        assertThat(tweets(ran)).extracting(Tweet::text).containsExactly("A caf\u00e9 \u00a3 5 & more", "Said \"hoo\"");
    }

    @Test
    void aTextBeyondTheModelsLengthIsClassifiedAndSaidToBeCut() {
        Ran ran = Ran.withInput("good day ".repeat(2000) + "\nWhat a lovely day!\n", "classify", "--model", "emotion");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(2);
        assertThat(ran.out().lines().findFirst().orElseThrow()).contains("\"truncated\":true");
    }

    @Test
    void theAnswerDoesNotDependOnTheOtherTextsOfTheBatch() {
        String text = "What a lovely day!";
        String alone =
                Ran.withInput(text + "\n", "classify", "--model", "emotion").out();
        String beside = Ran.withInput(
                        text + "\n" + "I am so angry with all of this ".repeat(30) + "\n",
                        "classify",
                        "--model",
                        "emotion")
                .out();
        assertThat(score(beside)).isCloseTo(score(alone), within(1e-6));
    }

    /** Other people's topics: Avro, Connect, Debezium, plain text, tombstones, and posts as X sent them. */
    @Test
    void aTopicThatOthersFilledIsReadWhereItHasTweetsAndNamedWhereItHasNone() throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            List<String> values = List.of(
                    "{\"data\":" + post(1) + ",\"includes\":{\"users\":[" + USER
                            + "]},\"matching_rules\":[{\"id\":\"1\",\"tag\":\"owls\"}]}",
                    "{\"created_at\":\"Wed Jan 10 20:19:24 +0000 2018\",\"id_str\":\"951185961221132288\",\"text\":\"Of old\","
                            + "\"user\":{\"id_str\":\"7\",\"screen_name\":\"strix\"}}",
                    "{\"schema\":{\"type\":\"struct\"},\"payload\":" + post(3) + "}",
                    "{\"before\":null,\"after\":{\"id\":1},\"op\":\"c\"}",
                    "\u0000\u0000\u0000\u0000\u0007\u0024Avro",
                    "What a game!");
            try (KafkaTopics topics = KafkaTopics.open(KafkaConfig.of(broker.bootstrapServers()))) {
                topics.ensure("theirs", 1, 1, Map.of());
            }
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                for (String value : values) {
                    producer.send(new ProducerRecord<>("theirs", value.getBytes(UTF_8)))
                            .get();
                }
                producer.send(new ProducerRecord<>("theirs", "5".getBytes(UTF_8), null))
                        .get();
                producer.send(new ProducerRecord<>("theirs", TweetJson.toBytes(Tweets.tweet(1))))
                        .get();
            }
            Ran ran = Ran.command(
                    "consume",
                    "theirs",
                    "--count",
                    "8",
                    "--classify",
                    "sentiment-lr",
                    "--to",
                    "sqlite:" + folder.resolve("store.db"),
                    "--bootstrap-servers",
                    broker.bootstrapServers());
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.err())
                    .contains("Read 8 records: 3 ")
                    .contains(
                            "decode/connect-envelope: 1",
                            "decode/change-event: 1",
                            "decode/avro-wire-format: 1",
                            "decode/plain-text: 1");
        }
    }

    /** The first score that is printed: that of the label. */
    private static double score(String answers) {
        Matcher matcher =
                Pattern.compile("\"label\":\"joy\",\"score\":([0-9.]+)").matcher(answers);
        assertThat(matcher.find()).as(answers).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    private static String post(int number) {
        return "{\"id\":\"" + (1_745_000_000_000_000_000L + number) + "\",\"text\":\"Post " + number
                + "\",\"author_id\":\"7\",\"created_at\":\"2024-01-10T10:00:00.000Z\",\"lang\":\"en\","
                + "\"edit_history_tweet_ids\":[\"" + (1_745_000_000_000_000_000L + number) + "\"]}";
    }

    private Ran replay(String content) {
        return replay(folder.resolve("file.jsonl"), content.getBytes(UTF_8));
    }

    private static Ran replay(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return Ran.command("replay", "--from", file.toString(), "--print");
    }

    private static List<Tweet> tweets(Ran ran) {
        return ran.out()
                .lines()
                .map(line -> TweetJson.fromBytes(line.getBytes(UTF_8)))
                .toList();
    }
}
