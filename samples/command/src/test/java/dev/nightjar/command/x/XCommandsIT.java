/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Tweet;
import dev.nightjar.command.Ran;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.json.TweetJson;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask the X API, against one on this machine. */
@Timeout(120)
class XCommandsIT {
    private static final String SECRET = "canary%3D4711";

    @TempDir
    private Path folder;

    private FakeX x = FakeX.builder().bearerToken(SECRET).postsPerSecond(500).start();
    private Path credentials = Path.of("");

    @BeforeEach
    void writeCredentials() throws Exception {
        credentials = Files.writeString(folder.resolve("credentials"), "bearer_token = " + SECRET + "\n");
    }

    @AfterEach
    void stop() {
        x.close();
    }

    @Test
    void rulesAreAddedListedAndDeleted() {
        Ran added = command("rules", "add", "owl -is:retweet", "lang:en", "--tag", "birds");
        assertThat(added.exit()).as("X refuses one").isEqualTo(Exit.SET_UP);
        assertThat(added.out())
                .containsPattern("added +\\d+ +birds +owl -is:retweet\n")
                .contains("REFUSED    lang:en: Rules must contain")
                .contains("1 added, 0 unchanged, 0 there with another tag, 0 deleted, 1 refused");
        Ran again = command("rules", "add", "owl -is:retweet", "--tag", "birds");
        assertThat(again.exit()).isZero();
        assertThat(again.out()).containsPattern("unchanged +\\d+ +birds");
        x.addRule("cat", null);
        Ran listed = command("rules", "list");
        assertThat(listed.out()).containsPattern("^\\d+ +birds +owl").containsPattern("\n\\d+ +- +cat\n2 rules\n");
        Ran deleted = command("rules", "delete", "cat", "dog");
        assertThat(deleted.exit()).isEqualTo(Exit.SET_UP);
        assertThat(deleted.out()).containsPattern("deleted +\\d+ +- +cat").contains("not there  dog");
        assertThat(command("rules", "delete", "--tag", "birds").exit()).isZero();
        assertThat(x.rules()).isEmpty();
        Ran none = command("rules", "delete", "--tag", "birds");
        assertThat(none.exit()).isEqualTo(Exit.SET_UP);
        assertThat(none.out()).contains("not there  any rule with the tag birds; 'nightjar rules list'");
    }

    @Test
    void aDryRunChangesNoRule() throws Exception {
        x.addRule("cat", "mine:1");
        Path file = Files.writeString(folder.resolve("rules"), "owl\n");
        for (Ran ran : List.of(
                command("rules", "add", "owl", "--dry-run"),
                command("rules", "delete", "cat", "--dry-run"),
                command("rules", "sync", "--file", file.toString(), "--prefix", "mine:", "--dry-run"))) {
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("Dry run, nothing is changed: ");
        }
        assertThat(x.rules()).containsExactly(Map.entry("cat", "mine:1"));
    }

    @Test
    void aSyncDeletesWhatItsModeSaysAndNamesIt() throws Exception {
        x.addRule("of somebody else", "theirs");
        x.addRule("obsolete", "mine:old");
        x.addRule("owl", "mine:owls");
        Path file = Files.writeString(
                folder.resolve("rules"),
                "\uFEFF# my rules\r\n\r\nmine:owls\towl\r\n#nightjar lang:en\r\nmine:x\tlark OR robin\r\n");
        Ran kept = command("rules", "sync", "--file", file.toString());
        assertThat(kept.exit()).as(kept.err()).isZero();
        assertThat(kept.out()).contains("2 added, 1 unchanged, 0 there with another tag, 0 deleted");
        assertThat(x.rules()).hasSize(5).containsEntry("#nightjar lang:en", "");
        Ran own = command("rules", "sync", "--file", file.toString(), "--prefix", "mine:");
        assertThat(own.out())
                .containsPattern("deleted +\\d+ +mine:old +obsolete\n")
                .contains("1 deleted");
        assertThat(x.rules()).hasSize(4).containsKey("of somebody else").doesNotContainKey("obsolete");
        Ran all = command("rules", "sync", "--file", file.toString(), "--mode", "replace-all");
        assertThat(all.out()).containsPattern("deleted +\\d+ +theirs +of somebody else\n");
        assertThat(x.rules()).containsOnlyKeys("owl", "#nightjar lang:en", "lark OR robin");
        assertThat(command("rules", "sync", "--file", file.toString(), "--mode", "mirror")
                        .exit())
                .isEqualTo(2);
        assertThat(command("rules", "sync", "--file", file.toString(), "--mode", "replace-own-prefix")
                        .err())
                .contains("--prefix");
    }

