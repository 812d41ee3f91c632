/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is damaged, incomplete or not what it says it is never becomes a classifier. */
class OnnxBundleTest {
    private static final String LFS_POINTER = "version https://git-lfs.github.com/spec/v1\n"
            + "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    @TempDir
    private Path temporary;

    private Path model;

    @BeforeEach
    void copyAModel() {
        model = Fixtures.copy("bert", temporary.resolve("a/b/mood"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void aFlippedBitIsRefusedByItsDigest(String file) throws IOException {
        writeDigests();
        String expected = Sha256.of(model.resolve(file));
        byte[] bytes = Files.readAllBytes(model.resolve(file));
        bytes[bytes.length / 2] ^= 1;
        Files.write(model.resolve(file), bytes);

        assertThat(refusal())
                .hasMessage(file + " of '" + model + "' is damaged: its SHA-256 is " + Sha256.of(bytes) + ", expected "
                        + expected + "; get the file again");
    }

    /** That is why a model that is kept should have its digests. */
    @Test
    void withoutDigestsAFlippedBitIsLoadedAndChangesAnswers() throws IOException {
        List<Classification> sound = answers();
        byte[] bytes = Files.readAllBytes(model.resolve("model.onnx"));
        String weights = "classifier.weight";
        int name = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(weights);
        // Behind the name and three bytes lie 32-bit numbers, the lowest byte first.
        bytes[name + weights.length() + 3 + 3] ^= 0x40;
        Files.write(model.resolve("model.onnx"), bytes);
        assertThat(scores(answers())).isNotEqualTo(scores(sound));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void aTruncatedFileIsRefusedWithOrWithoutDigests(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(model.resolve(file));
        writeDigests();
        Files.write(model.resolve(file), Arrays.copyOf(bytes, bytes.length * 2 / 3));
        assertThat(refusal()).hasMessageStartingWith(file + " of ").hasMessageContaining("is damaged");

        Files.delete(model.resolve("bundle.sha256"));
        assertThat(refusal())
                .hasMessageStartingWith(file + " of '" + model + "' (SHA-256 " + Sha256.of(model.resolve(file)) + ") ")
                .hasMessageMatching("(?s).*(cannot be loaded|is not JSON).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void anLfsPointerIsRefusedByItsNature(String file) throws IOException {
        Files.writeString(model.resolve(file), LFS_POINTER);
        assertThat(refusal())
                .hasMessage(file + " of '" + model + "' is a Git LFS pointer, not the file itself; run 'git lfs pull'"
                        + " (SHA-256 " + Sha256.of(model.resolve(file))
                        + ", expected 4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void anHtmlPageIsRefusedByItsNature(String file) throws IOException {
        writeDigests();
        String expected = Sha256.of(model.resolve(file));
        Files.writeString(model.resolve(file), "\n <!DOCTYPE HTML><title>Not found</title>");
        assertThat(refusal())
                .hasMessageStartingWith(file + " of '" + model + "' is an HTML page, not the file itself")
                .hasMessageContaining(Sha256.of(model.resolve(file)))
                .hasMessageContaining("expected " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void anEmptyFileIsRefused(String file) throws IOException {
        Files.write(model.resolve(file), new byte[0]);
        assertThat(refusal()).hasMessageStartingWith(file + " of '" + model + "' is empty");
    }

    @Test
    void allFaultsAreReportedTogether() throws IOException {
        Files.delete(model.resolve("tokenizer.json"));
        Files.writeString(model.resolve("vocab.txt"), "[PAD]\n");
        Files.writeString(model.resolve("model.onnx"), LFS_POINTER);
        assertThat(refusal().faults())
                .hasSize(2)
                .anySatisfy(fault -> assertThat(fault)
                        .startsWith("tokenizer.json is missing from '" + model + "'")
                        .contains("AutoTokenizer.from_pretrained('" + model + "').save_pretrained('" + model + "')"))
                .anySatisfy(fault -> assertThat(fault).startsWith("model.onnx of "));
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        assertThat(refusal(temporary.resolve("nowhere")))
                .hasMessage("The model directory '" + temporary.resolve("nowhere") + "' does not exist");
        Files.delete(model.resolve("model.onnx"));
        assertThat(refusal())
                .hasMessageStartingWith("'" + model + "' has none of the files model.onnx, ")
                .hasMessageContaining("'model-file'");
        assertThat(catchThrowableOfType(
                        ConfigException.class,
                        () -> OnnxClassifierConfig.builder(ModelBundle.resources("com/example/nothing"))
                                .build()
                                .open()))
                .hasMessage("The class path has no 'com/example/nothing/config.json'");
    }

    /** As the executors of Spark have what {@code --jars} adds. */
    @Test
    void aModelIsFoundWhereAnApplicationAddsIt() throws IOException {
        Path jar = temporary.resolve("model.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String file : List.of("config.json", "tokenizer.json", "model.onnx")) {
                zip.putNextEntry(new ZipEntry("com/example/nothing/" + file));
                zip.write(Files.readAllBytes(model.resolve(file)));
            }
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader child = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(child);
            try (Classifier classifier = OnnxClassifierConfig.builder(ModelBundle.resources("com/example/nothing"))
                    .build()
                    .open()) {
                assertThat(classifier.classify("a text").top()).isPresent();
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aListedFileThatIsNotReadIsCheckedToo() throws IOException {
        writeDigests();
        Files.writeString(model.resolve("vocab.txt"), "[PAD]\n");
        Files.writeString(
                model.resolve("bundle.sha256"),
                Files.readString(model.resolve("bundle.sha256")) + "0".repeat(64) + " *vocab.txt\n");
        assertThat(refusal()).hasMessageStartingWith("vocab.txt of '" + model + "' is damaged");
        Files.delete(model.resolve("vocab.txt"));
        assertThat(refusal()).hasMessage("vocab.txt is missing from '" + model + "'");
    }

    @Test
    void aFileThatIsNotListedIsNotLoaded() throws IOException {
        writeDigests();
        List<String> lines = Files.readAllLines(model.resolve("bundle.sha256"));
        Files.write(model.resolve("bundle.sha256"), lines.subList(0, 2));
        assertThat(refusal())
                .hasMessageStartingWith("tokenizer.json of ")
                .hasMessageContaining("bundle.sha256 does not list it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "a/../../b", "C:/x", "a\\b", "a//b", "./model.onnx"})
    void digestsDoNotReachOutsideTheBundle(String file) throws IOException {
        Files.writeString(model.resolve("bundle.sha256"), "0".repeat(64) + "  " + file + "\n");
        assertThat(refusal()).hasMessageContaining("Line 1 of bundle.sha256").hasMessageContaining("inside the bundle");
    }

    @Test
    void malformedDigestsAreRefused() throws IOException {
        Files.writeString(model.resolve("bundle.sha256"), "<html>Not found</html>\n");
        assertThat(refusal()).hasMessageStartingWith("Line 1 of bundle.sha256 of '" + model + "' is not a SHA-256");
        Files.writeString(model.resolve("bundle.sha256"), "");
        assertThat(refusal()).hasMessage("bundle.sha256 of '" + model + "' lists no file");
    }

    @Test
    void soundFilesWithTheirDigestsAreLoaded() throws IOException {
        writeDigests();
        OnnxClassifierConfig.builder(model).build().open().close();
    }

    @Test
    void weightsOutsideTheBundleAreNotRead() throws IOException {
        Files.write(temporary.resolve("a/secret"), new byte[32]);
        Files.copy(Fixtures.directory("external").resolve("above.onnx"), model.resolve("external.onnx"));
        assertThat(refusal("external.onnx"))
                .hasMessage("external.onnx of '" + model + "' keeps weights in '../../secret', which is not a file"
                        + " beside it; export it again");
    }

    @Test
    void weightsBesideTheModelAreReadAndBelongToIt() throws IOException {
        Path small = Fixtures.copy("small", temporary.resolve("small"));
        Files.createDirectories(small.resolve("onnx"));
        Files.move(small.resolve("external.onnx"), small.resolve("onnx/external.onnx"));
        Path weights = Files.move(small.resolve("external.onnx_data"), small.resolve("onnx/external.onnx_data"));
        OnnxClassifierConfig beside = OnnxClassifierConfig.builder(small)
                .modelFile("onnx/external.onnx")
                .build();
        String before;
        try (Classifier whole = SmallModels.builder("mean").build().open();
                Classifier parts = beside.open()) {
            assertThat(scores(parts.classifyAll(SmallModels.texts())))
                    .isEqualTo(scores(whole.classifyAll(SmallModels.texts())));
            before = parts.model();
        }
        Fixtures.writeDigests(small, "config.json", "onnx/external.onnx", "onnx/external.onnx_data", "tokenizer.json");
        assertThat(before)
                .isEqualTo("small@" + Sha256.of(small.resolve("bundle.sha256")).substring(0, 12));

        byte[] bytes = Files.readAllBytes(weights);
        bytes[7] ^= 1;
        Files.write(weights, bytes);
        assertThat(Fixtures.refusal(beside::open))
                .hasMessageStartingWith("onnx/external.onnx_data of ")
                .hasMessageContaining("is damaged");
        Files.delete(small.resolve("bundle.sha256"));
        try (Classifier changed = beside.open()) {
            assertThat(changed.model()).isNotEqualTo(before);
        }
        Files.write(weights, Arrays.copyOf(bytes, 200));
        assertThat(Fixtures.refusal(beside::open))
                .hasMessageContaining(
                        "wants 264 bytes of weights from byte 0 of 'external.onnx_data' on, which has 200;"
                                + " the files are of different exports");
        Files.delete(weights);
        assertThat(Fixtures.refusal(beside::open))
                .hasMessage("onnx/external.onnx_data is missing from '" + small
                        + "': onnx/external.onnx keeps its weights in it");
    }

    /** What each line makes was tried with transformers 5.24. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vocab.txt | bert | ; make it of vocab.txt: pip install transformers && python -c \"from transformers"
                        + " import AutoTokenizer; AutoTokenizer.from_pretrained('DIR').save_pretrained('DIR')\"",
                "vocab.json,merges.txt | roberta | ; make it of vocab.json and merges.txt: pip install transformers &&",
                "vocab.json | roberta | ; vocab.json is there without its merges.txt, get that too",
                "sentencepiece.bpe.model | xlm-roberta | ; make it of sentencepiece.bpe.model: pip install transformers"
                        + " sentencepiece protobuf &&",
                "spm.model | deberta-v2 | ; make it of spm.model: pip install transformers sentencepiece protobuf &&",
                "vocab.txt,bpe.codes | roberta | , and cannot be made: Hugging Face has no fast tokenizer for 'vocab.txt"
                        + " with bpe.codes'; take a model that has the file",
                "vocab.json,merges.txt | xlm | , and cannot be made: Hugging Face has no fast tokenizer for 'xlm'",
            })
    void anOldTokenizerIsMadeIntoANewOneByTheLineThatIsGiven(String files, String type, String expected)
            throws IOException {
        Files.delete(model.resolve("tokenizer.json"));
        Files.writeString(model.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
        for (String file : files.split(",")) {
            Files.writeString(model.resolve(file), "[PAD]\nowl\n");
        }
        assertThat(refusal())
                .hasMessageStartingWith(
                        "tokenizer.json is missing from '" + model + "'" + expected.replace("DIR", model.toString()));
    }

    @Test
    void aVocabularyWithCapitalsKeepsThem() throws IOException {
        Files.delete(model.resolve("tokenizer.json"));
        Files.writeString(model.resolve("vocab.txt"), "[PAD]\nowl\nOwl\n");
        assertThat(refusal()).hasMessageContaining("from_pretrained('" + model + "', do_lower_case=False)");
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}");
        assertThat(refusal()).hasMessageContaining("no fast tokenizer for 'BertJapaneseTokenizer'");
    }

    @Test
    void theTokenizerOfAnotherModelIsRefused() throws IOException {
        Files.copy(
                Fixtures.directory("distilroberta").resolve("tokenizer.json"),
                model.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(refusal())
                .hasMessageStartingWith("tokenizer.json of '" + model + "' (SHA-256 ")
                .hasMessageContaining("has the token id 419, but the vocab_size of config.json is")
                .hasMessageContaining("the files are of different models");
    }

    @Test
    void labelsThatTheModelDoesNotGiveAreRefused() throws IOException {
        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(
                model.resolve("config.json"),
                config.replaceFirst("\"0\": \"negative\",", "\"0\": \"negative\", \"3\": \"odd\","));
        assertThat(refusal())
                .hasMessageStartingWith("model.onnx of ")
                .hasMessageContaining("not as a number for each of the 4 labels of config.json");
    }

    @Test
    void theModelBeforeItsVariantsAndTheDirectoryBeforeItsFolderIsTaken() throws IOException {
        byte[] good = Files.readAllBytes(model.resolve("model.onnx"));
        Files.createDirectories(model.resolve("onnx"));
        List<String> byPreference = List.of(
                "model.onnx",
                "onnx/model.onnx",
                "model_quantized.onnx",
                "onnx/model_quantized.onnx",
                "model_int8.onnx",
                "onnx/model_fp16.onnx");
        for (String file : byPreference) {
            Files.writeString(model.resolve(file), "not this one");
        }
        for (String file : byPreference) {
            assertThat(refusal()).hasMessageStartingWith(file + " of ");
            Files.write(model.resolve(file), good);
            OnnxClassifierConfig.builder(model).build().open().close();
            Files.delete(model.resolve(file));
        }
    }

    @Test
    void itIsSaidWhichOfSeveralModelsIsTakenAndWhy() throws IOException {
        Files.createDirectories(model.resolve("onnx"));
        Files.move(model.resolve("model.onnx"), model.resolve("onnx/model.onnx"));
        Files.writeString(model.resolve("model_int8.onnx"), "not this one");
        String log = Fixtures.log(
                () -> OnnxClassifierConfig.builder(model).build().open().close());
        assertThat(log)
                .contains("Taking onnx/model.onnx of '" + model + "', the first by preference of [onnx/model.onnx,"
                        + " model_int8.onnx]; 'model-file' chooses another");
    }

    @Test
    void aModelFileThatIsNamedIsTaken() throws IOException {
        Files.move(model.resolve("model.onnx"), model.resolve("mine.onnx"));
        Files.writeString(model.resolve("model.onnx"), "not this one");
        OnnxClassifierConfig config =
                OnnxClassifierConfig.builder(model).modelFile("mine.onnx").build();
        try (Classifier classifier = config.open()) {
            assertThat(classifier.labels().names()).containsExactly("negative", "neutral", "positive");
        }
    }

    private List<Classification> answers() {
        try (Classifier classifier = OnnxClassifierConfig.builder(model).build().open()) {
            return classifier.classifyAll(List.of("ok", "What a morning: the nightjar sang until five!"));
        }
    }

    /** Without the model's name, which has its digest in it. */
    private static List<List<ScoredLabel>> scores(List<Classification> answers) {
        return answers.stream()
                .map(answer -> ((Classification.Scored) answer).scores())
                .toList();
    }

    private void writeDigests() throws IOException {
        Fixtures.writeDigests(model, "config.json", "model.onnx", "tokenizer.json");
    }

    private ConfigException refusal(String file) {
        return Fixtures.refusal(() ->
                OnnxClassifierConfig.builder(model).modelFile(file).build().open());
    }

    private ConfigException refusal() {
        return refusal(model);
    }

    private static ConfigException refusal(Path directory) {
        return Fixtures.refusal(
                () -> OnnxClassifierConfig.builder(directory).build().open());
    }
}
