/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import dev.nightjar.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids and scores must equal those of the Python originals, in {@code parity.jsonl} next to the models. */
class OnnxParityTest {
    private static final int POSITIONS = 64;

    @ParameterizedTest
    @CsvSource({"bert", "distilbert-multi-label-fp16", "distilroberta", "xlm-roberta"})
    void idsAreThoseOfThePythonTokenizer(String model) throws IOException {
        TokenizerFile file =
                Fixtures.tokenizer(Files.readAllBytes(Fixtures.directory(model).resolve("tokenizer.json")));
        try (TextEncoder encoder = TextEncoder.open(file, TextNormalizer.NONE, POSITIONS)) {
            for (Reference reference : references(model)) {
                assertThat(encoder.encode(reference.text).ids())
                        .as(reference.text)
                        .containsExactly(
                                reference.ids.stream().mapToLong(i -> i).toArray());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert, 1e-5",
        "distilbert-multi-label-fp16, 1e-3",
        "distilroberta, 1e-5",
        "xlm-roberta, 1e-5",
    })
    void scoresAreThoseOfThePythonModel(String model, double tolerance) throws IOException {
        List<Reference> references = references(model);
        List<String> texts = references.stream().map(Reference::text).toList();
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory(model))
                .maxTokens(1000)
                .build();
        try (OnnxClassifier classifier = config.open()) {
            List<Classification> answers = classifier.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                Scored answer = (Scored) answers.get(i);
                double[] expected =
                        scores(references.get(i).logits, classifier.labels().problemType());
                for (int label = 0; label < expected.length; label++) {
                    String name = classifier.labels().names().get(label);
                    assertThat(answer.score(name).orElseThrow())
                            .as("%s of '%s'", name, texts.get(i))
                            .isCloseTo(expected[label], within(tolerance));
                }
                assertThat(answer.truncated()).isEqualTo(references.get(i).ids.size() == POSITIONS);
            }
        }
    }

    /** Its weights, its sums and its answers have 16 bits. */
    @Test
    void aModelConvertedToHalfPrecisionAnswersAsItDidBefore() throws IOException {
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory("bert-fp16"))
                .maxTokens(POSITIONS)
                .build();
        try (OnnxClassifier classifier = config.open()) {
            for (Reference reference : references("bert")) {
                Scored answer = (Scored) classifier.classify(reference.text);
                double[] expected = scores(reference.logits, ProblemType.SINGLE_LABEL);
                int best = 0;
                for (int label = 0; label < expected.length; label++) {
                    best = expected[label] > expected[best] ? label : best;
                    String name = classifier.labels().names().get(label);
                    assertThat(answer.score(name).orElseThrow())
                            .as("%s of '%s'", name, reference.text)
                            .isCloseTo(expected[label], within(Processor.here().halfSums() ? 5e-2 : 5e-3));
                }
                assertThat(answer.best().label())
                        .isEqualTo(classifier.labels().names().get(best));
            }
        }
    }

    private static double[] scores(List<Double> logits, ProblemType problemType) {
        if (problemType == ProblemType.MULTI_LABEL) {
            return logits.stream().mapToDouble(x -> 1 / (1 + Math.exp(-x))).toArray();
        }
        double sum = logits.stream().mapToDouble(Math::exp).sum();
        return logits.stream().mapToDouble(x -> Math.exp(x) / sum).toArray();
    }

    static List<Reference> references(String model) throws IOException {
        Path file = Fixtures.directory(model).resolve("parity.jsonl");
        List<Reference> references = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String text = "";
                List<Long> ids = new ArrayList<>();
                List<Double> logits = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    if (key.equals("text")) {
                        text = parser.getText();
                    } else {
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            if (key.equals("ids")) {
                                ids.add(parser.getLongValue());
                            } else {
                                logits.add(parser.getDoubleValue());
                            }
                        }
                    }
                }
                references.add(new Reference(text, ids, logits));
            }
        }
        assertThat(references).hasSizeGreaterThan(10);
        return references;
    }

    record Reference(String text, List<Long> ids, List<Double> logits) {}
}