    @Test
    void aSearchPrintsWhatIsLikedEnoughPageByPage() {
        Instant start = Instant.parse("2026-11-01T00:00:00Z");
        for (int i = 0; i < 30; i++) {
            past("superbowl \u001b[31m \u009b number " + i, start.plusSeconds(60L * i), 100L * i);
        }
        Ran ran = command(
                "search",
                "--query",
                "superbowl",
                "--archive",
                "--start",
                "2026-11-01",
                "--end",
                "2026-11-01T00:20:00Z",
                "--min-likes",
                "500",
                "--lang",
                "en",
                "--page-size",
                "10",
                "--count-first");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("Batch 1: 10 posts", "Batch 2: 5 posts", "2026-11-01 00:19:00  @strix              1,900  en")
                .contains("number 5\n")
                .doesNotContain("number 4\n", "number 20\n", "\u001b", "\u009b");
        assertThat(ran.err()).contains("15 posts, $0.08 at $0.005 each, were it X");
        assertThat(x.requests()).extracting(FakeX.Received::path).contains("/2/tweets/search/all");
    }

    @Test
    void aDryRunOfASearchReadsNothing() {
        past("superbowl", Instant.now().minusSeconds(600), 0);
        Ran ran = command("search", "--query", "superbowl", "--dry-run", "--price", "0.01");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("1 post, $0.01 at $0.01 each");
        assertThat(x.postsRead()).isZero();
    }

