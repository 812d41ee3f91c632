/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.command.pipeline.SqliteTweets;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.json.TweetJson;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class CommandsIT {
    private static final String FIXTURES = "../../classifier-onnx/src/test/resources/models/";

    @TempDir
    private Path folder;

    @Test
    void classifyAnswersEachLineInOrderAndMakesUpNoLabelForAnEmptyOne() {
        Ran ran = Ran.withInput("\uFEFFI am so happy today!\n\nThis is terrible, I hate it\n", "classify");
        assertThat(ran.exit()).as(ran.err()).isZero();
        List<String> lines = ran.out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .startsWith("{\"text\":\"I am so happy today!\"")
                .contains("\"emotion\":{\"label\":\"joy\"")
                .contains("\"sentiment-lr\":{\"label\":\"positive\"");
        assertThat(lines.get(1))
                .startsWith("{\"text\":\"\"")
                .contains("\"rejected\":\"blank\"")
                .doesNotContain("label");
        assertThat(lines.get(2)).contains("\"sentiment-lr\":{\"label\":\"negative\"");
    }

    @Test
    void classifyExplainsItsAnswers() {
        Ran ran = Ran.withInput("So sad \u001b[31m today\n\n", "classify", "--explain");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "  emotion: sadness 0.9",
                        "+++  word 'sad'",
                        "  sentiment-lr: negative 0.9",
                        "+++  letters ' sad'")
                .contains("emotion: no answer, blank")
                .doesNotContain("\u001b");
        Ran json = Ran.withInput("So sad today\n", "classify", "--explain", "--json", "--model", "sentiment-lr");
        assertThat(json.out())
                .startsWith("{\"text\":\"So sad today\",\"sentiment-lr\":{\"label\":\"negative\"")
                .contains(
                        "\"explanation\":{\"method\":\"n-grams\",\"pieces\":[{\"kind\":\"letters\",\"text\":\" sad\",");
    }

    @Test
    void aModelTakesTheOptionsOfItsConfiguration() throws Exception {
        String model = "sentiment-lr?abstain-below=0.9";
        Ran ran = Ran.withInput("So sad today\nthe third door\n", "classify", "--model", model);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"label\":\"negative\"", "\"rejected\":\"uncertain\"");
        Ran misspelt = Ran.withInput("x\n", "classify", "--model", "sentiment-lr?abstain-belov=0.9");
        assertThat(misspelt.exit()).isEqualTo(Exit.SET_UP);
        assertThat(misspelt.err()).contains("did you mean 'abstain-below'");
        for (String malformed : List.of("emotion?", "emotion?name", "emotion?name=a&name=b", "emotion?model=b")) {
            assertThat(Ran.withInput("x\n", "classify", "--model", malformed).exit())
                    .as(malformed)
                    .isEqualTo(Exit.SET_UP);
        }
    }

    @Test
    void twoModelsMakeACascade() throws Exception {
        Path model = folder.resolve("birds.json");
        Ran.command("train", "--data", birds().toString(), "--name", "good", "--out", model.toString());
        Path fast = folder.resolve("fast.json");
        Ran.command("train", "--data", birds().toString(), "--out", fast.toString());
        for (String margin : List.of("0", "1")) {
            Ran ran = Ran.withInput(
                    "a hoot at dawn\n", "classify", "--model", fast + "?second=" + model + "&margin=" + margin);
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("\"model\":\"" + (margin.equals("0") ? "fast@" : "good@"));
        }
    }

    @Test
    void classifyRefusesAModelThatIsNotThere() {
        Ran ran = Ran.withInput("x\n", "classify", "--model", "no-such-model");
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err()).contains("no-such-model");
    }

    @Test
    void aReplayOfWhichNothingCouldBeReadDoesNotEndWell() throws Exception {
        Path unread = folder.resolve("unread.jsonl");
        Files.writeString(unread, "{\"id\":\"x\",\"text\":\"t\"}\n{\"id\":\"y\",\"text\":\"t\"}\n{\"a\":1}\n");
        Ran ran = Ran.command("replay", "--print", "--from", unread.toString());
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("'" + unread + "' is read as x, since it has objects in JSON")
                .contains("2 records could not be read as a tweet: bad-id")
                .contains("1 records could not be read as a tweet: not-a-tweet")
                .contains("The first is at unread.jsonl:1: A tweet id is")
                .contains("Nothing could be read");
    }

    @Test
    void aReplayOfWhichSomethingCouldBeReadSaysWhatCouldNot() throws Exception {
        Path csv = folder.resolve("tweets.csv");
        Files.writeString(csv, "what;when;nr\nan owl;2023-09-08T03:33:20Z;1700000000000000000\nx;y;z\n");
        Ran refused = Ran.command("replay", "--print", "--from", csv.toString());
        assertThat(refused.exit()).isEqualTo(Exit.SET_UP);
        assertThat(refused.err())
                .contains("its columns are what, when, nr, and which holds an id and the text is not known");
        Ran ran = Ran.command("replay", "--print", "--from", csv.toString(), "--columns", "id=nr,text=what,time=when");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("\"text\":\"an owl\"");
        assertThat(ran.err())
                .contains("1 records could not be read as a tweet: bad-id")
                .doesNotContain("Nothing");
        Ran made = Ran.command(
                "replay",
                "--print",
                "--from",
                csv.toString(),
                "--columns",
                "text=what,time=when",
                "--id-from",
                "text,created_at");
        assertThat(made.out()).contains("\"text\":\"an owl\"");
    }

    @Test
    void evaluatePrintsOneJsonObjectOnTheLastLine() throws Exception {
        Path data = folder.resolve("data.tsv");
        Files.writeString(
                data, "joy\tI am so happy today!\nsadness\tI miss her so much, I cannot stop crying\njoy\t \n");
        Ran ran = Ran.command("evaluate", "--model", "emotion", "--data", data.toString(), "--json");
        assertThat(ran.exit()).as(ran.err()).isZero();
        String last = ran.out().lines().reduce((first, second) -> second).orElseThrow();
        assertThat(last)
                .startsWith("{\"model\":\"emotion@")
                .contains("\"n\":3")
                .contains("\"rejected\":1")
                .contains("\"accuracy\":0.66")
                .contains("\"macroF1\":")
                .contains("\"macroRecall\":")
                .contains("\"confusion\":[[");
    }

    @Test
    void evaluateWritesAPageOfTheTweetsThatComeWithTheSamples() throws Exception {
        Path page = folder.resolve("report.html");
        Ran ran = Ran.command(
                "evaluate", "--model", "sentiment-lr", "--data", "../data/sentiment.tsv", "--html", page.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("Texts         105, of them 0 rejected", "Macro-F1", "with emoji", " %, temperature ");
        assertThat(ran.err()).contains(page.toUri().toString());
        assertThat(Files.readString(page))
                .contains("sentiment-lr@", Sha256.of(Path.of("../data/sentiment.tsv")), "<svg");
    }

    @Test
    void evaluateSuggestsTheMarginOfACascade() throws Exception {
        Path data = birds();
        Path coarse = folder.resolve("coarse.json");
        Path fine = folder.resolve("fine.json");
        for (Path model : List.of(coarse, fine)) {
            Ran trained = Ran.command("train", "--data", data.toString(), "--out", model.toString());
            assertThat(trained.exit()).as(trained.err()).isZero();
        }
        Ran ran = Ran.command("evaluate", "--cascade", coarse + "," + fine, "--data", data.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("Suggested     margin 0.00: 0.0 % of the texts asked of fine@")
                .contains("macro-f1 100.0");
    }

    @Test
    void evaluateRefusesACascadeOfModelsWithOtherLabels() {
        Ran ran = Ran.command("evaluate", "--cascade", "sentiment-lr,emotion", "--data", "../data/sentiment.tsv");
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err())
                .contains("A cascade needs two models with the same labels")
                .doesNotContain("Evaluating");
    }

    @Test
    void evaluateAsksForAModel() {
        assertThat(Ran.command("evaluate", "--data", "../data/sentiment.tsv").err())
                .contains("--model or --cascade");
        assertThat(Ran.command("evaluate", "--cascade", "emotion", "--data", "../data/sentiment.tsv")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void evaluateNamesTheLineThatIsNotALabelAndAText() throws Exception {
        Path data = folder.resolve("data.tsv");
        Files.writeString(data, "joy\tfine\nno tab here\n");
        Ran ran = Ran.command("evaluate", "--model", "emotion", "--data", data.toString());
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err()).contains("data.tsv:2");
    }

    @Test
    void checkPrintsAShareForEachCapability() {
        Ran ran = Ran.command("check", "--model", "sentiment-lr", "--failures");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .startsWith("Model         sentiment-lr@")
                .containsPattern("negation +72 +\\d+ +\\d+\\.\\d %")
                .containsPattern("all +375 ")
                .containsPattern("Largest change among groups: 0\\.\\d{3} in the score of 'negative'");
    }

    @Test
    void aModelTrainedFromAFileClassifies() throws Exception {
        Path data = birds();
        Path model = folder.resolve("birds.json");
        Ran trained = Ran.command("train", "--data", data.toString(), "--out", model.toString());
        assertThat(trained.exit()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("Texts         16, of them", "held out of the training");
        Ran all = Ran.command("train", "--data", data.toString(), "--out", model.toString(), "--hold-out", "0");
        assertThat(all.out()).containsPattern("training.texts +80.0000").doesNotContain("Accuracy");
        Ran ran = Ran.withInput("a hoot in the dark\n", "classify", "--model", model + "?languages=en,es");
        assertThat(ran.out()).as(ran.err()).contains("\"label\":\"owl\"");
    }

    @Test
    void aModelIsTrainedOnColumnsOfACsvFile() throws Exception {
        Path csv = folder.resolve("birds.csv");
        StringBuilder rows = new StringBuilder("id,mood,what\n");
        Files.readString(birds())
                .lines()
                .forEach(line ->
                        rows.append("1,").append(line.replace("\t", ",\"")).append("\"\n"));
        Files.writeString(csv, rows);
        Path model = folder.resolve("birds.json");
        Ran ran = Ran.command(
                "train", "--data", csv.toString(), "--columns", "label=mood,text=what", "--out", model.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("[lark, owl]", "Texts         16, of them", "Confusion matrix");
        Ran evaluated = Ran.command(
                "evaluate", "--model", model.toString(), "--data", csv.toString(), "--columns", "label=mood,text=what");
        assertThat(evaluated.out()).contains("Texts         80, of them 0 rejected");
        Ran spark =
                Ran.command("train", "--engine", "spark", "--data", "x", "--columns", "label=1,text=2", "--out", "y");
        assertThat(spark.exit()).isEqualTo(2);
    }

    @Test
    void aWordListIsTrainedOnSentiment140AndAnswers() throws Exception {
        Path csv = folder.resolve("sentiment140.csv");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            for (String row : List.of("4|a lovely day with @friend", "0|an awful day, rt: #rain")) {
                String[] sides = row.split("\\|");
                rows.append("\"%s\",\"14678%05d\",\"Mon Apr 06 22:19:45 PDT 2009\",\"NO_QUERY\",\"owl\",\"%s %d\"%n"
                        .formatted(sides[0], i, sides[1], i));
            }
        }
        Files.writeString(csv, rows);
        Path model = folder.resolve("model.json");
        Ran ran = Ran.command(
                "train", "--kind", "word-list", "--words", "20", "--data", csv.toString(), "--out", model.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("word-list@", "[negative, positive], 20 words in ", "Texts         20, of them", "Confusion");
        Ran answered = Ran.withInput(
                "what a lovely morning\n",
                "classify",
                "--model",
                model + "?words=" + folder.resolve("most_used_words.csv"));
        assertThat(answered.out()).contains("\"label\":\"positive\"", "word-list@");
        Ran others =
                Ran.command("train", "--kind", "word-list", "--data", birds().toString(), "--out", model.toString());
        assertThat(others.exit()).isEqualTo(Exit.SET_UP);
        assertThat(others.err()).contains("tells negative from positive", "[lark, owl]");
    }

    @Test
    void trainingIsReportedOnOtherTexts() throws Exception {
        Path page = folder.resolve("train.html");
        String data = birds().toString();
        Path other = folder.resolve("other.tsv");
        Files.writeString(other, "owl\thoot, it is dark\nlark\tsinging again\nlark\thoot <b>\n");
        Path model = folder.resolve("birds.json");
        Ran ran = Ran.command(
                "train",
                "--data",
                data,
                "--validation",
                other.toString(),
                "--out",
                model.toString(),
                "--html",
                page.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("birds@", "Accuracy      66.67 %", "calibrated on these very texts");
        assertThat(Files.readString(page)).contains("Training of birds", "hoot &lt;b&gt;");
        Ran without = Ran.command("train", "--data", data, "--out", model.toString(), "--html", page.toString());
        assertThat(without.exit()).isEqualTo(2);
        assertThat(without.err()).contains("--validation");
    }

    @Test
    void sparkTrainsWhatThisProcessTrains() throws Exception {
        Path data = birds();
        Files.writeString(data, Files.readString(data) + "\nowl\tsays \"hoot\"\tand a tab\n");
        Path model = folder.resolve("birds.json");
        Ran ran = Ran.command(
                "train",
                "--engine",
                "spark",
                "--master",
                "local[2]",
                "--data",
                data.toString(),
                "--out",
                model.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("[lark, owl]").containsPattern("training.texts +81.0000");
        Files.writeString(data, Files.readString(data) + "no tab\n");
        Ran refused = Ran.command("train", "--engine", "spark", "--data", data.toString(), "--out", model.toString());
        assertThat(refused.exit()).isEqualTo(Exit.SET_UP);
        assertThat(refused.err()).contains("1 training rows have no label or no text");
    }

    @Test
    void aModelIsTrainedOnEmbeddingsAndAsksForThem() throws Exception {
        Path model = folder.resolve("birds.json");
        String embedder = FIXTURES + "backbone";
        Ran trained =
                Ran.command("train", "--embeddings", embedder, "--data", birds().toString(), "--out", model.toString());
        assertThat(trained.exit()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("birds@", "embeddings of backbone@", "in " + model);
        String text = "hoot hoot in the dark, number 3\n";
        Ran ran = Ran.withInput(text, "classify", "--model", model + "?embedder=" + embedder);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"label\":\"owl\"");
        assertThat(Ran.withInput(text, "classify", "--model", model.toString()).exit())
                .as("without the embedder")
                .isEqualTo(Exit.SET_UP);
        Ran spark = Ran.command(
                "train", "--engine", "spark", "--embeddings", embedder, "--data", "x", "--out", model.toString());
        assertThat(spark.exit()).isEqualTo(2);
    }

    @Test
    void modelsAreVerified() throws Exception {
        Path model = folder.resolve("birds.json");
        Ran.command("train", "--data", birds().toString(), "--out", model.toString());
        Ran ran = Ran.command("verify", "sentiment-onnx", "sentiment-lr", FIXTURES + "bert", model.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .hasSize(4)
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("sentiment-onnx: in order, 4 files have their digests, 12 examples agree"),
                        line -> assertThat(line).startsWith("sentiment-lr: in order, the digest"),
                        line -> assertThat(line).contains("no bundle.sha256", "12 examples agree within"),
                        line -> assertThat(line).contains("birds.json: in order", Sha256.of(model)));
        Files.writeString(model, Files.readString(model).replace("lark", "bark"));
        Ran damaged = Ran.command("verify", model.toString());
        assertThat(damaged.exit()).isEqualTo(Exit.SET_UP);
        assertThat(damaged.err()).contains("birds.json");
    }

    @Test
    void aModelOfTheHubIsAskedForByItsCommit() {
        Ran ran = Ran.withInput("x\n", "classify", "--model", "hf://owner/name@main");
        assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        assertThat(ran.err()).contains("commit");
    }

    @Test
    void replayPrintsTheSameTweetsForTheSameSeedAndReadsBackWhatItPrinted() throws Exception {
        Ran first = Ran.command("replay", "--count", "50", "--seed", "3", "--print");
        Ran second = Ran.command("replay", "--count", "50", "--seed", "3", "--print");
        Ran other = Ran.command("replay", "--count", "50", "--seed", "4", "--print");
        assertThat(first.out().lines()).hasSize(50);
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(other.out()).isNotEqualTo(first.out());
        Path file = folder.resolve("tweets.jsonl");
        Files.writeString(file, first.out());
        Ran again = Ran.command("replay", "--from", file.toString(), "--print");
        assertThat(again.out()).as("what was printed, replayed").isEqualTo(first.out());
    }

    @Test
    void topicsAreCreatedFilledAndDeleted() {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            String servers = broker.bootstrapServers();
            Ran ensured = Ran.command("topics", "ensure", "birds", "--partitions", "3", "--bootstrap-servers", servers);
            assertThat(ensured.exit()).isZero();
            assertThat(ensured.out()).isEqualTo("birds: 3 partitions, 0 records, replication 1\n");
            Ran replayed = Ran.command("replay", "--count", "40", "--topic", "birds", "--bootstrap-servers", servers);
            assertThat(replayed.exit()).as(replayed.err()).isZero();
            assertThat(replayed.err()).contains("40 published to birds");
            assertThat(Ran.command("topics", "describe", "birds", "--bootstrap-servers", servers)
                            .out())
                    .contains("3 partitions, 40 records");
            assertThat(Ran.command("topics", "delete", "birds", "--bootstrap-servers", servers)
                            .exit())
                    .isZero();
            assertThat(Ran.command("topics", "list", "--bootstrap-servers", servers)
                            .out())
                    .doesNotContain("birds\n");
        }
    }

    @Test
    void aBrokerThatIsNotThereIsSaidToBeOutOfReach() {
        Ran ran = Ran.command("topics", "list", "--bootstrap-servers", "127.0.0.1:" + EmbeddedKafka.freePort());
        assertThat(ran.exit()).isEqualTo(Exit.OUT_OF_REACH);
        assertThat(ran.err()).contains("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "topics list --bootstrap-servers localhost | 3 | 'localhost', not host:port, or several with commas between them, such as localhost:9092",
                "topics list --bootstrap-servers no-such-host.invalid:9092 | 3 | Cannot reach Kafka at no-such-host.invalid:9092: no server of 'bootstrap-servers' has a name that is known here; check the names",
                "replay --topic t --bootstrap-servers no-such-host.invalid:9092 | 3 | has a name that is known here; check the names",
                "demo --port 99999 | 2 | '99999' is not a port: give a number from 1 to 65535",
                "fake-x --port -1 | 2 | '-1' is not a port: give a number from 1 to 65535",
                "doctor --port http | 2 | 'http' is not a port: give a number from 1 to 65535",
                "train --data x.tsv --out y --hold-out 7 | 2 | --hold-out is a share from 0 to 0.5",
                "classify --model sentiment | 3 | it is neither bundled (emotion, sentiment-lr, sentiment-onnx) nor"
            })
    void aMistakeIsAnsweredInOneLine(String line, int exit, String answer) {
        Ran ran = Ran.command(line.split(" "));
        assertThat(ran.exit()).as(ran.err()).isEqualTo(exit);
        assertThat(ran.err().lines()).hasSize(1).first().asString().contains(answer);
    }

    @Test
    void livePrintsTheTweetsOfAStreamAndNeverTheToken() throws Exception {
        Path credentials = folder.resolve("token");
        Files.writeString(credentials, "canary-token-4711\n");
        HttpServer x = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        x.createContext("/2/tweets/search/stream", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 1; i <= 3; i++) {
                exchange.getResponseBody()
                        .write(("{\"data\":{\"id\":\"174500000000000000" + i
                                        + "\",\"text\":\"A call in the dark\",\"created_at\":\"2024-01-10T10:00:00Z\"}}\r\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
            exchange.close();
        });
        x.start();
        try {
            Ran ran = Ran.command(
                    "live",
                    "--print",
                    "--count",
                    "2",
                    "--credentials",
                    credentials.toString(),
                    "--base-url",
                    "http://127.0.0.1:" + x.getAddress().getPort());
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()
                            .lines()
                            .map(line -> TweetJson.fromBytes(line.getBytes(StandardCharsets.UTF_8)))
                            .map(Tweet::id))
                    .containsExactly("1745000000000000001", "1745000000000000002");
            assertThat(ran.out() + ran.err()).doesNotContain("canary", "-4711");
        } finally {
            x.stop(0);
        }
    }

    @Test
    void doctorFindsBothModelsInOrder() {
        Ran ran = Ran.command("doctor", "--port", Integer.toString(EmbeddedKafka.freePort()));
        assertThat(ran.out())
                .contains(
                        "ok   Emotion model",
                        "ok   Sentiment model",
                        "ok   Spark ",
                        "ok   Hadoop",
                        "ok   Kafka broker");
        assertThat(ran.exit()).as(ran.out()).isZero();
    }

    @Test
    void doctorLooksAtWhatIsNamed() throws Exception {
        Path secret = folder.resolve("x.properties");
        Files.writeString(secret, "bearer_token = AAAAsecret\n");
        Path none = Files.writeString(folder.resolve("none.properties"), "user = me\n");
        int free = EmbeddedKafka.freePort();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = Ran.command(
                    "doctor",
                    "--bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--topic",
                    "trump",
                    "--to",
                    "sqlite:" + folder.resolve("tweets.db"),
                    "--to",
                    "mongo:mongodb://me:secret@127.0.0.1:1/?serverSelectionTimeoutMS=500",
                    "--credentials",
                    secret.toString(),
                    "--port",
                    free + "," + taken.getLocalPort());
            assertThat(ran.out())
                    .contains(
                            "BAD  Topic trump",
                            "nightjar topics ensure trump",
                            "ok   Store sqlite",
                            "BAD  Store mongo",
                            "ok   X credentials",
                            "ok   Port " + free,
                            "BAD  Port " + taken.getLocalPort(),
                            "3 faults.")
                    .doesNotContain("secret@", "AAAAsecret");
            assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
        }
        Ran ran = Ran.command("doctor", "--credentials", none.toString(), "--port", Integer.toString(free));
        assertThat(ran.out()).containsPattern("BAD +X credentials +.*none.properties");
        assertThat(Ran.command("doctor", "--topic", "trump").exit()).isEqualTo(2);
    }

    @Test
    void doctorRunsWhatItVouchesFor() throws Exception {
        Files.writeString(folder.resolve("core-site.xml"), """
                <configuration><property>
                  <name>hadoop.security.authentication</name><value>broken</value>
                </property></configuration>
                """);
        Path file = Files.createFile(folder.resolve("file"));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@target/launcher/java.options",
                        "-Dnightjar.home=" + file.resolve("home"),
                        "-cp",
                        folder + File.pathSeparator + System.getProperty("java.class.path"),
                        Nightjar.class.getName(),
                        "doctor",
                        "--port",
                        Integer.toString(EmbeddedKafka.freePort()))
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor()).isEqualTo(Exit.SET_UP);
        assertThat(Files.readString(output))
                .containsPattern("BAD +Disk .*" + Pattern.quote(file.toString()))
                .containsPattern("BAD +Hadoop .*hadoop.security.authentication of broken")
                .containsPattern("BAD +Spark .*hadoop.security.authentication of broken")
                .contains("ok   Kafka broker", "ok   SQLite", "3 faults.");
    }

    @Test
    void aMisspeltOptionIsRefusedWithTheNearestOne() {
        Ran ran = Ran.command("demo", "--headles");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo(
                        "Unknown option: '--headles'; did you mean '--headless'? 'nightjar demo --help' says what there"
                                + " is\n");
        assertThat(Ran.command("clasify").err())
                .startsWith(
                        "Unmatched argument at index 0: 'clasify'; did you mean" + " 'classify'? 'nightjar --help'");
        assertThat(Ran.command("train", "--outt=x").err()).contains("did you mean '--out'?");
        assertThat(Ran.command("train").err().lines()).hasSize(1);
    }

    @Test
    void whatAnotherModelHasAnsweredIsClassifiedAgainAndAllElseStays() throws Exception {
        Classification old = new Classification.Scored("old@1", List.of(new ScoredLabel("negative", 1)), false);
        ClassifiedTweet glad =
                ClassifiedTweet.of(Tweets.tweet(1, "So happy today"), Map.of("sentiment_lr", old, "mood", old));
        SinkFactory<ClassifiedTweet> store =
                SqliteSinkConfig.builder(folder.resolve("old.db")).build();
        try (Sink<ClassifiedTweet> sink = store.open()) {
            sink.write(List.of(glad, ClassifiedTweet.of(Tweets.tweet(2, "So sad today"), Map.of())));
        }
        String[] rescore = {"rescore", "--to", "sqlite:" + folder.resolve("old.db"), "--classify", "sentiment-lr"};
        Ran dry = Ran.command(
                Stream.concat(Stream.of(rescore), Stream.of("--dry-run")).toArray(String[]::new));
        assertThat(dry.out()).contains("2 tweets read", "0 have the answer of ", "2 have another or none\n");
        Ran ran = Ran.command(rescore);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("2 were classified and stored again");
        assertThat(Ran.command(rescore).out())
                .contains("2 have the answer of ", "; 0 have another", "0 were classified");
        try (SqliteTweets stored = SqliteTweets.open(folder.resolve("old.db"))) {
            assertThat(stored.newest(2)).hasSize(2).allSatisfy(tweet -> {
                Classification answer = tweet.classifications().get("sentiment_lr");
                assertThat(answer.model()).isNotEqualTo("old@1");
                assertThat(answer.top().orElseThrow().label())
                        .isEqualTo(tweet.tweet().text().contains("sad") ? "negative" : "positive");
            });
            assertThat(stored.newest(2).get(1).tweet()).isEqualTo(glad.tweet());
            assertThat(stored.newest(2).get(1).classifications()).containsEntry("mood", old);
        }
    }

    @Test
    void helpEndsItsLinesBetweenWords() {
        assertThat(Ran.command("train", "--help").out())
                .contains("hdfs://host/folder", "--out mood.json --html mood.html")
                .contains("      --hold-out=SHARE     Without --validation: this share of each label's\n");
        assertThat(Ran.command("live", "--help").out())
                .contains("|none Whether", "\n" + " ".repeat(31) + "connection is");
        assertThat(Ran.command("fake-x", "--help").out()).contains(" fake-x.credentials ");
        assertThat(Ran.command("verify", "--help").out()).contains("hf://owner/name@commit");
        for (String command : Nightjar.commandLine().getSubcommands().keySet()) {
            String help = Ran.command(command, "--help").out();
            String beforeExamples = help.split("\nExamples?:", 2)[0];
            assertThat(beforeExamples.lines()).as(command).allMatch(line -> line.length() <= 80);
        }
    }

    /** Labelled texts that are easily told apart. */
    private Path birds() throws Exception {
        Path data = folder.resolve("birds.tsv");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("owl\thoot hoot in the dark, number ").append(i).append('\n');
            lines.append("lark\tsinging at dawn, number ").append(i).append('\n');
        }
        return Files.writeString(data, lines);
    }
}
