/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What {@code samples/pyspark} shows, run as it stands: the commands of its README, the program and the notebook. It
 * needs a Python with pyspark of this Spark, which {@code -Dpython} names if it is not {@code python3}.
 */
@Timeout(900)
class PySparkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path SAMPLES = ROOT.resolve("samples/pyspark");
    private static final String PYTHON = System.getProperty("python", "python3");
    private static Path folder;

    @BeforeAll
    static void settings() throws Exception {
        folder = ScratchRepository.folder("pyspark");
        assumeTrue(
                has("pyspark; assert pyspark.__version__.startswith('4.2')"),
                "no Python with pyspark 4.2; see -Dpython");
        Path ivy = ScratchRepository.ivySettings(
                folder, List.of("core", "classifier-onnx", "classifier-onnx/models/emotion", "sink-mongo"));
        Files.write(
                folder.resolve("spark-defaults.conf"),
                List.of(
                        "spark.jars.ivySettings " + ivy,
                        "spark.jars.ivy " + folder.resolve("ivy"),
                        "spark.ui.enabled false",
                        "spark.sql.shuffle.partitions 2",
                        "spark.sql.warehouse.dir " + folder.resolve("warehouse")));
    }

    @Test
    void theProgramStoresTheEmotionsOfATopic() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String uri = "mongodb://127.0.0.1:" + mongo.bind().getPort() + "/tweets";
        String command = command("KAFKA=");
        try (EmbeddedKafka broker = EmbeddedKafka.start(Map.of("auto.create.topics.enable", "true"));
                StoredTweets stored = MongoSinkConfig.builder(uri).build().read()) {
            publish(broker.bootstrapServers());
            Process program = start(
                    "spark-submit",
                    "",
                    "sh",
                    "-c",
                    command.replace("localhost:9092", broker.bootstrapServers())
                            .replace("mongodb://localhost:27017/tweets", uri)
                            .replace(
                                    "/tmp/emotion-mongo",
                                    folder.resolve("checkpoint").toString())
                            .replace("spark-submit", "exec spark-submit"));
            try {
                await().atMost(PATIENCE).until(() -> {
                    assertThat(program.isAlive())
                            .as("see %s", log("spark-submit"))
                            .isTrue();
                    return stored.count() == 20;
                });
            } finally {
                program.descendants().forEach(ProcessHandle::destroyForcibly);
                program.destroyForcibly();
            }
            assertThat(stored.newest(100))
                    .hasSize(20)
                    .extracting(ClassifiedTweet::classifications)
                    .allSatisfy(answers -> assertThat(answers).containsOnlyKeys("emotion"));
        } finally {
            mongo.shutdownNow();
        }
    }

    @Test
    void theShellsAnswer() throws Exception {
        assertThat(run("spark-sql", "", "sh", "-c", command("spark-sql"))).contains("\njoy\n");
        String python = blocks("python").findFirst().orElseThrow();
        assertThat(run("pyspark", python, "sh", "-c", command("pyspark --packages")))
                .contains("|  1|    joy|", "|  2|sadness|");
        assumeTrue(has("grpc, grpc_status, pandas, pyarrow"), "no Python with pyspark[connect]");
        assumeTrue(isFree(15_002), "another program listens on Spark Connect's port");
        assertThat(run("connect", python, "sh", "-c", command("pyspark --remote")))
                .contains("|  1|    joy|", "|  2|sadness|");
    }

    @Test
    void theNotebookIsAsItWasRun() throws Exception {
        assumeTrue(has("nbclient, ipykernel, matplotlib"), "no Python with jupyter and matplotlib");
        String output = run("notebook", "", PYTHON, "-c", """
                import nbformat, nbclient
                notebook = nbformat.read("samples/pyspark/emotions.ipynb", 4)
                shown = [cell.get("outputs", []) for cell in notebook.cells]
                nbclient.NotebookClient(notebook, timeout=300).execute()
                nbformat.write(notebook, "%s")
                def texts(outputs):
                    return [o.get("text") for o in outputs if o.get("name") == "stdout"]
                def pictures(outputs):
                    return sum("image/png" in o.get("data", {}) for o in outputs)
                for before, cell in zip(shown, notebook.cells):
                    after = cell.get("outputs", [])
                    assert not before or texts(before) == texts(after), (before, after)
                    assert pictures(before) == pictures(after), cell.source
                print(sum(map(pictures, shown)), "pictures")
                """.formatted(folder.resolve("emotions.ipynb")));
        assertThat(output).endsWith("2 pictures\n");
    }

    private static boolean has(String modules) throws Exception {
        Process python = start("python", "", PYTHON, "-c", "import " + modules);
        return python.waitFor() == 0;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** A command of the README. */
    private static String command(String begin) throws IOException {
        return blocks("sh").filter(block -> block.startsWith(begin)).findFirst().orElseThrow();
    }

    private static Stream<String> blocks(String language) throws IOException {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(Files.readString(SAMPLES.resolve("README.md")))
                .results()
                .map(block -> block.group(1));
    }

    private static String run(String name, String input, String... command) throws Exception {
        Process process = start(name, input, command);
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as("see %s", log(name)).isZero();
        return Files.readString(log(name));
    }

    private static Process start(String name, String input, String... command) throws IOException {
        Path given = Files.writeString(folder.resolve(name + "-input.txt"), input);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectInput(given.toFile())
                .redirectOutput(Redirect.to(log(name).toFile()));
        Map<String, String> environment = builder.environment();
        Path commands = Path.of(PYTHON).getParent();
        if (commands != null) {
            environment.merge("PATH", commands.toString(), (path, own) -> own + File.pathSeparator + path);
        }
        environment.putAll(Launched.QUICK);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SPARK_CONF_DIR", folder.toString());
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        environment.put("PYSPARK_PYTHON", PYTHON);
        environment.put("PYSPARK_DRIVER_PYTHON_OPTS", "-i"); // a shell, though its input is a file
        environment.remove("SPARK_HOME");
        return builder.start();
    }

    private static Path log(String name) {
        return folder.resolve(name + ".txt");
    }

    private static void publish(String servers) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>("tweets", TweetJson.toBytes(Tweets.tweet(i))))
                        .get();
            }
            producer.send(new ProducerRecord<>("tweets", "no tweet".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .get();
        }
    }
}
