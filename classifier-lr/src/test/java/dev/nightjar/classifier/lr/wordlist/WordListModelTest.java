/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.ScoredLabel;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files in {@code word-list} were made by {@code src/test/python/word_list_golden.py}, with Python's own means. */
class WordListModelTest {
    static final Path MODEL = Path.of("src", "test", "resources", "word-list", "model.json");
    static final Path WORDS = Path.of("src", "test", "resources", "word-list", "words.csv");

    @TempDir
    private Path directory;

    @Test
    void itPredictsAsThePipelineThatTrainedIt() throws IOException {
        WordListModel model = WordListModel.load(MODEL, WORDS);
        List<Golden> golden = golden();
        assertThat(golden).hasSizeGreaterThan(25).extracting(Golden::positive).contains(true, false);
        try (Classifier classifier = model.classifier()) {
            for (Golden expected : golden) {
                assertThat(model.frequencies(expected.text()))
                        .as(expected.text())
                        .isEqualTo(expected.frequencies());
                Scored scored = (Scored) classifier.classify(expected.text());
                assertThat(scored.score("positive").orElseThrow())
                        .as(expected.text())
                        .isCloseTo(expected.probability(), within(1e-15));
                assertThat(scored.best().label())
                        .as(expected.text())
                        .isEqualTo(expected.positive() ? "positive" : "negative");
            }
        }
    }

    @Test
    void theInterceptCounts() {
        WordListModel model = WordListModel.of(List.of("good"), new double[] {1, 0, 0, 0, 0}, -3);
        try (Classifier classifier = model.classifier()) {
            Scored scored = (Scored) classifier.classify("good");
            assertThat(scored.score("positive").orElseThrow()).isCloseTo(1 / (1 + Math.exp(2)), within(1e-15));
        }
    }

    @Test
    void aTieIsNegativeAsInSpark() {
        WordListModel model = WordListModel.of(List.of("good"), new double[] {1, 0, 0, 0, 0}, 0);
        try (Classifier classifier = model.classifier()) {
            assertThat(classifier.classify("nothing listed").top()).contains(new ScoredLabel("negative", 0.5));
            assertThat(classifier.classify("!!! \u2728"))
                    .isEqualTo(new Rejected(classifier.model(), Reason.UNREADABLE));
        }
    }

    @Test
    void aScoreThatIsNotANumberIsAFaultOfTheModel() {
        WordListModel model = WordListModel.of(List.of("good"), new double[] {Double.MAX_VALUE, 0, 0, 0, 0}, 0);
        try (Classifier classifier = model.classifier()) {
            Classification answer = classifier.classify("good good");
            assertThat(answer).isEqualTo(new Rejected(classifier.model(), Reason.MODEL_FAULT));
        }
    }

