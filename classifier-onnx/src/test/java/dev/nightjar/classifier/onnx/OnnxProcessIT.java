/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can only be seen from outside of a process: crashes, memory, and what native code writes. */
class OnnxProcessIT {
    private static final String TEXT = "What a morning: the nightjar sang until five!";

    /** How many batches must leave nothing. */
    private static final int BATCHES = Integer.getInteger("nightjar.onnx.batches", 1000);

    /** How many texts a batch of the bundled model has. */
    private static final int BATCH_SIZE = Integer.getInteger("nightjar.onnx.batch-size", 4);

    /** Ten minutes for up to 5,000 batches. */
    private static final Duration PATIENCE = Duration.ofMinutes(Math.max(10, BATCHES / 500));

    @TempDir
    private Path directory;

    @RepeatedTest(3)
    void closingUnderEightThreadsCrashesNothing() throws Exception {
        assertThat(new Fork(directory).run(CloseUnderLoad.class)).contains("8 threads found it closed");
    }

    @RepeatedTest(3)
    void exitingUnderEightThreadsCrashesNothing() throws Exception {
        assertThat(new Fork(directory).run(ExitUnderLoad.class)).contains("exiting");
    }

    @RepeatedTest(6)
    void exitingWhileModelsAreOpenedCrashesNothing() throws Exception {
        assertThat(new Fork(directory)
                        .run(ExitWhileOpening.class, Fixtures.directory("bert").toString()))
                .contains("exiting");
    }

    @Test
    void batchesLeaveNothing() throws Exception {
        assumeThat(Path.of("/proc/self/status")).exists();
        String batches = Integer.toString(BATCHES);
        assertThat(smallFork().patience(PATIENCE).run(Endurance.class, batches, Integer.toString(BATCH_SIZE)))
                .contains("flat");
    }

    @Test
    void batchesForTwoHeadsLeaveNothing() throws Exception {
        assumeThat(Path.of("/proc/self/status")).exists();
        String model = Fixtures.directory("heads").toString();
        assertThat(smallFork().patience(PATIENCE).run(HeadsEndurance.class, Integer.toString(BATCHES), model))
                .contains("flat");
    }

    /** A result that is not freed is small: it takes this many to see it. */
    @Test
    void aHundredThousandRunsLeaveNothing() throws Exception {
        assumeThat(Path.of("/proc/self/status")).exists();
        String model = Fixtures.directory("faulty").toString();
        assertThat(smallFork().run(ManyRuns.class, model)).contains("flat");
    }

    /** With one arena, which gives back what is freed. */
    @Test
    void openingAgainAndAgainLeavesNothing() throws Exception {
        assumeThat(Path.of("/proc/self/status")).exists();
        Path otherLabels = Fixtures.copy("bert", directory.resolve("other-labels"));
        Files.writeString(otherLabels.resolve("config.json"), "{\"id2label\": {\"0\": \"one\", \"1\": \"two\"}}");
        assertThat(smallFork()
                        .with("MALLOC_ARENA_MAX", "1")
                        .with("MALLOC_TRIM_THRESHOLD_", "65536")
                        .run(Reopening.class, Fixtures.directory("bert").toString(), otherLabels.toString()))
                .contains("flat");
    }

