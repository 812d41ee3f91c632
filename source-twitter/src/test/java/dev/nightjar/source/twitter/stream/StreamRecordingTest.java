/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.Entity;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes of a stream, however the network cuts them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamRecordingTest {
    private static final String OWL = "\uD83E\uDD89";
    private static final String NOTE = (OWL + "hoo \u2028").repeat(30);

    /** Seven posts, keep-alives, both line ends, U+2028 and U+0085 as they are, escapes, a four-byte character. */
    private static final String RECORDING = "\r\n"
            + "{\"data\":{\"id\":\"1992000000000000001\",\"text\":\"Plain \u0085 \u2028 text\"},\"matching_rules\":[{\"id\":\"7\"}]}\r\n"
            + "\r\n\n"
            + "{\"matching_rules\":[{\"tag\":\"b\",\"id\":\"8\"}],\"data\":{\"text\":\"" + OWL + OWL
            + " &amp; #\u732B @bubo https:\\/\\/t.co\\/x\",\"id\":\"1992000000000000002\",\"entities\":{\"hashtags\":"
            + "[{\"start\":9,\"end\":11,\"tag\":\"\u732B\"}],\"mentions\":[{\"start\":12,\"end\":17,\"username\":\"bubo\"}],"
            + "\"urls\":[{\"start\":18,\"end\":32,\"url\":\"https://t.co/x\"}]}}}\n"
            + "{\"data\":{\"id\":\"1992000000000000003\",\"text\":\"hoo\u2026\",\"note_tweet\":{\"text\":\"" + NOTE
            + "\"}}}\r\n"
            + "{\"data\":{\"id\":\"1992000000000000004\",\"text\":\"gone\",\"referenced_tweets\":[{\"type\":\"quoted\",\"id\":\"20\"}]},"
            + "\"errors\":[{\"title\":\"Not Found Error\",\"resource_id\":\"20\",\"type\":"
            + "\"https://api.twitter.com/2/problems/resource-not-found\"}]}\r\n"
            + "{\"data\":{\"id\":9223372036854775807,\"text\":\"\\ud83e\\udd89 escaped \\n\",\"lang\":null,\"geo\":{}}}\r\n"
            + "\r\n"
            + "{\"data\":{\"id\":\"1992000000000000006\",\"text\":\"RT @a: long\u2026\",\"referenced_posts\":[{\"type\":\"reposted\","
            + "\"id\":\"5\"}]},\"includes\":{\"posts\":[{\"id\":\"5\",\"text\":\"long indeed\"}]}}\r\n"
            + "{\"data\":{\"id\":\"1992000000000000007\",\"text\":\"last \u00e9\",\"reply_settings\":\"never-heard-of\","
            + "\"entities\":{\"urls\":[{\"start\":0,\"end\":99}]}}}\r\n";

    private static final byte[] BYTES = RECORDING.getBytes(StandardCharsets.UTF_8);

    @Test
    void everyCutOfTheBytesGivesTheSameSevenPosts() throws Exception {
        List<Tweet> whole = read(new ByteArrayInputStream(BYTES)).tweets();
        assertThat(whole).hasSize(7);
        for (int cut = 0; cut <= BYTES.length; cut++) {
            InputStream in = new SequenceInputStream(
                    new ByteArrayInputStream(BYTES, 0, cut), new ByteArrayInputStream(BYTES, cut, BYTES.length - cut));
            assertThat(read(in).tweets()).as("cut at byte %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void aStreamThatEndsAnywhereGivesThePostsThatWereWhole() throws Exception {
        List<Tweet> whole = read(new ByteArrayInputStream(BYTES)).tweets();
        int most = 0;
        for (int end = 0; end <= BYTES.length; end += 7) {
            SourceBatch batch = read(new ByteArrayInputStream(BYTES, 0, end));
            assertThat(batch.tweets()).isEqualTo(whole.subList(0, batch.tweets().size()));
            assertThat(batch.deadLetters()).isEmpty();
            assertThat(batch.tweets().size()).isGreaterThanOrEqualTo(most);
            most = batch.tweets().size();
        }
    }

    @Test
    void eachPostIsWhatXMeant() throws Exception {
        SourceBatch batch = read(new ByteArrayInputStream(BYTES));
        assertThat(batch.deadLetters()).isEmpty();
        assertThat(batch.skipped()).containsOnlyKeys("keep-alive").containsEntry("keep-alive", 4L);
        List<Tweet> tweets = batch.tweets();
        assertThat(tweets.get(0).text()).isEqualTo("Plain \u0085 \u2028 text");
        assertThat(tweets.get(0).matchingRuleTags()).containsExactly("7");
        Tweet second = tweets.get(1);
        assertThat(second.text()).isEqualTo(OWL + OWL + " & #\u732B @bubo https://t.co/x");
        assertThat(List.of(
                        second.hashtags().get(0),
                        second.mentions().get(0),
                        second.urls().get(0)))
                .extracting(entity -> part(second, entity))
                .containsExactly("#\u732B", "@bubo", "https://t.co/x");
        assertThat(tweets.get(2).text()).isEqualTo(NOTE);
        assertThat(tweets.get(3).references()).containsExactly(new TweetReference(TweetReference.Type.QUOTED, "20"));
        assertThat(tweets.get(4).id()).isEqualTo("9223372036854775807");
        assertThat(tweets.get(4).text()).isEqualTo(OWL + " escaped \n");
        assertThat(tweets.get(5).text()).isEqualTo("long indeed");
        assertThat(tweets.get(6).text()).isEqualTo("last \u00e9");
    }

    @Test
    void aPostOfTwentyFiveThousandCharactersIsWhole() throws Exception {
        String note = OWL.repeat(25_000);
        String frame = "{\"data\":{\"id\":\"1992000000000000001\",\"text\":\"short\u2026\",\"note_tweet\":{\"text\":\""
                + note + "\"}}}\r\n";
        assertThat(read(new ByteArrayInputStream(frame.getBytes(StandardCharsets.UTF_8)))
                        .tweets())
                .singleElement()
                .satisfies(tweet -> assertThat(tweet.text()).isEqualTo(note));
    }

    @Test
    void anOddFrameIsADeadLetterWithItsBytesAndTheStreamGoesOn() throws Exception {
        List<String> odd = List.of(
                "<html>busy</html>",
                "{\"data\":{\"id\":\"not an id\",\"text\":\"x\"}}",
                "{\"data\":{\"id\":\"1\"}}",
                "{\"data\":{\"id\":\"1\",\"text\":\"half",
                "[]x",
                "true");
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < odd.size(); i++) {
            stream.append(odd.get(i))
                    .append("\r\n")
                    .append("{\"data\":{\"id\":\"" + (1_992_000_000_000_000_000L + i) + "\",\"text\":\"x\"}}\r\n");
        }
        SourceBatch batch = read(new ByteArrayInputStream(stream.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(batch.tweets()).hasSize(odd.size());
        assertThat(batch.deadLetters())
                .extracting(letter -> new String(letter.original(), StandardCharsets.UTF_8))
                .isEqualTo(odd);
        assertThat(batch.deadLetters()).extracting(DeadLetter::stage).containsOnly(DeadLetter.Stage.SOURCE);
    }

    @Test
    void bytesThatAreNoUtf8AreADeadLetterAsTheyCame() throws Exception {
        byte[] bytes = {'{', '"', 'd', (byte) 0xc0, (byte) 0xaf, '"', '}', '\n', '\r', '\n'};
        SourceBatch batch = read(new ByteArrayInputStream(bytes));
        assertThat(batch.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("bad-utf8");
            assertThat(letter.original()).isEqualTo(java.util.Arrays.copyOf(bytes, 7));
        });
    }

    private static String part(Tweet tweet, Entity entity) {
        String text = tweet.text();
        return text.substring(text.offsetByCodePoints(0, entity.start()), text.offsetByCodePoints(0, entity.end()));
    }

    /** All that a source returns of these bytes, up to where it would connect again. */
    private static SourceBatch read(InputStream in) throws Exception {
        VirtualStreamTime time = new VirtualStreamTime(Instant.parse("2026-11-20T12:00:00Z"), 1);
        TwitterStreamConfig config = TwitterStreamConfig.builder(Credential.literal("token"))
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .gapFill(GapFill.NONE)
                .build();
        Once link = new Once(in);
        SpendGuard guard = SpendGuard.open(SpendLimits.NONE, time.clock());
        TwitterStreamSource source = TwitterStreamSource.connected(
                config, SourcePosition.START, link, new ReconnectLadder(() -> 0L), time, guard, null);
        List<SourceBatch> batches = new ArrayList<>();
        link.again = () -> {
            batches.add(source.poll(Duration.ZERO));
            source.close();
        };
        source.run();
        return batches.get(0);
    }

    private static final class Once implements StreamLink {
        private final InputStream in;
        private StreamTime.Task again = () -> {};
        private boolean connected;

        Once(InputStream in) {
            this.in = in;
        }

        @Override
        public Body connect(int backfillMinutes) throws InterruptedException {
            if (connected) {
                again.run();
            }
            connected = true;
            return new Body() {
                @Override
                public InputStream stream() {
                    return in;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public int killStale() {
            return 0;
        }
    }
}