    @Test
    void itWritesTheBytesThatItRead() throws IOException {
        Path model = directory.resolve("model.json");
        Path words = directory.resolve("words.csv");
        WordListModel.load(MODEL, WORDS).save(model, words);
        assertThat(model).hasSameBinaryContentAs(MODEL);
        assertThat(words).hasSameBinaryContentAs(WORDS);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("model.json", "words.csv");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-2.5, -2.5",
        "100, 100.0",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "-1.25e-5, -1.25e-05",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "123456789012345678, 1.2345678901234568e+17",
        "1e-300, 1e-300",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "2e-3, 0.002",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
    })
    void numbersAreWrittenAsPythonDoes(double number, String text) {
        assertThat(WordListJson.python(number)).isEqualTo(text);
    }

    @Test
    void everyNumberIsReadAsItWasWritten() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(number)) {
                assertThat(Double.parseDouble(WordListJson.python(number))).isEqualTo(number);
            }
        }
    }

    @Test
    void aListWithOtherLineBreaksIsTheSameList() throws IOException {
        Path words = directory.resolve("words.csv");
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
            Files.writeString(words, '\uFEFF' + Files.readString(WORDS).replace("\n", "\r\n"), charset);
            assertThat(WordListModel.load(MODEL, words).model())
                    .isEqualTo(WordListModel.load(MODEL, WORDS).model());
        }
    }

    @Test
    void aListThatEndsInALineBreakHasTheEmptyWordLast() throws IOException {
        Path model = directory.resolve("model.json");
        Path words = directory.resolve("words.csv");
        Files.writeString(model, "{\"weights\": [1, 2, 3, 4, 5, 6], \"intercept\": 0}");
        Files.writeString(words, "good\n");
        WordListModel loaded = WordListModel.load(model, words);
        assertThat(loaded.words()).containsExactly("good", "");
        assertThat(loaded.frequencies("  good, @ann!")).isEqualTo(Map.of(0, 1, 2, 1));
    }

    @Test
    void anotherListIsAnotherModel() {
        double[] weights = {1, 0, 0, 0, 0};
        assertThat(WordListModel.of(List.of("good"), weights, 0).sha256())
                .isNotEqualTo(WordListModel.of(List.of("bad"), weights, 0).sha256());
    }

    @Test
    void whiteSpaceAndTheOrderOfTheFieldsDoNotMatter() throws IOException {
        assertThat(loaded("\n{ \"intercept\" :-3,\r\n\"weights\":[1 ,2,3.0,4e0,5]}\n")
                        .model())
                .isEqualTo(loaded("{\"weights\": [1, 2, 3, 4, 5], \"intercept\": -3.0}")
                        .model());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"weights\": [1, 2, 3, 4], \"intercept\": 0} | it has 4 weights, not 5 for 1 words and 4 placeholders",
                "{\"weights\": [1, 2, 3, 4, 5]} | it lacks 'intercept'",
                "{\"intercept\": 0} | it lacks 'weights'",
                "{\"weights\": [1, 2, NaN, 4, 5], \"intercept\": 0} | it is not JSON: Non-standard token 'NaN'",
                "{\"weights\": [1, 2, 1e999, 4, 5], \"intercept\": 0} | a weight is Infinity",
                "{\"weights\": [1, 2, \"3\", 4, 5], \"intercept\": 0} | a weight is not a number",
                "{\"weights\": [1, 2, 3, 4, 5], \"intercept\": -1e999} | the intercept is -Infinity",
                "{\"weights\": [1, 2, 3, 4, 5], \"intercept\": null} | 'intercept' is not a number",
                "{\"weights\": 5, \"intercept\": 0} | 'weights' is not an array",
                "{\"weights\": [1, 2, 3, 4, 5], \"intercept\": 0, \"threshold\": 1} | it has 'threshold', which is not known",
                "{\"weights\": [1, 2, 3, 4, 5], \"intercept\": 0, \"intercept\": 0} | Duplicate field 'intercept'",
                "{\"weights\": [1, 2, 3, 4, 5], \"intercept\": 0}{} | something follows the model",
                "{\"weights\": [1, 2, | it is not JSON: Unexpected end-of-input",
                "[] | it is not a JSON object",
                "'' | it is not a JSON object",
                "<html> | it is not JSON",
            })
    void aFileThatIsNoneIsRefusedWithTheReason(String json, String reason) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> loaded(json))
                .withMessageStartingWith("The model '" + directory.resolve("model.json") + "' with the words '")
                .withMessageContaining("' is refused: ")
                .withMessageContaining(reason);
    }

    @Test
    void wordsThatAreNoListAreRefused() throws IOException {
        double[] weights = new double[6];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WordListModel.of(List.of("good", "good"), weights, 0))
                .withMessage("the word 'good' is listed twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WordListModel.of(List.of("good", "linkplaceholder"), weights, 0))
                .withMessage("the placeholder 'linkplaceholder' is listed as a word");
        Path words = directory.resolve("words.csv");
        Files.write(words, new byte[] {'a', (byte) 0xff});
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> WordListModel.load(MODEL, words))
                .withMessageContaining("the words are not UTF-8");
        Path missing = directory.resolve("missing.csv");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> WordListModel.load(MODEL, missing))
                .withMessageContaining(missing.toString());
    }

    private WordListModel loaded(String json) throws IOException {
        Path model = directory.resolve("model.json");
        Path words = directory.resolve("words.csv");
        Files.writeString(model, json);
        Files.writeString(words, "good");
        return WordListModel.load(model, words);
    }

    private static List<Golden> golden() throws IOException {
        List<Golden> golden = new ArrayList<>();
        for (String line : Files.readAllLines(MODEL.resolveSibling("golden.jsonl"), StandardCharsets.UTF_8)) {
            try (JsonParser json = new JsonFactory().createParser(line)) {
                json.nextToken();
                String text = json.nextTextValue();
                SortedMap<Integer, Integer> frequencies = new TreeMap<>();
                json.nextToken();
                while (json.nextToken() == JsonToken.START_ARRAY) {
                    frequencies.put(json.nextIntValue(-1), json.nextIntValue(-1));
                    json.nextToken();
                }
                json.nextToken();
                golden.add(new Golden(text, frequencies, json.getDoubleValue(), json.nextIntValue(-1) == 1));
            }
        }
        return golden;
    }

    /** What Python answered. */
    private record Golden(String text, SortedMap<Integer, Integer> frequencies, double probability, boolean positive) {}
}
