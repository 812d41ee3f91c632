/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.Sha256;
import dev.nightjar.options.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of the Hugging Face Hub, from a server on this machine. */
class OnnxHubTest {
    private static final String OFFLINE = "nightjar.hub.offline";

    @TempDir
    private Path temporary;

    private Path cache;
    private Path kept;
    private LoopbackHub hub;

    @BeforeEach
    void startAHub() throws IOException {
        cache = temporary.resolve("cache");
        kept = cache.resolve("owl--mood").resolve(LoopbackHub.REVISION);
        hub = new LoopbackHub(Fixtures.directory("distilroberta"));
    }

    @AfterEach
    void stopIt() {
        System.clearProperty(OFFLINE);
        hub.close();
    }

    @Test
    void aModelIsFetchedOnceAndThenNeedsNoNetwork() throws IOException {
        String fetched = open(hub.bundle(cache));
        assertThat(fetched).startsWith("mood@").isEqualTo("mood@" + digits(Fixtures.directory("distilroberta")));
        assertThat(names()).containsExactlyInAnyOrder("config.json", "onnx", "model.onnx", "tokenizer.json");

        hub.close();
        assertThat(open(hub.bundle(cache))).isEqualTo(fetched);
        System.setProperty(OFFLINE, "true");
        assertThat(open(hub.bundle(cache))).isEqualTo(fetched);
    }

    @Test
    void onlyWhatIsNeededIsFetched() {
        open(hub.bundle(cache));
        assertThat(hub.requests().stream()
                        .map(request -> request.path().replaceFirst(".*/" + LoopbackHub.REVISION, "")))
                .containsExactlyInAnyOrder(
                        "", "/onnx/model.onnx", "/onnx/model.onnx", "/tokenizer.json", "/config.json");
    }