    @Test
    void nativeCodeWritesNothing() throws Exception {
        Path damaged = Fixtures.copy("bert", directory.resolve("damaged"));
        byte[] bytes = Files.readAllBytes(damaged.resolve("model.onnx"));
        Files.write(damaged.resolve("model.onnx"), Arrays.copyOf(bytes, bytes.length / 2));
        String written = new Fork(directory)
                .with("-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
                .run(
                        Faults.class,
                        damaged.toString(),
                        Fixtures.directory("faulty").toString());
        assertThat(written).isEqualTo("refused rejected" + System.lineSeparator());
    }

    /** ONNX Runtime 1.29.0 ended the process by SIGSEGV here; a class path of Spark is as long. */
    @Test
    void aLongCommandLineCrashesNothing() throws Exception {
        assertThat(new Fork(directory)
                        .run(OpenFile.class, Fixtures.directory("bert").toString(), "model.onnx", "x".repeat(100_000)))
                .contains("opened bert@");
    }

    @Test
    void weightsInTheWorkingDirectoryAreNotRead() throws Exception {
        Path model = Fixtures.copy("bert", directory.resolve("model"));
        Files.copy(Fixtures.directory("external").resolve("beside.onnx"), model.resolve("beside.onnx"));
        Files.write(directory.resolve("weights.bin"), new byte[32]);
        assertThat(new Fork(directory).run(OpenFile.class, model.toString(), "beside.onnx"))
                .contains("weights.bin is missing from");
    }

    @Test
    void theTokenizersLibraryIsUnpackedForThisProcessAlone() throws Exception {
        Fork fork = new Fork(directory);
        assertThat(fork.run(OpenFile.class, Fixtures.directory("bert").toString(), "model.onnx"))
                .contains("opened bert@");
        assertThat(fork.home().resolve(".djl.ai")).doesNotExist();
        try (Stream<Path> left = Files.list(fork.temporary())) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("nightjar")))
                    .isEmpty();
        }
    }

    @Test
    void theTokenizersLibraryIsUnpackedWhereTheUserSays() throws Exception {
        Path cache = Files.createDirectory(directory.resolve("cache"));
        new Fork(directory)
                .with("-DENGINE_CACHE_DIR=" + cache)
                .run(OpenFile.class, Fixtures.directory("bert").toString(), "model.onnx");
        assertThat(cache.resolve("tokenizers")).isNotEmptyDirectory();
    }

    @Test
    void aBundledModelThatIsNotThereNamesItsArtifact() throws Exception {
        assertThat(new Fork(directory).without("nightjar-model-emotion").run(OpenEmotion.class))
                .contains("The model 'emotion' is not on the class path; add dev.nightjar:nightjar-model-emotion:");
        assertThat(new Fork(directory).run(OpenEmotion.class)).contains("opened emotion@");
    }

    @Test
    void theEnvironmentTellsWhereAModelOfTheHubIsFetchedAndWhetherAtAll() throws Exception {
        try (LoopbackHub hub = new LoopbackHub(Fixtures.directory("distilroberta")).requireToken("hf_canary")) {
            assertThat(hubFork(hub).with("HF_HUB_OFFLINE", "1").run(OpenFromHub.class))
                    .contains("HF_HUB_OFFLINE or nightjar.hub.offline forbids to fetch it");
            assertThat(hub.requests()).isEmpty();

            Fork fetching = hubFork(hub).with("HF_TOKEN", "hf_canary");
            assertThat(fetching.run(OpenFromHub.class)).contains("opened mood@");
            assertThat(fetching.home().resolve(".cache/nightjar/hub/owl--mood")).isDirectory();
            int requests = hub.requests().size();
            assertThat(requests).isPositive();

            assertThat(hubFork(hub).with("HF_HUB_OFFLINE", "true").run(OpenFromHub.class))
                    .contains("opened mood@");
            assertThat(hub.requests()).hasSize(requests);
        }
    }

    private Fork hubFork(LoopbackHub hub) throws IOException {
        return new Fork(directory).with("HF_ENDPOINT", hub.endpoint().toString());
    }

    /**
     * A heap whose size does not change, so that what grows is native. It is resident from the beginning, and the JIT
     * soon has nothing left to do, however busy the machine is.
     */
    private Fork smallFork() throws IOException {
        return new Fork(directory)
                .with("-Xms128m")
                .with("-Xmx128m")
                .with("-XX:+AlwaysPreTouch")
                .with("-XX:TieredStopAtLevel=1");
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Closes two classifiers, which share a model, while eight threads use them. */
    static final class CloseUnderLoad {
        @SuppressWarnings("try") // closing while it is used is what is tested
        public static void main(String[] arguments) throws InterruptedException {
            CountDownLatch running = new CountDownLatch(8);
            List<Thread> threads = new ArrayList<>();
            List<Classification> sound = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch closed = new CountDownLatch(8);
            try (Classifier one = OnnxModels.emotion().open();
                    Classifier other = OnnxModels.emotion().open()) {
                for (int thread = 0; thread < 8; thread++) {
                    Classifier classifier = thread % 2 == 0 ? one : other;
                    CountDownLatch started = new CountDownLatch(1);
                    threads.add(worker(() -> {
                        try {
                            while (true) {
                                sound.addAll(classifier.classifyAll(List.of(TEXT, "and another one")));
                                if (started.getCount() > 0) {
                                    started.countDown();
                                    running.countDown();
                                }
                            }
                        } catch (IllegalStateException e) {
                            closed.countDown();
                        }
                    }));
                }
                running.await();
                one.close();
                other.close();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            if (sound.stream().allMatch(answer -> answer.top().isPresent())) {
                System.out.println((8 - closed.getCount()) + " threads found it closed");
            }
        }
    }

    /** Exits while eight threads use the classifier of this process. */
    static final class ExitUnderLoad {
        public static void main(String[] arguments) throws InterruptedException {
            CountDownLatch running = new CountDownLatch(8);
            for (int thread = 0; thread < 8; thread++) {
                worker(() -> {
                    while (true) {
                        OnnxModels.emotion().shared().classifyAll(List.of(TEXT, "and another one"));
                        running.countDown();
                    }
                });
            }
            running.await();
            System.out.println("exiting");
            System.exit(0);
        }
    }

    /** Exits while eight threads open and close classifiers. */
    static final class ExitWhileOpening {
        public static void main(String[] arguments) throws InterruptedException {
            OnnxClassifierConfig config =
                    OnnxClassifierConfig.builder(Path.of(arguments[0])).build();
            CountDownLatch running = new CountDownLatch(16);
            for (int thread = 0; thread < 8; thread++) {
                worker(() -> {
                    while (true) {
                        config.open().close();
                        running.countDown();
                    }
                });
            }
            running.await();
            System.out.println("exiting");
            System.exit(0);
        }
    }

    /** Classifies batches and compares what the process holds after a tenth of them with what it holds in the end. */
    static final class Endurance {
        public static void main(String[] arguments) throws IOException {
            int batches = Integer.parseInt(arguments[0]);
            int batchSize = Integer.parseInt(arguments[1]);
            try (Classifier classifier =
                    OnnxModels.emotion().toBuilder().tokenBudget(256).build().open()) {
                Held early = null;
                for (int batch = 0; batch < batches; batch++) {
                    int from = batch;
                    classifier.classifyAll(IntStream.range(0, batchSize)
                            .mapToObj(i -> ("owl " + from * 31 + ' ').repeat(1 + (from * 7 + i * 3) % 12))
                            .toList());
                    if (batch == batches / 10) {
                        early = Held.now();
                    }
                }
                Objects.requireNonNull(early).compareWith(Held.now(), batches + " batches of " + batchSize);
            }
        }
    }

    /**
     * As {@link Endurance}, with two heads of a tiny model; the second is answered from the first one's passes. It
     * begins to compare when the rows kept of earlier passes are at their most and the compiler has settled.
     */
    static final class HeadsEndurance {
        private static final int BEFORE = 10_000;

        public static void main(String[] arguments) throws IOException {
            int batches = Integer.parseInt(arguments[0]);
            OnnxClassifierConfig emotion = OnnxClassifierConfig.builder(Path.of(arguments[1]))
                    .head("emotion")
                    .build();
            try (OnnxClassifier first = emotion.open();
                    OnnxClassifier second =
                            emotion.toBuilder().head("sentiment").build().open()) {
                Held early = null;
                for (int batch = 0; batch < BEFORE + batches; batch++) {
                    int from = batch;
                    List<String> texts = IntStream.range(0, 8)
                            .mapToObj(i -> Integer.toString(from * 8 + i, 5).replaceAll(".", "$0 "))
                            .toList();
                    first.classifyAll(texts);
                    second.classifyAll(texts);
                    if (batch == BEFORE) {
                        early = Held.now();
                    }
                }
                Objects.requireNonNull(early).compareWith(Held.now(), batches + " batches for two heads");
            }
        }
    }

    /** Runs a tiny model again and again. */
    static final class ManyRuns {
        public static void main(String[] arguments) throws IOException {
            try (Classifier classifier =
                    OnnxClassifierConfig.builder(Path.of(arguments[0])).build().open()) {
                Held early = null;
                for (int run = 0; run < 150_000; run++) {
                    classifier.classifyAll(List.of("good", "bad"));
                    if (run == 50_000) {
                        early = Held.now();
                    }
                }
                Objects.requireNonNull(early).compareWith(Held.now(), "100000 more runs");
            }
        }
    }

    /**
     * Opens and closes, and fails to open as often. What an opening leaves behind shows between any two measurements;
     * what the JVM takes now and then, in some of them only. So the median growth counts.
     */
    static final class Reopening {
        private static final int SETTLING = 60;
        private static final int INTERVALS = 5;
        private static final int PER_INTERVAL = 30;
        private static final long MOST_KILOBYTES = 20 * PER_INTERVAL;

        public static void main(String[] arguments) throws IOException {
            OnnxClassifierConfig config =
                    OnnxClassifierConfig.builder(Path.of(arguments[0])).build();
            OnnxClassifierConfig refused =
                    OnnxClassifierConfig.builder(Path.of(arguments[1])).build();
            open(config, refused, SETTLING);
            Held first = Held.now();
            Held last = first;
            List<Long> growth = new ArrayList<>();
            for (int interval = 0; interval < INTERVALS; interval++) {
                open(config, refused, PER_INTERVAL);
                Held now = Held.now();
                growth.add(now.residentKilobytes - last.residentKilobytes);
                last = now;
            }
            boolean flat = growth.stream().sorted().toList().get(INTERVALS / 2) < MOST_KILOBYTES
                    && last.files <= first.files + 1
                    && last.threads <= first.threads + 1;
            System.out.println("kilobytes per " + PER_INTERVAL + " openings: " + growth + ", " + first + " then " + last
                    + (flat ? " flat" : " grown"));
        }

        private static void open(OnnxClassifierConfig config, OnnxClassifierConfig refused, int times) {
            for (int i = 0; i < times; i++) {
                try (Classifier classifier = config.open()) {
                    classifier.classify(TEXT);
                }
                try {
                    refused.open();
                    throw new IllegalStateException("Opened with the labels of another model");
                } catch (ConfigException e) {
                    // as it must
                }
            }
        }
    }

    private record Held(long residentKilobytes, long files, int threads) {
        static Held now() throws IOException {
            System.gc();
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(
                        resident,
                        files.count(),
                        ManagementFactory.getThreadMXBean().getThreadCount());
            }
        }

        void compareWith(Held later, String what) {
            boolean flat = later.residentKilobytes < residentKilobytes * 1.05
                    && later.files <= files + 1
                    && later.threads <= threads + 1;
            System.out.println(what + ": " + this + " then " + later + (flat ? " flat" : " grown"));
        }
    }

    /** Has a damaged model refused and a text rejected. */
    static final class Faults {
        public static void main(String[] arguments) {
            try {
                OnnxClassifierConfig.builder(Path.of(arguments[0])).build().open();
            } catch (ConfigException e) {
                System.out.print("refused ");
            }
            try (Classifier classifier =
                    OnnxClassifierConfig.builder(Path.of(arguments[1])).build().open()) {
                if (classifier.classify("boom").top().isEmpty()) {
                    System.out.println("rejected");
                }
            }
        }
    }

    /** Opens a model by its file. */
    static final class OpenFile {
        public static void main(String[] arguments) {
            open(OnnxClassifierConfig.builder(Path.of(arguments[0]))
                    .modelFile(arguments[1])
                    .build());
        }
    }

    /** Opens the bundled model. */
    static final class OpenEmotion {
        public static void main(String[] arguments) {
            open(OnnxModels.emotion());
        }
    }

    /** Opens the model of the Hub on this machine. */
    static final class OpenFromHub {
        public static void main(String[] arguments) {
            open(OnnxClassifierConfig.builder(ModelBundle.hub(LoopbackHub.REPOSITORY, LoopbackHub.REVISION))
                    .build());
        }
    }

    private static void open(OnnxClassifierConfig config) {
        try (Classifier classifier = config.open()) {
            System.out.println("opened " + classifier.model());
        } catch (ConfigException e) {
            System.out.println(e.getMessage());
        }
    }
}
