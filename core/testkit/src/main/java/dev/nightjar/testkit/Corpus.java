/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.Tweet;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records that are known to break readers, each with the place where it must end: as the value of a Kafka record, which
 * is one tweet in canonical JSON, and as a line that a source reads, which may be anything from the X API. A test puts
 * each between two good records and shows that those arrive.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class Corpus {
    /** A snowflake id of the first of May 2024. */
    public static final String ID = Tweets.id(Tweets.START, 7);

    private final List<Case> cases = new ArrayList<>();

    private Corpus() {}

    /**
     * One record.
     *
     * @param name its number in the list of bad inputs, with a letter if it has several forms, and a description
     * @param bytes makes the record's bytes; null bytes are a Kafka tombstone and no line
     * @param asRecord where it ends as the value of a Kafka record
     * @param asLine where it ends as a line of a file or a stream
     * @since 0.1.0
     */
    public record Case(String name, Supplier<byte @Nullable []> bytes, Outcome asRecord, Outcome asLine) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Where a record ends.
     *
     * @since 0.1.0
     */
    public sealed interface Outcome {
        /**
         * It is a dead letter.
         *
         * @param code {@link dev.nightjar.DeadLetter#code()}
         * @since 0.1.0
         */
        record Dead(String code) implements Outcome {}

        /**
         * It is a tweet.
         *
         * @param tweet equal to this one
         * @since 0.1.0
         */
        record Good(Tweet tweet) implements Outcome {}

        /**
         * It is the deletion of a tweet.
         *
         * @param id the tweet's id
         * @since 0.1.0
         */
        record Deleted(String id) implements Outcome {}

        /**
         * It is passed over and counted.
         *
         * @since 0.1.0
         */
        record Skipped() implements Outcome {}
    }

    /** Every case, those of 20 MB included. */
    public static List<Case> cases() {
        Corpus corpus = new Corpus();
        corpus.framing();
        corpus.json();
        corpus.characters();
        corpus.sizes();
        corpus.idsAndTimes();
        corpus.texts();
        return List.copyOf(corpus.cases);
    }

    /** The JSON of a tweet with nothing but an id, a time and a text. */
    public static String json(String text) {
        return "{\"id\":\"" + ID + "\",\"text\":\"" + text + "\",\"created_at\":\"2024-05-01T12:00:00.000Z\"}";
    }

    private void framing() {
        add("1 nothing", "", new Outcome.Dead("empty-document"), new Outcome.Skipped());
        cases.add(new Case("2 null", () -> null, new Outcome.Skipped(), new Outcome.Skipped()));
        add("3 spaces", "   ", new Outcome.Dead("empty-document"), new Outcome.Skipped());
        add("4 keep-alive", "\r", new Outcome.Dead("empty-document"), new Outcome.Skipped());
        dead("5 cut JSON", json("t").substring(0, 30), "bad-json");
        dead("6 two documents", json("t") + json("t"), "bad-json");
        dead("7 id twice", json("t").replace("{", "{\"id\":\"1\","), "duplicate-key");
        good("8 byte order mark", "\uFEFF" + json("t"), "t");
        dead("9a UTF-16 with its mark", json("t").getBytes(UTF_16), "bad-utf8");
        dead("9b UTF-16 without a mark", json("t").getBytes(UTF_16LE), "bad-json");
        dead("10 byte FF", bytes(0xFF), "bad-utf8");
        dead("11 surrogate as UTF-8", bytes(0xED, 0xA0, 0xBD), "bad-utf8");
        dead("12 overlong slash", bytes(0xC0, 0xAF), "bad-utf8");
    }

    private void json() {
        for (String literal : List.of("NaN", "Infinity", "-Infinity")) {
            dead("13 " + literal, with("\"x\":" + literal), "bad-json");
        }
        for (int depth : new int[] {65, 1_001, 100_000}) {
            dead("14 depth " + depth, with("\"x\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1)), "json-limit");
        }
        Tweet plain = tweet("t");
        int rest = 256 * 1024 + 1 - with("\"x\":[\"\",\"\"]").length();
        String half = "x".repeat(rest / 2);
        add(
                "15 256 KiB and a byte",
                with("\"x\":[\"" + half + "\",\"" + half + "x".repeat(rest % 2) + "\"]"),
                new Outcome.Dead("document-too-large"),
                new Outcome.Good(plain));
        cases.add(new Case(
                "17 a string of 20 MB",
                () -> json("x".repeat(20_000_000)).getBytes(UTF_8),
                new Outcome.Dead("document-too-large"),
                new Outcome.Dead("json-limit")));
        dead("18 a name of 60,000 characters", with("\"" + "n".repeat(60_000) + "\":1"), "json-limit");
        cases.add(new Case(
                "19 131,072 colliding keys",
                () -> with("\"x\":{" + collidingKeys() + "}").getBytes(UTF_8),
                new Outcome.Dead("document-too-large"),
                new Outcome.Good(plain)));
        dead("20a a number of 1,001 digits", with("\"x\":" + "1".repeat(1_001)), "json-limit");
        add(
                "20b a number beyond any double",
                with("\"public_metrics\":{\"like_count\":1e999999999}"),
                new Outcome.Dead("bad-field"),
                new Outcome.Good(Tweet.builder(ID, "t", Tweets.START)
                        .publicMetrics(new dev.nightjar.PublicMetrics(null, null, null, null, null, null))
                        .build()));
        dead("20c a number beyond any double as the id", "{\"id\":1e999999999,\"text\":\"t\"}", "bad-id");
        add("21a a list", "[" + json("t") + "]", new Outcome.Dead("not-an-object"), new Outcome.Good(plain));
        dead("21b a string", "\"text\"", "not-an-object");
        dead("21c true", "true", "not-an-object");
        good("22 unknown keys", with("\"new\":{\"a\":[1,2.5,null,{}]},\"edit_history_tweet_ids\":[\"1\"]"), "t");
        dead("23a an HTML page", "<!DOCTYPE html><html><body>503</body></html>", "bad-json");
        add(
                "23b an error of the API",
                "{\"errors\":[{\"title\":\"ConnectionException\",\"type\":\"https://api.x.com/2/problems/streaming-connection\"}]}",
                new Outcome.Dead("missing-field"),
                new Outcome.Dead("x-error"));
    }

    private void characters() {
        good("24 U+0000", json("a\\u0000b"), "ab");
        dead("25 a raw line feed in a string", json("a\nb"), "bad-json");
        good("26 CR LF and LF", json("a\\r\\nb\\nc"), "a\r\nb\nc");
        good("27 an ANSI escape", json("\\u001b[2Jx"), "\u001B[2Jx");
        good("28 U+2028, U+2029 and U+0085", json("a\u2028b\u2029c\u0085d"), "a\u2028b\u2029c\u0085d");
        good(
                "29 a tab in the source",
                with("\"source\":\"a\\tb\""),
                Tweet.builder(ID, "t", Tweets.START).source("a\tb").build());
        good("30 a lone high surrogate", json("a\\ud83cb"), "a\uFFFDb");
        good("31 a lone low surrogate", json("a\\udf75b"), "a\uFFFDb");
        good("32 a pair the wrong way round", json("a\\udf75\\ud83cb"), "a\uFFFD\uFFFDb");
        raw("33 the widest ligature", "\uFDFA".repeat(Tweet.MAX_TEXT_LENGTH));
        raw("34 a pile of accents", "e" + "\u0301".repeat(Tweet.MAX_TEXT_LENGTH - 1));
        raw(
                "35 emoji of several code points",
                "\uD83D\uDC69\uD83C\uDFFD\u200D\uD83D\uDE80 \uD83C\uDDEB\uD83C\uDDEE 3\uFE0F\u20E3 "
                        + "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F");
        raw("36 control tokens of models", "[CLS] [SEP] [MASK] [PAD] [UNK] <s> </s> <mask>");
        good("37 a label in the text", json("\\\"label\\\":\\\"positive\\\""), "\"label\":\"positive\"");
        raw("38 noncharacters", "\uFFFE \uFFFF \uD83F\uDFFE");
        raw("39 unassigned and private characters", "\u0378 \uE000 \uDBFF\uDFFD");
        raw("40a composed", "caf\u00E9");
        raw("40b decomposed", "cafe\u0301");
    }

    private void sizes() {
        raw("41a the longest text", "a b ".repeat(Tweet.MAX_TEXT_LENGTH / 4));
        raw("41b the longest text in emoji", "\uD83C\uDF75".repeat(Tweet.MAX_TEXT_LENGTH));
        dead("42a one character too many", json("x".repeat(Tweet.MAX_TEXT_LENGTH + 1)), "text-too-long");
        dead("42b one emoji too many", json("\uD83C\uDF75".repeat(Tweet.MAX_TEXT_LENGTH + 1)), "text-too-long");
        raw("43a 25,000 @", "@".repeat(25_000));
        raw("43b 25,000 #", "#".repeat(25_000));
        raw("44 an endless link", "http://" + "a".repeat(24_000));
        raw("45 8,000 joined emoji", "\uD83D\uDC69\u200D".repeat(8_000));
        raw("46 a word that almost ends", "a".repeat(24_999) + "!");
        add(
                "47 a word of a megabyte",
                json("a".repeat(1_000_000)),
                new Outcome.Dead("document-too-large"),
                new Outcome.Dead("text-too-long"));
        raw("48 Chinese", "\u591C\u9DF9".repeat(70));
        raw("49 nothing but media", "");
    }

    private void idsAndTimes() {
        good(
                "50 an id above 2^53 as a number",
                json("t").replace('"' + ID + '"', "1785999999999999999"),
                Tweet.builder("1785999999999999999", "t", Tweets.START).build());
        for (String id : List.of(
                "\"0\"",
                "\"-5\"",
                "-5",
                "\"12345678901234567890\"",
                "12345678901234567890",
                "\"9223372036854775808\"",
                "\"1e3\"",
                "1e3",
                "1.5",
                "\"\uFF11\uFF12\uFF13\"",
                "\"007\"",
                "\" 123 \"",
                "\"\"",
                "true",
                "[\"1\"]")) {
            dead("51 the id " + id, json("t").replace('"' + ID + '"', id), "bad-id");
        }
        dead("52 an operator as the id", json("t").replace('"' + ID + '"', "{\"$ne\":null}"), "bad-id");
        dead("53a no id", "{\"text\":\"t\",\"created_at\":\"2024-05-01T12:00:00Z\"}", "missing-field");
        dead("53b null as the id", json("t").replace('"' + ID + '"', "null"), "missing-field");
        good("54a no time", "{\"id\":\"" + ID + "\",\"text\":\"t\"}", "t");
        dead("54b no time, and an id from before snowflakes", "{\"id\":\"20\",\"text\":\"t\"}", "missing-field");
        for (String time : List.of(
                "\"+10000-01-01T00:00:00Z\"",
                "\"2024-02-30T00:00:00Z\"",
                "\"2024-05-01T12:00:00\"",
                "\"2024-05-01T12:00:00[Europe/Helsinki]\"",
                "\"1714564800\"")) {
            time("55a the time " + time, time, "bad-time");
        }
        time("55b seconds as the time", "1714564800", "bad-field");
        time("55c milliseconds as the time", "1714564800000", "bad-field");
        good(
                "55d another offset",
                json("t").replace("12:00:00.000Z", "15:00:00.000+03:00"),
                Tweet.builder(ID, "t", Tweets.START).build());
        Instant early = Instant.parse("2020-01-01T00:00:00Z");
        good(
                "56 a time years from the id's",
                json("t").replace("2024-05-01T12:00:00.000Z", early.toString()),
                Tweet.builder(ID, "t", early).build());
        Tweet second =
                Tweet.builder(Tweets.id(Tweets.START, 8), "t", Tweets.START).build();
        good("57a one of two in a millisecond", json("t"), "t");
        good("57b the other one", json("t").replace(ID, second.id()), second);
        good("58a a text", json("t"), "t");
        good("58b the same tweet edited", json("edited"), "edited");
        add(
                "59a a notice of deletion",
                "{\"delete\":{\"status\":{\"id\":" + ID + ",\"id_str\":\"" + ID + "\",\"user_id\":5}}}",
                new Outcome.Dead("missing-field"),
                new Outcome.Deleted(ID));
        add(
                "59b a notice of withholding",
                "{\"status_withheld\":{\"id\":" + ID + ",\"user_id\":5,\"withheld_in_countries\":[\"XX\"]}}",
                new Outcome.Dead("missing-field"),
                new Outcome.Deleted(ID));
    }

    /** What browsers, spreadsheets, line protocol, log lines and databases take for something else. */
    private static final Map<String, String> TEXTS = texts(
            "60 a script", "<script>alert(1)</script>",
            "61 an image that fails", "<img src=x onerror=alert(1)>",
            "62 a drawing that loads", "\"><svg/onload=alert(1)>",
            "63 links that run", "javascript:alert(1) data:text/html,<script>alert(1)</script>",
            "64 templates", "{{7*7}} ${7*7} <%= 7*7 %>",
            "66 the end of a script", "</script><script>alert(1)</script>",
            "67 styles", "<style>a{width:expression(alert(1));background:url(http://127.0.0.1/)}</style>",
            "68 right to left", "invoice\u202Egpj.exe",
            "69 isolates that stay open", "\u2066left \u2067right \u2069",
            "70 nothing inside a name", "@night\u200Bjar @night\u200Djar",
            "71 another a in a name", "@nightj\u0430r",
            "72 hidden tags", "shown\uDB40\uDC68\uDB40\uDC69\uDB40\uDC64\uDB40\uDC65",
            "73 a thousand marks", "z" + "\u0334\u0301".repeat(500),
            "74 a word of 10,000 letters", "w".repeat(10_000),
            "75 joined emoji alone", "\uD83D\uDC69\u200D".repeat(500) + "\uD83D\uDC69",
            "76 a formula", "=HYPERLINK(\"http://127.0.0.1/\")",
            "77a a sum", "+1",
            "77b a difference", "-1",
            "77c a function", "@SUM(A1:A2)",
            "77d a formula after a tab", "\t=1+1",
            "78 the signs of CSV", "a,\"b\"\nc,'d'",
            "79 a lookup", "${jndi:ldap://127.0.0.1/a}",
            "80 a backslash at the end", "Paris\\",
            "81 fields of line protocol", "en,host=x value=1i 1",
            "82 a line of line protocol", "en\nevil value=1i",
            "87 keys of MongoDB", "$where a.b __proto__ {\"$ne\":null}");

    private static Map<String, String> texts(String... namesAndTexts) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            texts.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return texts;
    }

    /** The texts alone, for stores and pages. */
    static Collection<String> storableTexts() {
        return TEXTS.values();
    }

    private void texts() {
        TEXTS.forEach((name, text) -> good(
                name,
                json(text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")),
                text));
        String escaped = "&lt;script&gt; &amp;lt;";
        add(
                "65 what X has escaped",
                json(escaped),
                new Outcome.Good(tweet(escaped)),
                new Outcome.Good(tweet("<script> &lt;")));
    }

    /** A time that canonical JSON refuses and that a source replaces by the id's. */
    private void time(String name, String time, String code) {
        add(
                name,
                json("t").replace("\"2024-05-01T12:00:00.000Z\"", time),
                new Outcome.Dead(code),
                new Outcome.Good(tweet("t")));
    }

    private void raw(String name, String text) {
        good(name, json(text), text);
    }

    private void good(String name, String json, String text) {
        good(name, json, tweet(text));
    }

    private void good(String name, String json, Tweet tweet) {
        add(name, json, new Outcome.Good(tweet), new Outcome.Good(tweet));
    }

    private void dead(String name, String json, String code) {
        dead(name, json.getBytes(UTF_8), code);
    }

    private void dead(String name, byte[] bytes, String code) {
        cases.add(new Case(name, bytes::clone, new Outcome.Dead(code), new Outcome.Dead(code)));
    }

    private void add(String name, String json, Outcome asRecord, Outcome asLine) {
        cases.add(new Case(name, () -> json.getBytes(UTF_8), asRecord, asLine));
    }

    private static Tweet tweet(String text) {
        return Tweet.builder(ID, text, Tweets.START).build();
    }

    private static String with(String member) {
        return json("t").replace("{", "{" + member + ",");
    }

    /** A good tweet with bytes in its text that are not UTF-8. */
    private static byte[] bytes(int... wrong) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("{\"id\":\"1\",\"text\":\"".getBytes(UTF_8));
        for (int b : wrong) {
            bytes.write(b);
        }
        bytes.writeBytes("\"}".getBytes(UTF_8));
        return bytes.toByteArray();
    }

    /** Keys with the same hash code: every sequence of 17 pairs Aa and BB. */
    private static String collidingKeys() {
        StringBuilder keys = new StringBuilder(131_072 * 40);
        for (int i = 0; i < 131_072; i++) {
            keys.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 17; bit++) {
                keys.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            keys.append("\":0");
        }
        return keys.toString();
    }
}