    @Test
    void aSearchCountsAllPostsWhereXDoesNotKnowTheLikes() {
        past("superbowl", Instant.now().minusSeconds(600), 3);
        past("superbowl too", Instant.now().minusSeconds(500), 700);
        String refusal = "{\"errors\":[{\"parameters\":{\"query\":[\"superbowl min_likes:500\"]},\"message\":"
                + "\"There were errors processing your request: Reference to invalid operator 'min_likes'\"}],"
                + "\"title\":\"Invalid Request\",\"type\":\"https://api.twitter.com/2/problems/invalid-request\"}";
        x.faults("/2/tweets/counts/recent", Fault.answer(400, refusal));
        x.faults("/2/tweets/search/recent", Fault.answer(400, refusal));
        Ran ran = command("search", "--query", "superbowl", "--min-likes", "500", "--count-first", "--print");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err())
                .contains("X does not know min_likes: all these posts are charged")
                .contains("2 posts, $0.01", "1 posts; 1 more were read and passed over");
        assertThat(tweets(ran.out())).extracting(Tweet::text).containsExactly("superbowl too");
    }

    @Test
    void theLimitOfPostsHoldsOverAllSearchesOfADay() {
        for (int i = 0; i < 100; i++) {
            past("superbowl " + i, Instant.now().minusSeconds(3000 - i), 0);
        }
        String file = folder.resolve("spend").toString();
        for (int run = 0; run < 3; run++) {
            Ran ran = command(
                    "search",
                    "--query",
                    "superbowl",
                    "--max-posts",
                    "25",
                    "--max-posts-per-day",
                    "45",
                    "--spend-file",
                    file,
                    "--print");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.err()).contains(run == 0 ? "The limit of 25 posts is reached" : " posts");
        }
        assertThat(x.postsRead()).isEqualTo(45);
        Ran usage = command("usage", "--spend-file", file);
        assertThat(usage.out())
                .contains(
                        "X counts 25 of 3,000,000 posts this month", "This machine counts 45 today and 45 this month");
        Ran tooFew = command("search", "--query", "superbowl", "--max-posts", "5");
        assertThat(tooFew.exit()).isEqualTo(2);
        Ran withoutFile = command("search", "--query", "superbowl", "--max-posts-per-day", "50");
        assertThat(withoutFile.exit()).isEqualTo(Exit.SET_UP);
        assertThat(withoutFile.err()).contains("needs a file, the option 'spend-file', that keeps the count");
    }

    @Test
    void aWrongSearchIsRefusedBeforeItCostsAnything() {
        assertThat(command("search", "--query", "min_faves:3 owl").exit()).isEqualTo(Exit.SET_UP);
        assertThat(command("search", "--query", "owl", "--start", "yesterday").err())
                .contains("'yesterday' is neither a time");
        assertThat(command("search", "--query", "owl", "--print", "--publish").exit())
                .isEqualTo(2);
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void liveReadsExactlyAsManyPostsAsAskedForUnderItsRule() {
        x.addRule("cat", "theirs");
        Ran ran = command("live", "--rule", "potus OR biden", "--count", "40", "--print");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(tweets(ran.out())).hasSize(40).extracting(Tweet::id).doesNotHaveDuplicates();
        assertThat(ran.err())
                .contains("Added the rule potus OR biden", "other rules, whose posts come and are charged too")
                .containsPattern("\\d+ +theirs +cat")
                .contains("40 tweets printed", "nightjar rules delete --tag nightjar-live");
        assertThat(x.rules()).containsEntry("potus OR biden", LiveCommand.TAG).containsEntry("cat", "theirs");
        assertThat(ran.out() + ran.err()).doesNotContain("canary", "%3D4711", "=4711");
    }

    @Test
    void liveSaysWhatWasMissedAndKeepsItInALedger() throws Exception {
        Path ledger = folder.resolve("ledger");
        Ran live = liveWithAGap(ledger);
        assertThat(live.exit()).as(live.err()).isZero();
        assertThat(tweets(live.out())).hasSize(60).extracting(Tweet::id).doesNotHaveDuplicates();
        assertThat(live.err())
                .containsPattern(
                        "ended \\| [\\d,]+ posts, .*/s \\| last byte \\d+ s ago \\| spent [\\d,]+ \\| \\d gaps?, .* missing.* \\| connection 2\n");
        Ran gaps = Ran.command("gaps", ledger.toString());
        assertThat(gaps.exit()).as("something is missing").isEqualTo(Exit.UNBALANCED);
        assertThat(gaps.out())
                .containsPattern("missing +dropped +0\n")
                .containsPattern("live +[\\d.]+ s")
                .contains("% of ", "is covered; ");
    }

    @Test
    void aShortRunThatEndsByItsCountMissesNothing() {
        Path ledger = folder.resolve("ledger");
        Ran live = command("live", "--rule", "owl", "--count", "60", "--print", "--ledger", ledger.toString());
        assertThat(live.exit()).as(live.err()).isZero();
        assertThat(live.err()).contains(" | 0 gaps\n");
        Ran gaps = Ran.command("gaps", ledger.toString());
        assertThat(gaps.exit()).as(gaps.out()).isZero();
        assertThat(gaps.out())
                .containsPattern("100\\.00 % of [\\d.]+ s is covered; 0 of 1 intervals are missing\n")
                .containsPattern("[\\d.]+ s of it is unsettled: ");
    }

    @Test
    void liveKeepsTheLedgerInATopicToo() throws Exception {
        Path ledger = folder.resolve("ledger");
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            String servers = broker.bootstrapServers();
            for (int run = 0; run < 2; run++) {
                Ran live = liveWithAGap(ledger, "--gaps-topic", "gaps", "--bootstrap-servers", servers);
                assertThat(live.exit()).as(live.err()).isZero();
            }
            Ran file = Ran.command("gaps", ledger.toString(), "--json");
            Ran topic = Ran.command("gaps", "--topic", "gaps", "--bootstrap-servers", servers, "--json");
            assertThat(topic.exit()).as("something is missing").isEqualTo(Exit.UNBALANCED);
            assertThat(topic.out()).isEqualTo(file.out()).contains("\"dropped\"", "\"not-running\"");
            assertThat(Ran.command("gaps", "--topic", "no-such-topic", "--bootstrap-servers", servers)
                            .err())
                    .contains("no topic 'no-such-topic'");
        }
        assertThat(Ran.command("gaps").err()).contains("either a FILE or a --topic");
    }

    @Test
    void liveEndsAtTheLimitOfPosts() {
        Ran ran = command("live", "--rule", "owl", "--count", "60", "--print", "--max-posts", "15");
        assertThat(ran.exit()).as(ran.err()).isEqualTo(Exit.FAILED);
        assertThat(tweets(ran.out())).hasSize(15);
        assertThat(ran.err()).contains("ended | 15 posts, ", " | spent 15 of 15 | ", "Ended after 15 of 60 tweets");
    }

    @Test
    void gapsTellsHowMuchIsCovered() throws Exception {
        Path ledger = Files.writeString(folder.resolve("ledger"), """
                {"from":"2026-11-20T10:00:00Z","to":"2026-11-20T13:00:00Z","state":"live","posts":1200}
                {"from":"2026-11-20T13:00:00Z","to":"2026-11-20T13:30:00Z","state":"missing","reason":"stalled","posts":0}
                {"from":"2026-11-20T13:30:00Z","to":"2026-11-20T14:00:00Z","state":"live","posts":5}
                {"from":"2026-11-20T13:00:00Z","to":"2026-11-20T13:15:00Z","state":"searched","reason":"stalled","posts":7}
                """);
        Ran table = Ran.command("gaps", ledger.toString());
        assertThat(table.exit()).isEqualTo(Exit.UNBALANCED);
        assertThat(table.out())
                .contains("2026-11-20 10:00:00  2026-11-20 13:00:00     3 h 0 min  live                        1,200")
                .containsPattern("searched +stalled +7\n")
                .containsPattern("missing +15 min 0 s +6.25 %")
                .contains("93.75 % of 4 h 0 min is covered; 1 of 4 intervals are missing");
        Ran json = Ran.command("gaps", ledger.toString(), "--json", "--only-missing");
        assertThat(json.out())
                .isEqualTo("{\"from\":\"2026-11-20T10:00:00Z\",\"to\":\"2026-11-20T14:00:00Z\",\"coverage\":0.9375,"
                        + "\"totals\":{\"live\":12600.0,\"backfilled\":0.0,\"searched\":900.0,\"unsettled\":0.0,\"missing\":900.0},"
                        + "\"intervals\":[{\"from\":\"2026-11-20T13:15:00Z\",\"to\":\"2026-11-20T13:30:00Z\","
                        + "\"state\":\"missing\",\"reason\":\"stalled\",\"posts\":0}]}\n");
        assertThat(Ran.command("gaps", "no-such-file").exit()).isEqualTo(Exit.SET_UP);
        Files.writeString(ledger, "odd\n");
        assertThat(Ran.command("gaps", ledger.toString()).err()).contains("is not a ledger of gaps");
    }

    @Test
    void liveNamesTheRulesThatItReplaces() {
        x.addRule("owl", LiveCommand.TAG);
        x.addRule("cat", "theirs");
        Ran ran = command("live", "--rule", "lark", "--replace-rules", "--count", "1", "--print");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err())
                .contains("Added the rule lark", "Deleted the rule owl")
                .doesNotContain("Deleted the rule cat");
        assertThat(x.rules()).containsOnlyKeys("cat", "lark");
    }

    @Test
    void whatXRefusesToDeleteIsSaidOncePerRuleAndIsNoSuccess() throws Exception {
        x.addRule("owl", "mine:owl");
        x.addRule("cat", "mine:cat");
        x.addRule("dog", "mine:dog");
        x.keepRule("cat");
        Ran deleted = command("rules", "delete", "owl", "cat");
        assertThat(deleted.exit()).isEqualTo(Exit.SET_UP);
        assertThat(deleted.out())
                .containsOnlyOnce("owl\n")
                .containsOnlyOnce("cat")
                .containsPattern("deleted +\\d+ +mine:owl +owl\n")
                .contains("REFUSED    cat: Rule is in use (invalid-request)\n")
                .endsWith("0 added, 0 unchanged, 0 there with another tag, 1 deleted, 1 refused\n");
        Path none = Files.writeString(folder.resolve("rules"), "# none\n");
        Ran sync = command("rules", "sync", "--file", none.toString(), "--prefix", "mine:");
        assertThat(sync.exit()).isEqualTo(Exit.SET_UP);
        assertThat(sync.out())
                .containsOnlyOnce(" dog\n")
                .containsOnlyOnce("cat")
                .contains("1 deleted, 1 refused");
        x.keepRule("emu");
        x.addRule("emu", LiveCommand.TAG);
        Ran live = command("live", "--rule", "lark", "--replace-rules", "--count", "1", "--print");
        assertThat(live.exit()).isEqualTo(Exit.SET_UP);
        assertThat(live.err()).contains("X refuses the rule 'emu'").doesNotContain("Deleted the rule");
    }

    /** As X answers since version 2.167 of its API. */
    @Test
    void aSearchThatRefusesTheOldWordsIsReadInTheNewOnes() {
        try (FakeX newer = FakeX.builder()
                .bearerToken(SECRET)
                .pastPosts(300)
                .pageOverlap(4)
                .searchWords(FakeX.Words.POST)
                .start()) {
            x.close();
            x = newer;
            Ran ran =
                    command("search", "--query", "the OR a OR i", "--print", "--page-size", "20", "--max-posts", "80");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(tweets(ran.out())).extracting(Tweet::id).isNotEmpty().doesNotHaveDuplicates();
            assertThat(ran.err()).contains("more were read and passed over: duplicate");
            assertThat(command("usage").out()).contains("X takes a search in 'post' words: --vocabulary post saves");
            int before = x.requests().size();
            command("search", "--query", "the", "--print", "--vocabulary", "post", "--max-requests", "1");
            assertThat(x.requests()).as("asked for rightly at once").hasSize(before + 1);
        }
    }

    @Test
    void liveWaitsAsLongAsXSaysAndShowsUntilWhen() {
        Instant reset = Instant.now().plusSeconds(4);
        x.faults("/2/tweets/search/stream/rules", Fault.rateLimited(reset.getEpochSecond()));
        x.faults(Fault.answer(429, "", "Retry-After", "3"));
        Ran ran = command("live", "--rule", "owl", "--count", "5", "--print");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(tweets(ran.out())).hasSize(5);
        assertThat(ran.err())
                .containsPattern(
                        "waiting \\| The X API asks to wait \\(status 429.*\\) \\| next attempt at [0-9:]+Z, in")
                .containsPattern("waiting \\| 0 posts.*asks to wait \\(status 429\\) \\| next attempt at [0-9:]+Z, in");
    }

    @Test
    void liveThatIsNeverLetInEndsByItsTimeAlone() {
        x.addRule("owl", null);
        Fault[] refusals = new Fault[20];
        java.util.Arrays.setAll(
                refusals, i -> Fault.rateLimited(Instant.now().plusSeconds(600).getEpochSecond()));
        x.faults(refusals);
        Ran ran = command("live", "--print", "--run-for", "15s");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err())
                .contains("0 tweets printed")
                .containsPattern("next attempt at [0-9:]+Z, in (9|1[01]) min");
        x.faults("/2/tweets/search/stream/rules", refusals);
        Ran rules = command("live", "--rule", "owl", "--print", "--run-for", "15s");
        assertThat(rules.exit()).as(rules.err()).isZero();
        assertThat(rules.err()).contains("waiting | The X API asks to wait");
        assertThat(command("rules", "list").err())
                .as("of those that do not wait the time is said")
                .containsPattern("asks to wait.*; try again in [0-9]+ s, at 20[0-9T:-]+Z");
    }

    @Test
    void liveRefusesWhatXRefuses() {
        Ran rule = command("live", "--rule", "lang:en", "--count", "1", "--print");
        assertThat(rule.exit()).isEqualTo(Exit.SET_UP);
        assertThat(rule.err()).contains("X refuses the rule 'lang:en': Rules must contain");
        Ran none = command("live", "--count", "1", "--print");
        assertThat(none.exit()).as("no rule").isEqualTo(Exit.SET_UP);
        Ran token = Ran.command(
                "rules",
                "list",
                "--base-url",
                x.uri().toString(),
                "--credentials",
                wrongToken().toString());
        assertThat(token.exit()).isEqualTo(Exit.SET_UP);
        assertThat(token.err()).contains("401").doesNotContain("wrong-4711");
        assertThat(Ran.command("usage", "--base-url", "http://x.example").err())
                .contains("would send the token in the clear");
    }

    @Test
    void whatIsReadGoesToATopic() {
        for (int i = 0; i < 25; i++) {
            past("superbowl " + i, Instant.now().minusSeconds(3000 - i), 0);
        }
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            String servers = broker.bootstrapServers();
            String position = folder.resolve("position").toString();
            for (int run = 0; run < 2; run++) {
                Ran ran = command(
                        "search",
                        "--query",
                        "superbowl",
                        "--publish",
                        "--position",
                        position,
                        "--topic",
                        "found",
                        "--bootstrap-servers",
                        servers);
                assertThat(ran.exit()).as(ran.err()).isZero();
                assertThat(ran.err()).contains(run == 0 ? "25 published to found" : "0 published to found");
            }
            assertThat(x.postsRead())
                    .as("a finished search is not paid for again")
                    .isEqualTo(25);
            Ran live = command(
                    "live", "--rule", "owl", "--count", "70", "--topic", "streamed", "--bootstrap-servers", servers);
            assertThat(live.exit()).as(live.err()).isZero();
            assertThat(live.err()).contains("70 published to streamed");
            assertThat(Ran.command("topics", "describe", "streamed", "--bootstrap-servers", servers)
                            .out())
                    .contains("1 partitions, 70 records");
        }
    }

    @Test
    void fakeXLeavesCredentialsOfOthersAlone() throws Exception {
        Ran ran = Ran.command("fake-x", "--count", "1", "--credentials", credentials.toString());
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err()).contains("is not one of fake-x");
        assertThat(Files.readString(credentials)).contains(SECRET);
    }

    @Test
    void fakeXRefusesFaultsAndPortsThatAreNone() {
        assertThat(Ran.command("fake-x", "--fault", "resett").err())
                .contains("There is no fault 'resett'; there are reset,");
        assertThat(Ran.command("fake-x", "--fault", "reset@many").exit()).isEqualTo(2);
        Ran port = Ran.command("fake-x", "--port", Integer.toString(x.uri().getPort()));
        assertThat(port.exit()).isEqualTo(Exit.SET_UP);
        assertThat(port.err()).contains("Cannot listen on port " + x.uri().getPort());
    }

    /** 60 posts of a stream whose first connection is reset after 20. */
    private Ran liveWithAGap(Path ledger, String... more) {
        x.faults(Fault.reset().after(20));
        List<String> all = new ArrayList<>(List.of("live", "--rule", "owl", "--count", "60", "--print"));
        all.addAll(List.of("--gap-fill", "none", "--ledger", ledger.toString()));
        all.addAll(List.of(more));
        return command(all.toArray(String[]::new));
    }

    private Ran command(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--base-url", x.uri().toString(), "--credentials", credentials.toString()));
        Ran ran = Ran.command(all.toArray(String[]::new));
        assertThat(ran.out() + ran.err()).as("what it printed").doesNotContain(SECRET);
        return ran;
    }

    private Path wrongToken() {
        try {
            return Files.writeString(folder.resolve("wrong"), "wrong-4711");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void past(String text, Instant at, long likes) {
        long id = FakePost.firstId(at.plus(Duration.ofMillis(x.posts().size())));
        x.publish(FakePost.of(Long.toString(id), text, at).likedBy(likes));
    }

    private static List<Tweet> tweets(String lines) {
        return lines.lines()
                .map(line -> TweetJson.fromBytes(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
