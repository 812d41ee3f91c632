/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Tweet;
import dev.nightjar.command.ScratchRepository;
import dev.nightjar.json.TweetJson;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Applications on a standalone cluster, each with the jars and the model by another way, all at once. Each reads the same
 * topic into a database of its own, and in the end all databases must be equal.
 */
@Timeout(900)
class ClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final int TWEETS = 450;
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path MODEL = ROOT.resolve("classifier-onnx/models/emotion");

    private static Path folder;
    private static StandaloneCluster cluster;
    private static EmbeddedKafka broker;
    private static MongoServer mongo;
    private static Path job;

    @BeforeAll
    static void start() throws Exception {
        folder = ScratchRepository.folder("cluster");
        cluster = StandaloneCluster.start(Files.createDirectories(folder.resolve("spark")));
        job = zip(
                folder.resolve("job.jar"),
                Path.of("target", "test-classes"),
                ClusterJob.class.getPackageName().replace('.', '/') + "/.*Job(\\$.*)?\\.class");
        broker = EmbeddedKafka.start();
        mongo = new MongoServer(new MemoryBackend());
        mongo.bind();
        publish();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        broker.close();
        mongo.shutdownNow();
    }

    @Test
    void applicationsShareAClusterAndOneWhoseExecutorAndDriverAreKilledStoresWhatTheOthersDo() throws Exception {
        cluster.submit(
                "killed",
                options(1, "--deploy-mode", "cluster", "--supervise", "--jars", jars()),
                job,
                arguments("killed", "emotion"));
        Process client = cluster.submit("client", clientOptions(), job, arguments("client", "shipped:emotion"));
        Process session = cluster.java("session", sessionOptions(), sessionArguments());

        try (StoredTweets stored = store("killed")) {
            await().atMost(PATIENCE).until(() -> isInMidBatch(stored, 60));
            process(ClusterJob.OPENED, 0).orElseThrow().destroyForcibly();
            await().atMost(PATIENCE).until(() -> isInMidBatch(stored, 200));
            process(ClusterJob.DRIVERS, 0).orElseThrow().destroyForcibly();
            await().atMost(PATIENCE).until(() -> stored.count() == TWEETS);
            await().atMost(PATIENCE).until(() -> process(ClusterJob.DRIVERS, 1).isEmpty());
        }

        assertThat(client.waitFor()).as("see %s", cluster.log("client")).isZero();
        assertThat(session.waitFor()).as("see %s", cluster.log("session")).isZero();
        List<ClassifiedTweet> undisturbed = stored("client");
        assertThat(undisturbed)
                .hasSize(TWEETS)
                .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"))
                .extracting(tweet -> tweet.tweet().id())
                .doesNotHaveDuplicates();
        assertThat(stored("session")).containsExactlyInAnyOrderElementsOf(undisturbed);
        assertThat(stored("killed")).containsExactlyInAnyOrderElementsOf(undisturbed);
        assertThat(notes("client", ClusterJob.OPENED))
                .as("executors that read the model")
                .hasSize(1);
        assertThat(notes("session", ClusterJob.OPENED))
                .as("executors that read the model")
                .hasSize(1);
        assertThat(notes("killed", ClusterJob.OPENED))
                .as("executors that read the model")
                .hasSizeGreaterThan(1)
                .doesNotHaveDuplicates();
    }

    /** Two tasks write one partition at the same time, which leaves what one leaves. */
    @Test
    @EnabledIfSystemProperty(named = "spark.cluster", matches = "true")
    void withSpeculationEachTweetIsStoredOnce() throws Exception {
        Process speculation = cluster.submit(
                "speculation",
                options(
                        2,
                        "--jars",
                        jars(),
                        "--conf",
                        "spark.speculation=true",
                        "--conf",
                        "spark.speculation.interval=50ms",
                        "--conf",
                        "spark.speculation.quantile=0.5",
                        "--conf",
                        "spark.speculation.multiplier=1.1",
                        "--conf",
                        "spark.speculation.minTaskRuntime=0"),
                job,
                arguments("speculation", "emotion"));

        assertThat(speculation.waitFor())
                .as("see %s", cluster.log("speculation"))
                .isZero();
        assertThat(Files.readString(cluster.log("speculation"))).contains("as speculatable");
        assertThat(stored("speculation"))
                .hasSize(TWEETS)
                .extracting(tweet -> tweet.tweet().id())
                .doesNotHaveDuplicates();
    }

    /** Prints how many records a second an application classifies on one and on two cores. */
    @Test
    @EnabledIfSystemProperty(named = "spark.cluster", matches = "true")
    void howItScales() throws Exception {
        StringBuilder table = new StringBuilder(
                "\n| executors | cores of each | regression, a second | of processor time | transformer, a second | of processor time |\n"
                        + "|---|---|---|---|---|---|\n");
        for (int[] shape : new int[][] {{1, 1}, {1, 2}, {2, 1}}) {
            Path file = folder.resolve("scaling-" + shape[0] + "-" + shape[1] + ".txt");
            String name = file.getFileName().toString().replace(".txt", "");
            Process run = cluster.submit(
                    name,
                    Stream.concat(
                                    Stream.of(options(shape[0] * shape[1], "--jars", jars())),
                                    Stream.of(
                                            "--class",
                                            ScalingJob.class.getName(),
                                            "--executor-cores",
                                            Integer.toString(shape[1]),
                                            "--executor-memory",
                                            "1g",
                                            "--conf",
                                            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=4"))
                            .toArray(String[]::new),
                    job,
                    broker.bootstrapServers(),
                    file.toString());
            assertThat(run.waitFor()).as("see %s", cluster.log(name)).isZero();
            table.append("| " + shape[0] + " | " + shape[1] + " | "
                    + Files.readString(file).strip() + " |\n");
        }
        System.out.println(table);
    }

    /** As on any cluster but this one: in client mode, with the names of packages. */
    private static String[] clientOptions() throws Exception {
        Path ivy = ScratchRepository.ivySettings(folder, List.of("core", "classifier-onnx", "sink-mongo"));
        Path archive = zip(folder.resolve("model.zip"), MODEL, "[a-z]+\\.(json|onnx)");
        return options(
                1,
                "--packages",
                "dev.nightjar:nightjar-classifier-onnx:0.1.0-SNAPSHOT,dev.nightjar:nightjar-sink-mongo:0.1.0-SNAPSHOT,"
                        + "org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0",
                "--conf",
                "spark.jars.ivySettings=" + ivy,
                "--archives",
                archive + "#emotion");
    }

    private static String[] options(int executors, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--class",
                                ClusterJob.class.getName(),
                                "--total-executor-cores",
                                Integer.toString(executors),
                                "--executor-cores",
                                "1",
                                "--executor-memory",
                                "512m",
                                "--driver-memory",
                                "512m",
                                "--conf",
                                "spark.ui.enabled=false",
                                "--conf",
                                "spark.jars.ivy=" + folder.resolve("ivy")),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** A program that makes the session itself; whatever it needs is on its class path, but not on the executors'. */
    private static List<String> sessionOptions() {
        return List.of(
                "-cp",
                Stream.of(
                                folder.resolve("spark/jars").resolve("*").toString(),
                                job.toString(),
                                jars().replace(',', ':'))
                        .collect(Collectors.joining(":")),
                "-Dspark.master=" + cluster.master(),
                "-Dspark.cores.max=1",
                "-Dspark.executor.memory=512m",
                "-Dspark.ui.enabled=false");
    }

    private static String[] sessionArguments() throws IOException {
        return Stream.concat(
                        Stream.of(ClusterJob.class.getName()),
                        Stream.of(arguments("session", MODEL.toString(), job + "," + jars())))
                .toArray(String[]::new);
    }

    /** What Nightjar and Spark's connector bring, which the cluster has not. */
    private static String jars() {
        return StandaloneCluster.ofUsers().map(Path::toString).collect(Collectors.joining(","));
    }

    private static String[] arguments(String name, String... more) throws IOException {
        Path state = Files.createDirectories(folder.resolve(name));
        return Stream.concat(Stream.of(broker.bootstrapServers(), uri(name), state.toString()), Stream.of(more))
                .toArray(String[]::new);
    }

    private static String uri(String name) {
        return "mongodb://127.0.0.1:" + mongo.getLocalAddress().getPort() + "/" + name;
    }

    private static StoredTweets store(String name) {
        return MongoSinkConfig.builder(uri(name)).build().read();
    }

    private static List<ClassifiedTweet> stored(String name) {
        try (StoredTweets stored = store(name)) {
            return stored.newest(2 * TWEETS);
        }
    }

    /** Whether the application that is killed has a batch begun and not ended, and some before it. */
    private static boolean isInMidBatch(StoredTweets stored, int least) throws IOException {
        Path checkpoint = folder.resolve("killed").resolve("checkpoint");
        long tweets = stored.count();
        assertThat(tweets).as("tweets stored already").isLessThan(TWEETS);
        return tweets > least && batches(checkpoint.resolve("offsets")) > batches(checkpoint.resolve("commits"));
    }

    private static long batches(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d+"))
                    .count();
        }
    }

    private static Optional<ProcessHandle> process(String file, int place) throws IOException {
        return ProcessHandle.of(notes("killed", file).get(place));
    }

    private static List<Long> notes(String name, String file) throws IOException {
        Path notes = folder.resolve(name).resolve(file);
        return Files.exists(notes)
                ? Files.readAllLines(notes).stream().map(Long::valueOf).toList()
                : List.of();
    }

    private static Path zip(Path zip, Path from, String names) throws IOException {
        try (FileSystem entries =
                        FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"));
                Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = from.relativize(file).toString();
                if (name.matches(names)) {
                    Path entry = entries.getPath("/", name);
                    Files.createDirectories(entry.getParent());
                    Files.copy(file, entry);
                }
            }
        }
        return zip;
    }

    private static void publish() throws Exception {
        Map<String, Object> servers = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(servers);
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(servers, new StringSerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic("tweets", 4, (short) 1)))
                    .all()
                    .get();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < TWEETS; i++) {
                Tweet tweet = Tweets.tweet(i);
                sent.add(producer.send(new ProducerRecord<>("tweets", tweet.id(), TweetJson.toBytes(tweet))));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }
}
