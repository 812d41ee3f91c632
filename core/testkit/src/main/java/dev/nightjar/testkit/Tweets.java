/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.WindowedCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Made-up tweets, classified tweets and counts: plain ones by number, and ones that are known to damage stores and
 * models. The same call gives an equal value every time.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class Tweets {
    /** The time of tweet 0. */
    public static final Instant START = Instant.parse("2024-05-01T12:00:00Z");

    private static final String EMOTION_MODEL = "emotion@0123456789ab";
    private static final String SENTIMENT_MODEL = "sentiment@ba9876543210";
    private static final List<String> SAYINGS = List.of(
            "what a happy morning, the bus was early",
            "I hate it when the coffee machine is broken",
            "so sad that the season is over",
            "the meeting is at ten",
            "love this song, great voice",
            "terrible queue at the station again",
            "rain until noon, then clouds");

    private static final List<String> STORABLE = List.of(
            "",
            " ",
            "  two spaces at either end  ",
            "first line\nsecond line\r\nthird line\ttab",
            "commas, equals=signs, \"double\" and 'single' quotes",
            "back\\slash, \\\\two, and one at the end \\",
            "# not a comment",
            "family \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66 tone \ud83d\udc4d\ud83c\udffe flag \ud83c\uddeb\ud83c\uddee keycap 3\ufe0f\u20e3",
            "\ud835\udd0a\ud835\udd2c\ud835\udd31 \ud83e\udd86 four bytes each",
            "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u202eright to left\u202c \u2067open isolate",
            "\u591c\u306e\u9ce5\u3001\u9759\u304b\u306b",
            "NFC caf\u00e9 and NFD cafe\u0301",
            "line \u2028 and paragraph \u2029 separators, \u0085 too",
            "\u001b[2J\u0007 control \u0001\u001f",
            "\ufeffbyte order mark and \ufffe\uffff noncharacters, \ue000 private",
            "<script>alert(1)</script> &lt;b&gt; &amp;amp;",
            "a\u0300".repeat(Tweet.MAX_TEXT_LENGTH / 2),
            "\ud83e\udd89".repeat(Tweet.MAX_TEXT_LENGTH));

    private Tweets() {}

    /** The id of a tweet at a time: a snowflake, above 2^53. */
    public static String id(Instant createdAt, int sequence) {
        return Long.toString(TweetId.lowest(createdAt) + sequence);
    }

    /** A plain tweet, one second after the one before; its id is above 2^53. */
    public static Tweet tweet(int number) {
        return tweet(number, SAYINGS.get(Math.floorMod(number, SAYINGS.size())) + " #" + number);
    }

    /** A plain tweet with a text, one second after the one before. */
    public static Tweet tweet(int number, String text) {
        Instant createdAt = START.plusSeconds(number);
        return Tweet.builder(id(createdAt, 0), text, createdAt).lang("en").build();
    }

    /** The tweets from 0 to a number, exclusive. */
    public static List<Tweet> tweets(int count) {
        return IntStream.range(0, count).mapToObj(Tweets::tweet).toList();
    }

    /** Tweets of one millisecond, all with the same text; their ids differ in high and in low bits of the sequence. */
    public static List<Tweet> inOneMillisecond(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> id(START, i % 2 == 0 ? i : i << 12))
                .map(id -> Tweet.builder(id, "all at once", START).lang("en").build())
                .toList();
    }

    /** A tweet with every component set. */
    public static Tweet rich() {
        return Tweet.builder(
                        id(START.plusMillis(7), 4_194_303),
                        "RT @wren_at_dusk: caf\u00e9 \ud83d\udc69\ud83c\udffd\u200d\ud83d\ude80 #nightjar #\u591c\u9df9 https://t.co/a1 \"quoted\", a=b",
                        START.plusMillis(7))
                .lang("und")
                .author(new Author(
                        "9007199254740993", "wren_at_dusk", "Wren \ud83d\udc26 (she/her), \u200fשלום", 3_000_000_000L))
                .hashtags(List.of(new Entity("nightjar", 26, 35), new Entity("\u591c\u9df9", 36, 39)))
                .mentions(List.of(new Entity("wren_at_dusk", 3, 16), Entity.of("someone")))
                .urls(List.of(new Entity("https://example.org/?a=1&b=%20,x", 40, 55)))
                .publicMetrics(new PublicMetrics(1L, 0L, 5_000_000_000L, null, 7L, null))
                .references(List.of(
                        new TweetReference(TweetReference.Type.RETWEETED, "9007199254740993"),
                        new TweetReference(TweetReference.Type.REPLIED_TO, "20")))
                .matchingRuleTags(List.of("birds, at night", "k=v"))
                .source("Nightjar \"Web\" App")
                .build();
    }

    /** Texts that a tweet can have and that stores are known to damage; each is kept by {@link Tweet} as it is. */
    public static List<String> storableTexts() {
        return Stream.concat(STORABLE.stream(), Corpus.storableTexts().stream()).toList();
    }

    /** Tweets that no store expects: hostile texts, the least and the greatest id, and times that some cannot write. */
    public static List<Tweet> unusual() {
        List<String> texts = hostileTexts().stream()
                .filter(text -> text.codePointCount(0, text.length()) <= Tweet.MAX_TEXT_LENGTH)
                .toList();
        return Stream.concat(
                        IntStream.range(0, texts.size()).mapToObj(i -> tweet(1_000 + i, texts.get(i))),
                        Stream.of(
                                Tweet.builder("1", "the first", Instant.EPOCH).build(),
                                Tweet.builder("2", "before the clock", Instant.parse("1901-01-01T00:00:00Z"))
                                        .build(),
                                Tweet.builder(Long.toString(Long.MAX_VALUE), "the last", START)
                                        .build(),
                                Tweet.builder(
                                                Long.toString(Long.MAX_VALUE - 1),
                                                "late",
                                                Instant.parse("9999-12-31T23:59:59.999Z"))
                                        .build()))
                .toList();
    }

    /** Texts that models, tokenizers and regular expressions are known to fail on; not all are well-formed Unicode. */
    public static List<String> hostileTexts() {
        return Stream.concat(
                        storableTexts().stream(),
                        Stream.of(
                                "lone high \ud800",
                                "\udc00 lone low",
                                "reversed \udc00\ud800 pair",
                                "\ud800",
                                "nul \u0000 inside",
                                "\u0000",
                                "@".repeat(25_000),
                                "#".repeat(25_000),
                                "a".repeat(25_000) + '!',
                                "http://" + "a".repeat(24_000),
                                "\ufdfa".repeat(25_000),
                                "e" + "\u0301".repeat(24_999),
                                "\ud83d\udc69\u200d".repeat(8_000),
                                "\u200b".repeat(1_000),
                                "\u202e".repeat(1_000) + "txt.exe",
                                "\u2067".repeat(1_000),
                                "[CLS] [SEP] [MASK] [PAD] [UNK] <s> </s> <mask> <unk> <pad> <|endoftext|>",
                                "[CLS]".repeat(5_000),
                                "##ing ##s \u2581\u2581 \u0120word @@",
                                "\u0001\u0002\u0003\u007f\u0080\u009f",
                                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f",
                                "!".repeat(10_000),
                                "\n".repeat(10_000) + "x",
                                "0".repeat(10_000)))
                .toList();
    }

    /** A tweet with an {@code emotion} and a {@code sentiment}; blank texts are rejected by both. */
    public static ClassifiedTweet classified(Tweet tweet) {
        return ClassifiedTweet.of(
                tweet,
                Map.of(
                        "emotion", classification(tweet, EMOTION_MODEL, "joy", "anger", "sadness"),
                        "sentiment", classification(tweet, SENTIMENT_MODEL, "positive", "negative")));
    }

    /** The classified form of {@link #tweet(int)}. */
    public static ClassifiedTweet classified(int number) {
        return classified(tweet(number));
    }

    /** The classified tweets from 0 to a number, exclusive. */
    public static List<ClassifiedTweet> classifieds(int count) {
        return IntStream.range(0, count).mapToObj(Tweets::classified).toList();
    }

    /** A count of one minute for one of five keys; every number has a metric, key and window of its own. */
    public static WindowedCount count(int number) {
        Instant start = START.plus(Duration.ofMinutes(number / 5));
        return new WindowedCount("hashtag", "tag" + number % 5, start, start.plusSeconds(60), number);
    }

    private static Classification classification(Tweet tweet, String model, String... labels) {
        if (tweet.text().isBlank()) {
            return new Classification.Rejected(model, Reason.BLANK);
        }
        int first = Math.floorMod(tweet.id().hashCode(), labels.length);
        double rest = 0.25 / (labels.length - 1);
        return new Classification.Scored(
                model,
                IntStream.range(0, labels.length)
                        .mapToObj(i -> new ScoredLabel(labels[i], i == first ? 0.75 : rest))
                        .toList(),
                tweet.text().length() > 1000);
    }
}
