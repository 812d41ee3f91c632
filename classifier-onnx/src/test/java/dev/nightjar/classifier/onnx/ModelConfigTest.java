/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import dev.nightjar.ProblemType;
import dev.nightjar.classifier.onnx.ModelConfig.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
    private static final String LABELS = "'id2label': {'0': 'sad', '1': 'glad'}";

    @Test
    void labelsAreInTheOrderOfTheirNumbers() throws IOException {
        String labels = "'id2label': {'10': 'k', '0': 'a', '2': 'c', '1': 'b', '3': 'd', '4': 'e', '5': 'f', '6': 'g',"
                + " '7': 'h', '8': 'i', '9': 'j'}";
        assertThat(labels(labels)).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'problem_type': 'single_label_classification' | SINGLE_LABEL",
                "'problem_type': 'multi_label_classification' | MULTI_LABEL",
                "'problem_type': null | SINGLE_LABEL",
                "'architectures': ['BertForSequenceClassification'] | SINGLE_LABEL",
            })
    void theProblemTypeIsThatOfTheFile(String setting, ProblemType expected) throws IOException {
        Head head = parse(LABELS + "," + setting).heads().get(0);
        assertThat(head.labels()).containsExactly("sad", "glad");
        assertThat(head.problemType().orElse(ProblemType.SINGLE_LABEL)).isEqualTo(expected);
    }

    /** As Python reads them. */
    @Test
    void labelsMayBeNumbersAndNumbersNone() throws IOException {
        ModelConfig config = parse("'id2label': {'0': 1, '1': 2.5, '2': 'three'}, 'layer_norm_eps': NaN, 'scale':"
                + " [Infinity, -Infinity], 'max_position_embeddings': 1000000000000000019884624838656");
        assertThat(config.heads().get(0).labels()).containsExactly("1", "2.5", "three");
        assertThat(config.positions()).isEmpty();
    }

    @Test
    void whatMarksTheInputIsKnownByItsId() throws IOException {
        assertThat(parse("'pad_token_id': 0, 'bos_token_id': 5, 'eos_token_id': [6, 7], 'sep_token_id': null")
                        .markIds())
                .containsExactlyInAnyOrder(0L, 5L, 6L, 7L);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'model_type': 'bert', 'max_position_embeddings': 512 | 512 | 0",
                "'model_type': 'roberta', 'max_position_embeddings': 514, 'pad_token_id': 1 | 512 | 1",
                "'max_position_embeddings': 514, 'model_type': 'xlm-roberta' | 512 | 1",
                "'model_type': 'distilbert', 'max_position_embeddings': 512, 'pad_token_id': 3 | 512 | 3",
            })
    void positionsOfTheRobertaFamilyBeginAfterThePadding(String settings, int positions, long padId)
            throws IOException {
        ModelConfig config = parse(LABELS + "," + settings);
        assertThat(config.positions()).hasValue(positions);
        assertThat(config.padId()).isEqualTo(padId);
    }

    @Test
    void positionsMayBeUnlimited() throws IOException {
        assertThat(parse(LABELS + ",'max_position_embeddings': -1").positions()).isEmpty();
        assertThat(parse(LABELS).positions()).isEmpty();
    }

    @Test
    void theNormalizerIsNoneUnlessNamed() throws IOException {
        assertThat(parse(LABELS).normalizer()).isEqualTo(TextNormalizer.NONE);
        assertThat(parse(LABELS + ",'nightjar': {'normalizer': 'tweet-v1'}").normalizer())
                .isEqualTo(TextNormalizer.TWEET_V1);
    }

    @Test
    void theTemperatureIsOneUnlessGiven() throws IOException {
        assertThat(parse(LABELS).heads().get(0).temperature()).isEqualTo(1);
        assertThat(parse(LABELS + ",'nightjar': {'temperature': 1.75}")
                        .heads()
                        .get(0)
                        .temperature())
                .isEqualTo(1.75);
    }

    @Test
    void headsStandForThemselves() throws IOException {
        ModelConfig config = parse(LABELS + ",'nightjar': {'heads': {"
                + "'mood': {'output': 'mood_logits', 'labels': ['sad', 'glad'], 'temperature': 2},"
                + "'topics': {'output': 'topic_logits', 'id2label': {'1': 'b', '0': 'a'},"
                + " 'problem_type': 'multi_label_classification'}}}");
        assertThat(config.heads())
                .containsExactly(
                        new Head("mood", "mood_logits", List.of("sad", "glad"), Optional.empty(), 2),
                        new Head("topics", "topic_logits", List.of("a", "b"), Optional.of(ProblemType.MULTI_LABEL), 1));
        assertThat(config.indexOf(Optional.of("topics"))).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.indexOf(Optional.empty()))
                .withMessage("has the heads mood, topics; choose one with 'head'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.indexOf(Optional.of("modo")))
                .withMessage("has no head 'modo', it has mood, topics");
        ModelConfig plain = parse(LABELS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain.indexOf(Optional.of("mood")))
                .withMessageContaining("has no nightjar.heads");
    }

    @Test
    void aModelOfVectorsNeedsNoLabels() throws IOException {
        ModelConfig config = parse("'model_type': 'bert', 'nightjar': {'pooling': 'cls', 'parity_tolerance': 0.5}");
        assertThat(config.namesLabels()).isFalse();
        assertThat(config.pooling()).contains(Pooling.CLS);
        assertThat(config.parityTolerance()).hasValue(0.5);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'id2label': {'0': 'a', '2': 'c'} | has an id2label with gaps: [0, 2]",
                "'id2label': {'zero': 'a'} | has the label number 'zero'",
                "'id2label': {'0': null} | has a label that is neither a text nor a number",
                "'id2label': ['a'] | has an id2label that is not an object",
                "'id2label': {'0': 'a', '1': 'a'} | The label names are not distinct",
                "'id2label': {'0': 'a'}, 'problem_type': 'regression' | has the problem_type 'regression'",
                "'id2label': {'0': 'a'}, 'nightjar': {'normalizer': 'x'} | asks for the normalizer 'x', which is none of none, tweet-v1",
                "'id2label': {'0': 'a'}, 'nightjar': {'threshold': 2} | has 'nightjar.threshold', which this version does not know",
                "'id2label': {'0': 'a'}, 'nightjar': {'temperature': 0} | has a temperature that is not a number above 0: 0",
                "'id2label': {'0': 'a'}, 'nightjar': {'temperature': -1.5} | has a temperature that is not a number above 0",
                "'id2label': {'0': 'a'}, 'nightjar': {'temperature': 1e999} | has a temperature that is not a number above 0",
                "'id2label': {'0': 'a'}, 'nightjar': {'temperature': '2'} | has a temperature that is not a number above 0",
                "'id2label': {'0': 'a'}, 'nightjar': {'parity_tolerance': 0} | has a parity_tolerance that is not a number above 0",
                "'id2label': {'0': 'a'}, 'nightjar': {'pooling': 'max'} | asks for the pooling 'max', which is none of mean, cls",
                "'nightjar': {'heads': {}} | has a 'nightjar.heads' without any",
                "'nightjar': {'heads': {'a b': {}}} | has the head 'a b', whose name",
                "'nightjar': {'heads': {'mood': []}} | has the head 'mood', which is not an object",
                "'nightjar': {'heads': {'mood': {'labels': ['a']}}} | has the head 'mood' without its 'output'",
                "'nightjar': {'heads': {'mood': {'output': 'x'}}} | has the head 'mood' without labels",
                "'nightjar': {'heads': {'mood': {'output': 'x', 'labels': [{}]}}} | has a label that is neither a text nor a number",
                "'nightjar': {'heads': {'mood': {'output': 'x', 'colour': 1}}} | has 'nightjar.heads.mood.colour', which",
                "'nightjar': {'temperature': 2, 'heads': {'mood': {'output': 'x', 'labels': ['a']}}} | beside 'nightjar.heads'",
            })
    void whatIsNoClassifierIsRefused(String settings, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> labels(settings)).withMessageContaining(message);
    }

    @Test
    void whatIsNoObjectIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelConfig.parse("[]".getBytes(StandardCharsets.UTF_8)))
                .withMessage("is not a JSON object");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelConfig.parse("{\"id2label\":{\"0\":\"a\"}} {}".getBytes(StandardCharsets.UTF_8)))
                .withMessage("has something after its JSON object");
        assertThatThrownBy(() -> parse("'id2label': {'0': 'a'}, 'id2label': {'0': 'b'}"))
                .isInstanceOf(JsonParseException.class)
                .hasMessageContaining("Duplicate field 'id2label'");
    }

    private static List<String> labels(String settings) throws IOException {
        ModelConfig config = parse(settings);
        return config.heads().get(config.indexOf(Optional.empty())).labels();
    }

    private static ModelConfig parse(String settings) throws IOException {
        return ModelConfig.parse(('{' + settings.replace('\'', '"') + '}').getBytes(StandardCharsets.UTF_8));
    }
}
