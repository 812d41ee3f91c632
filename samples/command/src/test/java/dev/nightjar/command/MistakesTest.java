/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people mistype, and servers that are not there or refuse, each answered by one line that says what to do. */
class MistakesTest {
    private static final Pattern WORD = Pattern.compile("[^ ]+");

    /** A server that knows nobody, as REFUSING. */
    private static HttpServer refusing;

    /** Its files are there as HERE/... */
    @TempDir
    private static Path here;

    @BeforeAll
    static void write() throws IOException {
        Files.createDirectory(here.resolve("folder"));
        Files.writeString(here.resolve("plain.txt"), "hello\n");
        Files.writeString(here.resolve("marked.properties"), "\uFEFFbootstrap.servers=nosuchhost.invalid:1\n");
        Map.of(
                        "misspelt", "securty.protocol=SSL",
                        "tls", "security.protocol=TLS",
                        "tls12", "security.protocol=SSL\nrequest.timeout.ms=1000\ndefault.api.timeout.ms=1000",
                        "login", "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN",
                        "trust", "security.protocol=SSL\nssl.truststore.location=none.jks",
                        "escape", "client.id=C:\\users",
                        "value", "request.timeout.ms=soon",
                        "group", "group.id=mine",
                        "quick", "request.timeout.ms=1000\ndefault.api.timeout.ms=1000")
                .forEach((name, properties) -> write(name + ".properties", properties));
        broker("other", "version=1\ncluster.id=ofsomebodyelsesbroker0\nnode.id=1\n");
        broker("garbled", "no properties of a broker");
        Files.createDirectories(here.resolve("spoilt/server.properties"));
        Files.writeString(here.resolve("two.tsv"), "joy\tgood day\nanger\tbad\n");
        Files.writeString(here.resolve("no.tsv"), "no label here\n");
        Files.writeString(here.resolve("x.credentials"), "bearer_token = abc\n");
        Files.writeString(here.resolve("empty.credentials"), "\n");
        Files.writeString(Files.createDirectory(here.resolve("mine")).resolve("thesis.txt"), "chapter one\n");
        Files.writeString(Files.createDirectory(here.resolve("demo")).resolve("run.properties"), "pipeline=demo\n");
    }

    /** What a broker leaves in its folder. */
    private static void broker(String folder, String meta) throws IOException {
        Files.createDirectories(here.resolve(folder).resolve("logs"));
        write(folder + "/server.properties", "");
        write(folder + "/logs/meta.properties", meta);
    }

