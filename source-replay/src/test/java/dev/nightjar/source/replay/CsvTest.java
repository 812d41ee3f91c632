/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.PublicMetrics;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    private static final String ID = "1700000000000000000";

    @TempDir
    Path folder;

    @Test
    void twarcsColumnsAreKnown() {
        SourceBatch read =
                Replays.all(file("id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.quoted.id,"
                        + "author_id,created_at,text,lang,source,public_metrics.like_count,public_metrics.retweet_count,"
                        + "author.username,author.name,author.public_metrics.followers_count\n"
                        + ID
                        + ",1,1699999999999999999,,5,2023-09-08T03:33:20.000Z,\"line one\nline two, \"\"quoted\"\" &amp; &lt;3\",en,"
                        + "Web,2.0,,five,Five,7\n"));

        assertThat(read.tweets())
                .containsExactly(Tweet.builder(
                                ID, "line one\nline two, \"quoted\" & <3", Instant.parse("2023-09-08T03:33:20Z"))
                        .author(new Author("5", "five", "Five", 7L))
                        .lang("en")
                        .source("Web")
                        .publicMetrics(new PublicMetrics(null, null, 2L, null, null, null))
                        .references(List.of(new TweetReference(TweetReference.Type.REPLIED_TO, "1699999999999999999")))
                        .build());
        assertThat(read.skipped()).containsOnly(Map.entry("header", 1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tweet_id,airline_sentiment,name,text,tweet_created\n%s,neutral,five,an owl,2023-09-07 20:33:20 -0700\n",
                "Tweet Id\tTime\tTweet Text\n%s\tFri Sep 08 03:33:20 +0000 2023\tan owl\n",
                "\uFEFFid;date;content\r\n%s;2023-09-08 03:33:20+00:00;an owl\r\n",
                "text|id|created_at\nan owl|%s|Fri, 08 Sep 2023 03:33:20 GMT\n",
                "id,text\n%s,an owl\n",
                "id,text,created_at\n%s,an owl,2023-09-08 03:33:20\n",
                "text,id\r\"an owl\",%s\r"
            })
    void columnsWithKnownNamesAreFound(String text) {
        SourceBatch read = Replays.all(file(text.formatted(ID)));

        assertThat(read.deadLetters()).isEmpty();
        assertThat(read.tweets()).singleElement().satisfies(tweet -> {
            assertThat(tweet.text()).isEqualTo("an owl");
            assertThat(tweet.id()).isEqualTo(ID);
            assertThat(tweet.createdAt()).isBetween("2023-09-08T03:33:20Z", "2023-09-08T04:16:00Z");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '/',
            value = {
                "id=nr,text=what/nr,what,who\\n",
                "id=Nr,text=WHAT,author=who/Nr,what,who\\n",
                "id=1,text=2,author=3/''",
                "text=2,id=1/0,1,2\\n",
                "text=2,id=1/nr,what,who\\n"
            })
    void columnsMayBeGiven(String columns, String header) {
        SourceBatch read = Replays.all(
                ReplayConfig.file(file(header.replace("\\n", "\n") + ID + ",an owl,five\n" + ID + "0,too long,six\n"))
                        .columns(columns));

        assertThat(read.tweets()).extracting(Tweet::text).contains("an owl");
        assertThat(read.deadLetters()).extracting(DeadLetter::code).contains("bad-id");
    }

    @Test
    void aQuoteThatIsNotClosedCostsItsRowAlone() {
        SourceBatch read = Replays.all(file("id,text\n" + row(0, "\"never closed") + row(1, "\"two\nlines\"")
                + row(2, "\"closed\" too early") + row(3, "a \"quote\" within") + row(4, "\"end")));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("two\nlines", "a \"quote\" within");
        assertThat(read.deadLetters()).hasSize(3).extracting(DeadLetter::code).containsOnly("bad-csv");
        assertThat(read.deadLetters().get(0).original())
                .asString(UTF_8)
                .isEqualTo(row(0, "\"never closed").strip());
    }

    @Test
    void betweenTabsAQuoteIsOfTheText() {
        SourceBatch read = Replays.all(file("id\ttext\n" + ID + "\t\"owl\" he said\n"));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("\"owl\" he said");
    }

    @Test
    void aQuoteMayHaveABackslashBeforeIt() {
        SourceBatch read = Replays.all(file("id,text,lang\n" + ID + ",\"an \\\"owl\\\", he said\",en\n"));

        assertThat(read.tweets()).extracting(Tweet::text).containsExactly("an \"owl\", he said");
    }

    @Test
    void whatAColumnDoesNotSayIsAbsent() {
        SourceBatch read = Replays.all(file("id,text,user,lang,like_count\n" + ID + ",an owl,\"{'id': 5}\",,many\n"));

        assertThat(read.tweets()).singleElement().satisfies(tweet -> {
            assertThat(tweet.author()).isNull();
            assertThat(tweet.lang()).isNull();
            assertThat(tweet.publicMetrics()).isNull();
        });
    }

    /** As Vicinitas and others write them, so that a spreadsheet does not round them. */
    @Test
    void anIdMayBeProtectedFromSpreadsheets() {
        SourceBatch read = Replays.all(
                file("id,text\n\"\"\"" + ID + "\"\"\",a\n'" + ID + ",b\n\"=\"\"" + ID + "\"\"\",c\n'x',d\n"));

        assertThat(read.tweets()).extracting(Tweet::id).containsExactly(ID, ID, ID);
        assertThat(read.deadLetters()).extracting(DeadLetter::code).containsExactly("bad-id");
    }

    @Test
    void aRowWithoutAnIdIsRefusedOrGetsOneThatIsTheSameOnEachReplay() {
        Path file = file(
                "text,created_at\nan owl,2023-09-08T03:33:20Z\nan owl,2023-09-08T03:33:21Z\nold,2009-09-08T03:33:20Z\n"
                        + "timeless,\n");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Replays.all(file))
                .withMessageContaining("id-from=text,created_at");
        SourceBatch read = Replays.all(ReplayConfig.file(file).idFrom("text,created_at"));
        assertThat(read.tweets()).extracting(Tweet::id).doesNotHaveDuplicates().hasSize(3);
        assertThat(TweetId.of(read.tweets().get(0).id()).time()).isEqualTo("2023-09-08T03:33:20Z");
        assertThat(TweetId.of(read.tweets().get(2).id()).time()).isNull();
        assertThat(read.deadLetters()).extracting(DeadLetter::code).containsExactly("missing-field");
        assertThat(Replays.all(ReplayConfig.file(file).idFrom("text,created_at"))
                        .tweets())
                .isEqualTo(read.tweets());
    }

    @Test
    void columnsThatAreNotKnownAreNamedInTheRefusal() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Replays.all(file("nr,what\n1,owl\n")))
                .withMessageContaining("its columns are nr, what, and which holds an id and the text is not known")
                .withMessageContaining("columns=id=tweet_id,text=content");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        Replays.all(ReplayConfig.file(file("nr,what\n1,owl\n")).columns("id=nr,text=x")))
                .withMessageContaining("which holds the text is not known");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> Replays.all(file("no header, but a tweet of \u0000 " + "many words ".repeat(20) + "\n")))
                .withMessageContaining("its columns are no header, but a tweet of   many words many words m.., and");
    }

    @Test
    void utf16WithAMarkIsRead() {
        Path file = Replays.write(
                folder.resolve("csv"), ("\uFEFFid,text\n" + ID + ",\u591C \uD83E\uDD89\n").getBytes(UTF_16LE));

        assertThat(Replays.all(file).tweets()).extracting(Tweet::text).containsExactly("\u591C \uD83E\uDD89");
    }

    private static String row(int number, String text) {
        return ID.substring(0, 18) + number + "," + text + "\n";
    }

    private Path file(String text) {
        return Replays.write(folder.resolve("csv"), text);
    }
}