    @Test
    void aRepositoryThatIsNoModelIsRefusedBeforeAnythingIsFetched() throws IOException {
        Path other = Fixtures.copy("distilroberta", temporary.resolve("other"));
        Files.move(other.resolve("tokenizer.json"), other.resolve("vocab.txt"));
        try (LoopbackHub incomplete = new LoopbackHub(other)) {
            assertThat(refusal(incomplete.bundle(cache)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("tokenizer.json is missing from 'hf://owl/mood@")
                    .hasMessageContaining("save_pretrained");
            assertThat(incomplete.requests()).hasSize(1);
        }
    }

    @Test
    void theTokenGoesToTheHubAlone() {
        hub.requireToken("hf_canary");
        open(hub.bundle(cache).hubToken(Credential.literal("hf_canary")));
        assertThat(hub.requests())
                .allSatisfy(request ->
                        assertThat(request.authorization()).isEqualTo(request.isToHub() ? "Bearer hf_canary" : ""))
                .anySatisfy(request -> assertThat(request.isToHub()).isFalse());
    }

    @Test
    void aTokenIsNotSentForAllToRead() {
        Throwable refusal = refusal(ModelBundle.hub(LoopbackHub.REPOSITORY, LoopbackHub.REVISION)
                .hubEndpoint(URI.create("http://hub.example.org"))
                .hubCache(cache)
                .hubToken(Credential.literal("hf_canary")));
        assertThat(refusal)
                .isInstanceOf(ConfigException.class)
                .hasMessage("The token of the Hub would be sent to http://hub.example.org for all to read; use https");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | A token is needed for the list of files of 'hf://owl/mood@",
                "403 | Access is denied to the list of files of",
                "404 | Not found: the list of files of",
                "418 | The Hub does not give the list of files of",
            })
    void aRefusalOfTheListSaysWhatToDo(int status, String message) {
        hub.answer("/revision/" + LoopbackHub.REVISION, status);
        assertThat(refusal(hub.bundle(cache)))
                .isExactlyInstanceOf(status == 418 ? FatalException.class : ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("(HTTP status " + status + ", GatedRepo)");
        assertThat(kept).doesNotExist();
    }

    @Test
    void aRefusedTokenIsToldFromAMissingOne() {
        hub.requireToken("hf_another");
        assertThat(refusal(hub.bundle(cache)))
                .hasMessageContaining("A token is needed")
                .hasMessageContaining("set HF_TOKEN or 'hub-token'");
        assertThat(refusal(hub.bundle(cache).hubToken(Credential.literal("hf_canary"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("The token is refused for the list of files")
                .hasMessageNotContaining("hf_canary");
    }

    @Test
    void aRefusedFileIsNamed() {
        hub.answer("onnx/model.onnx", 403);
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Access is denied to onnx/model.onnx of 'hf://owl/mood@")
                .hasMessageContaining("accept the model's terms at " + hub.endpoint() + "/owl/mood");
    }

    @Test
    void aFileThatIsListedButNotThereIsNamed() throws IOException {
        hub.answer("tokenizer.json", 404);
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Not found: tokenizer.json of 'hf://owl/mood@" + LoopbackHub.REVISION + "' at "
                        + hub.endpoint() + " (HTTP status 404")
                .hasMessageEndingWith("; check the names of the repository and its revision");
        assertThat(names()).noneMatch(name -> name.startsWith("tokenizer.json"));
    }

    @ParameterizedTest
    @CsvSource({"429", "500", "503"})
    void aBusyHubMayBeAskedAgain(int status) {
        hub.answer("tokenizer.json", status);
        Throwable refusal = refusal(hub.bundle(cache));
        assertThat(refusal).isInstanceOf(RetriableException.class).hasMessageContaining("tokenizer.json");
        assertThat(((RetriableException) refusal).retryAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void aHubThatIsOutOfReachMayBeAskedAgain() {
        hub.close();
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("The Hub at " + hub.endpoint() + " is out of reach");
    }

    @Test
    void offlineNothingIsFetched() {
        System.setProperty(OFFLINE, "true");
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("lacks the list of files in the cache '" + kept)
                .hasMessageContaining("HF_HUB_OFFLINE or nightjar.hub.offline forbids to fetch it");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aBrokenDownloadGoesOnWhereItStopped() throws IOException {
        hub.breakOff(3);
        open(hub.bundle(cache));
        List<String> ranges = hub.requests().stream()
                .filter(request -> !request.isToHub())
                .map(LoopbackHub.Request::range)
                .toList();
        assertThat(ranges).hasSize(4).startsWith("");
        assertThat(ranges.subList(1, 4)).allMatch(range -> range.matches("bytes=[1-9][0-9]*-"));
        assertThat(names()).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void aHubThatFallsSilentMayBeAskedAgain() throws IOException {
        hub.fallSilent();
        HubPlace place = HubPlace.of(LoopbackHub.REPOSITORY, LoopbackHub.REVISION)
                .withEndpoint(hub.endpoint())
                .withCache(cache);
        Path part = temporary.resolve("model.onnx.part");
        HubClient client = new HubClient(place, Duration.ofMillis(500));
        assertThat(catchThrowable(() -> client.download("onnx/model.onnx", part, model().length)))
                .isInstanceOf(RetriableException.class)
                .hasMessage("The Hub at " + hub.endpoint() + " has fallen silent");
        assertThat(part).isNotEmptyFile();
    }

    @Test
    void aDownloadThatAnotherProcessBeganIsGoneOnWith() throws IOException {
        byte[] model = model();
        writePart(Arrays.copyOf(model, 10_000));
        open(hub.bundle(cache));
        assertThat(hub.requests())
                .filteredOn(request -> !request.isToHub())
                .extracting(LoopbackHub.Request::range)
                .containsExactly("bytes=10000-");
    }

    @Test
    void aServerWithoutRangesGivesTheWholeFileAgain() throws IOException {
        hub.withoutRanges();
        writePart(Arrays.copyOf(model(), 10_000));
        open(hub.bundle(cache));
    }

    @Test
    void aBeginningThatIsDamagedIsFetchedAgain() throws IOException {
        byte[] beginning = Arrays.copyOf(model(), 10_000);
        beginning[5000] ^= 1;
        writePart(beginning);
        open(hub.bundle(cache));
        byte[] whole = model();
        whole[5000] ^= 1;
        Files.delete(kept.resolve("onnx/model.onnx"));
        writePart(whole);
        open(hub.bundle(cache));
        writePart(Arrays.copyOf(model(), model().length + 1));
        Files.delete(kept.resolve("onnx/model.onnx"));
        open(hub.bundle(cache));
    }

    @Test
    void aFileThatIsNotTheListedOneIsRefused() throws IOException {
        byte[] flipped = model();
        flipped[flipped.length / 2] ^= 1;
        hub.replace("onnx/model.onnx", flipped);
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("onnx/model.onnx of 'hf://owl/mood@" + LoopbackHub.REVISION + "' is damaged as "
                        + hub.endpoint() + " gives it: its SHA-256 is " + Sha256.of(flipped) + ", expected "
                        + Sha256.of(model()));
        assertThat(names()).noneMatch(name -> name.startsWith("model.onnx"));
    }

    @Test
    void aSmallFileThatIsNotTheListedOneIsRefused() throws IOException {
        byte[] config = Files.readAllBytes(Fixtures.directory("distilroberta").resolve("config.json"));
        config[config.length / 2] ^= 1;
        hub.replace("config.json", config);
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.json of 'hf://owl/mood@")
                .hasMessageContaining("its Git SHA-1 is ");
    }

    @Test
    void aPointerInPlaceOfALargeFileIsNamedForWhatItIs() throws IOException {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n".getBytes(StandardCharsets.UTF_8);
        hub.replace("onnx/model.onnx", pointer);
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("onnx/model.onnx of 'hf://owl/mood@")
                .hasMessageContaining("its SHA-256 is " + Sha256.of(pointer) + ", expected " + Sha256.of(model()))
                .hasMessageContaining("it is a Git LFS pointer");
    }

    @Test
    void aSmallFileIsNamedAsGitNamesIt() {
        assertThat(HubSnapshot.gitDigest(new byte[0])).isEqualTo("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assertThat(HubSnapshot.gitDigest("hello\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
    }

    @Test
    void aPageInPlaceOfAFileIsRefused() {
        hub.withPages();
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("An HTML page came in place of the list of files of 'hf://owl/mood@")
                .hasMessageContaining("is that the address of a Hub?");
    }

    @Test
    void aPageInPlaceOfAModelIsRefused() throws IOException {
        open(hub.bundle(cache));
        Files.delete(kept.resolve("onnx/model.onnx"));
        hub.withPages();
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("An HTML page came in place of onnx/model.onnx");
        assertThat(names()).noneMatch(name -> name.startsWith("model.onnx"));
    }

    @Test
    void aFileThatIsDamagedInTheCacheIsFetchedAgainOrRefusedOffline() throws IOException {
        open(hub.bundle(cache));
        byte[] flipped = model();
        flipped[flipped.length / 2] ^= 1;
        Files.write(kept.resolve("onnx/model.onnx"), flipped);
        System.setProperty(OFFLINE, "true");
        assertThat(refusal(hub.bundle(cache)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is damaged in the cache and nothing may be fetched: its SHA-256 is "
                        + Sha256.of(flipped) + ", expected " + Sha256.of(model()));
        System.clearProperty(OFFLINE);
        open(hub.bundle(cache));
        assertThat(Files.readAllBytes(kept.resolve("onnx/model.onnx"))).isEqualTo(model());
    }

    @Test
    void manyWhoOpenAtOnceFetchOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> opened = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> open(hub.bundle(cache))))
                    .toList();
            for (Future<String> model : opened) {
                assertThat(model.get()).startsWith("mood@");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(hub.requests()).hasSize(5);
    }

    @Test
    void theEndpointMayComeFromTheProcess() {
        System.setProperty("nightjar.hub.endpoint", hub.endpoint() + "/");
        try {
            assertThat(open(ModelBundle.hub(LoopbackHub.REPOSITORY, LoopbackHub.REVISION)
                            .hubCache(cache)))
                    .startsWith("mood@");
        } finally {
            System.clearProperty("nightjar.hub.endpoint");
        }
    }

    private static String open(ModelBundle bundle) {
        try (Classifier classifier =
                OnnxClassifierConfig.builder(bundle).build().open()) {
            assertThat(classifier.classify("the owl flies").top()).isPresent();
            return classifier.model();
        }
    }

    private static Throwable refusal(ModelBundle bundle) {
        return catchThrowable(() -> OnnxClassifierConfig.builder(bundle).build().open());
    }

    private static String digits(Path model) {
        try (Classifier classifier =
                OnnxClassifierConfig.builder(model).name("x").build().open()) {
            return classifier.model().substring(2);
        }
    }

    private static byte[] model() throws IOException {
        return Files.readAllBytes(Fixtures.directory("distilroberta").resolve("onnx/model.onnx"));
    }

    private void writePart(byte[] bytes) throws IOException {
        Files.createDirectories(kept.resolve("onnx"));
        Files.write(kept.resolve("onnx/model.onnx.part"), bytes);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> paths = Files.walk(kept)) {
            return paths.filter(path -> !path.equals(kept))
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }
}