    private static void write(String file, String text) {
        try {
            Files.writeString(here.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        refusing.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        refusing.start();
    }

    @AfterAll
    static void stop() {
        refusing.stop(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            replya                                                     | 2 | did you mean 'replay'?
            replay --cuont 5                                           | 2 | did you mean '--count'?
            replay --count many --print                                | 2 | 'many' is not a whole number
            replay --count -5 --print                                  | 3 | 'count' is -5, not at least 1
            replay --count 0 --print                                   | 3 | 'count' is 0, not at least 1
            replay --rate fast --print                                 | 2 | 'fast' is not a number
            replay --rate 0 --print                                    | 3 | not a number above 0
            replay --speed 0 --print                                   | 3 | not a number above 0
            replay --bootstrap-servers localhost                       | 3 | not host:port
            replay --bootstrap-servers localhost:99999                 | 3 | not host:port
            replay --bootstrap-servers nosuchhost.invalid:9092         | 3 | has a name that is known here
            replay --kafka-config HERE/none.properties                 | 3 | there is no such file
            replay --from HERE/none.jsonl --print                      | 3 | does not exist
            replay --from HERE/folder --print                          | 3 | is no regular file
            replay --from HERE/plain.txt --print                       | 3 | Convert it to JSON lines
            replay --from HERE/two.tsv --columns id=x --print          | 3 | Say so with the option 'columns'
            replay --from HERE/two.tsv --columns idd=x --print         | 3 | not pairs of what a column holds
            classify --model emotoin hello                             | 3 | There is no model 'emotoin'
            classify --model HERE/folder hello                         | 3 | has none of the files model.onnx
            classify --model HERE/two.tsv hello                        | 3 | is refused: Unrecognized token 'joy'
            classify --model sentiment-lr?abstain-bellow=0.5 hello     | 3 | did you mean 'abstain-below'?
            classify --model sentiment-lr?abstain-below=2 hello        | 3 | from 0
            classify --model hf://owner hello                          | 3 | is an owner, a slash and a name
            classify --model hf://owner/name@main hello                | 3 | commit
            classify --model sentiment-lr?second=emotion hello         | 3 | same labels
            classify --model emotion?device=gpu hello                  | 3 | 'cpu', 'cuda' or 'cuda:'
            train --out m.json                                         | 2 | option: '--data=FILE'
            train --data HERE/none.tsv --out m.json                    | 3 | does not exist
            train --data HERE/no.tsv --out m.json                      | 3 | is not a label, a tab and a text
            train --data HERE/two.tsv --out m.json                     | 3 | train on more
            evaluate --data HERE/two.tsv                               | 2 | Which model?
            evaluate --data HERE/none.tsv --model sentiment-lr         | 3 | does not exist
            check                                                      | 2 | '--model=M'
            check --model sentiment-lr --pairs HERE/none.tsv           | 3 | there is no such file
            check --model emotion                                      | 3 | which is no label of emotion
            check --model sentiment-lr --pairs HERE/two.tsv            | 3 | is not capability, type, template
            verify HERE/nosuch                                         | 3 | does not exist
            live --rule potus --print --credentials HERE/none          | 3 | Cannot read the credentials file
            live --rule potus --print --credentials HERE/two.tsv       | 3 | bearer_token = ...
            live --rule potus --print --credentials HERE/empty.credentials | 3 | bearer_token = ...
            live --rule x --base-url x --credentials HERE/x.credentials --print | 3 | The base URL is not https://
            live --rule x --run-for soon                               | 2 | 'soon' is not a time
            search --credentials HERE/x.credentials                    | 2 | required option: '--query=<query>'
            search --query x --start yesterday                         | 2 | nor a date
            search --query x --start 2026-13-01                        | 2 | nor a date
            search --query x --start 2026-02-02 --end 2026-02-01 --credentials HERE/x.credentials | 3 | not before
            search --query x --min-likes many                          | 2 | 'many' is not a whole number
            rules                                                      | 2 | list, add, delete or sync
            rules sync --file HERE/none --credentials HERE/x.credentials | 3 | there is no such file
            gaps                                                       | 2 | Give either a FILE or a --topic
            gaps HERE/none.ledger                                      | 3 | There is no ledger
            gaps HERE/two.tsv                                          | 3 | is not a ledger of gaps
            fake-x --port 99999                                        | 2 | from 1 to 65535
            broker --port 99999                                        | 2 | from 1 to 65535
            broker --port 0 --data HERE/two.tsv                        | 3 | it is a file, not a folder
            consume                                                    | 2 | 'TOPIC'
            consume tweets --count 0                                   | 2 | at least 1
            consume tweets --run-for soon                              | 2 | 'soon' is not a time such as 500ms
            consume tweets --to mongo                                  | 3 | is no database
            consume tweets --to mongo:localhost                        | 3 | not a MongoDB connection string
            consume tweets --to influx:localhost                       | 3 | http://localhost:8086
            consume tweets --to influx:http://localhost:8086?bukket=x  | 3 | did you mean 'bucket'?
            consume tweets --to sqlite:                                | 3 | Say where
            consume tweets --classify nosuch                           | 3 | There is no model 'nosuch'
            consume tweets --from-beginning --group g                  | 2 | A group goes on where it ended
            topics                                                     | 2 | ensure, list, describe or delete
            topics ensure                                              | 2 | 'TOPIC'
            topics ensure t --partitions many                          | 2 | 'many' is not a whole number
            topics list --kafka-config HERE/none.properties            | 3 | there is no such file
            demo --port 99999                                          | 2 | from 1 to 65535
            demo --from HERE/none.jsonl --headless                     | 3 | does not exist
            demo --mongo-uri localhost --headless                      | 3 | not a MongoDB connection string
            demo --influx-url ftp://x --headless                       | 3 | http://localhost:8086
            demo --hbase-quorum : --headless                           | 3 | ZooKeeper
            demo --state HERE/two.tsv --headless                       | 3 | it is a file, not a folder
            polarity-influx --neutral-band 2                           | 2 | from 0 to 1
            polarity-influx --neutral-band lots                        | 2 | 'lots' is not a number
            polarity-influx --model emotion                            | 3 | not positive and negative
            archive-console --interval soon                            | 2 | 'soon' is not a time
            archive-console --every 0s                                 | 2 | '0s' is not a time
            archive-console --min-likes many                           | 2 | 'many' is not a whole number
            archive-console --min-likes -1                             | 3 | 'min-likes' is -1, not at least 0
            archive-console --polls 0                                  | 3 | 'polls' is 0, not at least 1
            archive-console --start yesterday                          | 2 | nor a date
            archive-console --end 2023-02-01                           | 3 | not before the 'end-time'
            archive-console --lang klingon                             | 3 | not a language's code such as en
            archive-console --credentials HERE/none                    | 3 | Cannot read the credentials file
            lambda-trends --window soon                                | 2 | 'soon' is not a time
            lambda-trends --watermark soon                             | 2 | 'soon' is not a time
            lambda-trends --top 0                                      | 2 | --top is at least 1
            lambda-trends --report HERE/none/windows.md                | 3 | There is no folder for
            lambda-trends --jdbc-url localhost                         | 3 | jdbc:mariadb://localhost/twitter
            lambda-trends --columns idd=x                              | 3 | not pairs of what a column holds
            lambda-trends --pause soon                                 | 3 | 5s..15s
            lambda-trends --page-size 0                                | 3 | from 1 to 10000
            lambda-trends --rate 0                                     | 3 | not a number above 0
            lambda-trends --credentials x --jdbc-url jdbc:x            | 2 | leave out the ones or the others
            kappa-hbase --model HERE/two.tsv?words=HERE/none           | 3 | is refused: it is not JSON
            kappa-hbase --where lang:                                  | 2 | 'lang:en'
            rescore --to sqlite:x                                      | 2 | '--classify
            rescore --to sqlite:x --classify emotion --rate 0          | 2 | --rate is above 0
            rescore --to sqlite:HERE/none.db --classify emotion        | 3 | There is no file
            rescore --to influx:http://localhost:1 --classify emotion  | 3 | read the topic again instead
            dashboard                                                  | 2 | '--to
            dashboard --to nosuch:x                                    | 3 | is no database
            dashboard --to sqlite:                                     | 3 | Say where
            dashboard --to sqlite:HERE/none.db                         | 3 | There is no file
            dashboard --to sqlite:HERE/two.tsv --port 0                | 3 | give another file
            dashboard --to mongo:localhost                             | 3 | not a MongoDB connection string
            dashboard --to influx:ftp://x                              | 3 | http://localhost:8086
            dashboard --to hbase::                                     | 3 | ZooKeeper
            dashboard --to sqlite:x --port 99999                       | 2 | from 1 to 65535
            broker --port web                                          | 2 | 'web' is not a port
            broker 9092                                                | 2 | '9092'
            consume tweets --bootstrap-servers localhost               | 3 | not host:port
            consume tweets --kafka-config HERE/none.properties         | 3 | there is no such file
            consume tweets --count many                                | 2 | 'many' is not a whole number
            consume tweets --to hbase::                                | 3 | ZooKeeper
            consume tweets --classify emotion?abstain-bellow=1         | 3 | did you mean 'abstain-below'?
            smoke --count 0                                            | 2 | from 1 to 100,000
            smoke --count many                                         | 2 | 'many' is not a whole number
            smoke --partitions 0                                       | 2 | from 1 to 1,000
            smoke --bootstrap-servers localhost                        | 3 | not host:port
            smoke --bootstrap-servers localhost:99999                  | 3 | not host:port
            smoke --kafka-config HERE/none.properties                  | 3 | there is no such file
            topics list --kafka-config HERE/marked.properties          | 3 | has a name that is known here
            smoke localhost:9092                                       | 2 | 'localhost:9092'
            smoke --count 100001                                       | 2 | from 1 to 100,000
            smoke --count 1e3                                          | 2 | '1e3' is not a whole number
            smoke --count                                              | 2 | required parameter for option '--count'
            smoke --count 5 --count 6                                  | 2 | only once
            smoke --partitions 1001                                    | 2 | from 1 to 1,000
            smoke --cuont 5                                            | 2 | did you mean '--count'?
            smoke --bootstrap-server localhost:9092                    | 2 | did you mean '--bootstrap-servers'?
            smoke --topic tweets                                       | 2 | 'tweets'; 'nightjar smoke --help' says
            smoke --kafka-config=                                      | 2 | not the name of a file or a folder
            smoke --kafka-config HERE/folder                           | 3 | it is a folder, not a file
            smoke --kafka-config HERE/misspelt.properties              | 3 | did you mean 'security.protocol'?
            smoke --kafka-config HERE/tls.properties                   | 3 | 'TLS' is not PLAINTEXT, SSL or SASL_SSL
            smoke --kafka-config HERE/login.properties                 | 3 | mend the properties of the client
            smoke --kafka-config HERE/trust.properties                 | 3 | none.jks of type JKS
            smoke --kafka-config HERE/escape.properties                | 3 | write a backslash as
            smoke --kafka-config HERE/value.properties                 | 3 | for configuration request.timeout.ms
            smoke --kafka-config HERE/group.properties                 | 3 | it is set by Nightjar; leave it out
            smoke --bootstrap-servers=                                 | 3 | needs the option 'bootstrap-servers'
            smoke --bootstrap-servers localhost:0                      | 3 | not host:port
            smoke --bootstrap-servers me@localhost:9092                | 3 | not host:port
            smoke --bootstrap-servers localhost:9092;localhost:9093    | 3 | with commas between them
            smoke --bootstrap-servers nosuchhost.invalid:9092          | 3 | check the names
            smoke --bootstrap-servers 127.0.0.1:1 --kafka-config HERE/quick.properties | 4 | 127.0.0.1:1 (Connection refused); see that it runs
            smoke --bootstrap-servers 127.0.0.1:TAKEN --kafka-config HERE/quick.properties | 4 | look whether it is a broker's port
            smoke --bootstrap-servers 127.0.0.1:TAKEN --kafka-config HERE/tls12.properties | 4 | which 'security.protocol' it wants
            broker --port -1                                           | 2 | '-1' is not a port
            broker --port=                                             | 2 | '' is not a port
            broker --port 9092,9093                                    | 2 | '9092,9093' is not a port
            broker --port                                              | 2 | required parameter for option '--port'
            broker --port 9092 --port 9093                             | 2 | only once
            broker --port TAKEN                                        | 3 | give another with --port
            broker --prot 9092                                         | 2 | did you mean '--port'?
            broker --dta x                                             | 2 | did you mean '--data'?
            broker --host 0.0.0.0                                      | 2 | 'nightjar broker --help' says
            broker --bootstrap-servers localhost:9092                  | 2 | 'localhost:9092'; 'nightjar broker --help' says
            broker --kafka-config HERE/quick.properties                | 2 | 'nightjar broker --help' says
            broker start                                               | 2 | 'start'
            broker --data                                              | 2 | required parameter for option '--data'
            broker --data=                                             | 2 | not the name of a file or a folder
            broker --port 0 --data HERE/two.tsv/data                   | 3 | a part of its path is a file, not a folder
            broker --port 0 --data HERE/mine                           | 3 | 'thesis.txt'; give an empty one with --data
            broker --port 0 --data HERE/a,b                            | 3 | no folder with a comma in its path
            broker --port 0 --data HERE/other                          | 3 | that no other broker uses
            broker --port 0 --data HERE/garbled                        | 3 | that no other broker uses
            broker --port 0 --data HERE/spoilt                         | 3 | give an empty one with --data
            lambda-trends --jdbc-url jdbc:mariadb://127.0.0.1:1/x --state HERE/db --headless | 4 | see that the database runs
            lambda-trends --headless --to mongo:mongodb://127.0.0.1:1#timeout=1s | 4 | 127.0.0.1:1 (Connection refused); see that it runs
            lambda-trends --headless --influx-token x --influx-url http://127.0.0.1:1 | 4 | 127.0.0.1:1 does not answer: Failed to connect
            lambda-trends --headless --influx-url http://127.0.0.1:1   | 3 | The environment variable 'INFLUX_TOKEN'
            lambda-trends --headless --influx-token x --influx-url REFUSING | 3 | refuses the token
            lambda-trends --headless --hbase-quorum nosuchhost.invalid | 4 | nosuchhost.invalid:2181 (the name is not known here)
            lambda-trends --headless --hbase-quorum 127.0.0.1:1        | 4 | 127.0.0.1:1 (Connection refused); see that it runs
            """)
    void oneLineSaysWhatIsWrongAndWhatToDo(String line, int exit, String said) {
        assertMistake(line, exit, said);
    }

    /** What each pipeline has an option for. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            --headles                                       | 2 | did you mean '--headless'?
            --port web                                      | 2 | 'web' is not a port
            --port 99999                                    | 2 | from 1 to 65535
            --run-for soon                                  | 2 | 'soon' is not a time
            --count many                                    | 2 | 'many' is not a whole number
            --count 0                                       | 3 | 'count' is 0, not at least 1
            --state HERE/two.tsv                            | 3 | it is a file, not a folder
            --state HERE/mine                               | 3 | such as 'thesis.txt'; give an empty one
            --state HERE/demo                               | 3 | holds the state of demo; give this one another
            --bootstrap-servers localhost                   | 3 | not host:port
            --bootstrap-servers localhost:99999             | 3 | not host:port
            --bootstrap-servers no.invalid:1 --state EACH   | 3 | check the names
            --kafka-config HERE/none.properties             | 3 | there is no such file
            --mongo-uri localhost                           | 3 | not a MongoDB connection string
            --influx-url ftp://x                            | 3 | http://localhost:8086
            --hbase-quorum :                                | 3 | ZooKeeper
            --to mongo                                      | 3 | is no database
            --to influx:http://localhost:8086?bukket=x      | 3 | did you mean 'bucket'?
            --to sqlite:                                    | 3 | Say where
            --credentials HERE/none                         | 3 | Cannot read the credentials file
            --credentials HERE/two.tsv                      | 3 | bearer_token = ...
            --credentials HERE/empty.credentials            | 3 | bearer_token = ...
            --base-url x --credentials HERE/x.credentials   | 3 | not https://
            --base-url https://x --credentials HERE/x.credentials --count 0 | 3 | 'count' is 0, not at least 1
            """)
    void eachPipelineSaysSo(String options, int exit, String said) {
        for (String pipeline : List.of(
                "emotion-mongo",
                "polarity-influx --model sentiment-lr",
                "archive-console",
                "lambda-trends",
                "kappa-hbase")) {
            String own = here.resolve("of-"
                            + WORD.matcher(pipeline)
                                    .results()
                                    .findFirst()
                                    .orElseThrow()
                                    .group())
                    .toString();
            assertMistake(pipeline + " --headless " + options.replace("EACH", own), exit, said);
        }
    }

    /** What those have an option for that replay files and take a model. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            --model emotoin                                 | 3 | There is no model 'emotoin'
            --model HERE/folder                             | 3 | has none of the files model.onnx
            --model HERE/two.tsv                            | 3 | is refused: Unrecognized token 'joy'
            --model sentiment-lr?abstain-bellow=0.5         | 3 | did you mean 'abstain-below'?
            --where orignal                                 | 2 | did you mean 'original'
            --from HERE/none.jsonl                          | 3 | does not exist
            --from HERE/folder                              | 3 | is no regular file
            --from HERE/plain.txt                           | 3 | Convert it to JSON lines
            --from HERE/two.tsv --columns idd=x             | 3 | not pairs of what a column holds
            --rate 0                                        | 3 | not a number above 0
            --rate fast                                     | 2 | 'fast' is not a number
            --from HERE/two.tsv --credentials HERE/x.credentials | 2 | leave out the ones or the others
            """)
    void eachPipelineOfAModelSaysSo(String options, int exit, String said) {
        for (String pipeline : List.of("emotion-mongo", "polarity-influx", "kappa-hbase")) {
            String model =
                    options.contains("--model") || !pipeline.startsWith("polarity") ? " " : " --model sentiment-lr ";
            assertMistake(pipeline + " --headless" + model + options, exit, said);
        }
    }

    private static void assertMistake(String line, int exit, String said) {
        int taken = refusing.getAddress().getPort();
        List<String> arguments = WORD.matcher(line.replace("HERE", here.toString())
                        .replace("REFUSING", "http://127.0.0.1:" + taken)
                        .replace("TAKEN", Integer.toString(taken)))
                .results()
                .map(found -> found.group())
                .toList();
        Ran ran = Ran.command(arguments.toArray(new String[0]));
        assertThat(ran.err())
                .as(line)
                .contains(said)
                .doesNotContain("Exception")
                .hasLineCount(1);
        assertThat(ran.exit()).as(line).isEqualTo(exit);
    }
}
