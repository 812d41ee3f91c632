/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LrModelTest implements LinearModelContract<LrModel, NgramForm> {
    private static final LrModel MODEL = SmallTexts.model();

    @Override
    public LrModel model() {
        return MODEL;
    }

    @Override
    public NgramForm form() {
        return new NgramForm();
    }

    @Override
    public LrModel of(LinearLayer layer, NgramForm form) {
        return LrModel.of(layer, form);
    }

    @Override
    public LrModel load(Path file) {
        return LrModel.load(file);
    }

    @Override
    public LrModel read(byte[] json, String origin) {
        return LrModel.read(json, origin);
    }

    @Override
    public LrClassifier classifier(LrModel model) {
        return model.classifier();
    }

    /** The digest was made by another program, from the description in the README. */
    @Test
    void aFileIsWrittenAsDescribed() {
        LrModel model = LrModel.of(
                "small",
                List.of("no", "yes"),
                LrFeatures.of(6, 42, new int[] {3, 5}, new float[] {1, 2.5f}),
                new double[] {0.25, -1},
                new float[] {1, -2, 0.5f, 3},
                Map.of("training.texts", 3.0, "training.seconds", 0.5));
        assertThat(new String(model.json(), StandardCharsets.UTF_8)).isEqualTo("""
                {
                  "format" : "nightjar-lr",
                  "version" : 1,
                  "name" : "small",
                  "labels" : [ "no", "yes" ],
                  "ngrams" : {
                    "normalizer" : "tweet-ngrams-v1",
                    "words" : 2,
                    "characters" : 5,
                    "hash" : "murmur3-32",
                    "seed" : 42,
                    "bits" : 6,
                    "weighting" : "sublinear-tf-idf-l2"
                  },
                  "metrics" : {
                    "training.seconds" : 0.5,
                    "training.texts" : 3.0
                  },
                  "temperature" : 1.0,
                  "intercepts" : [ 0.25, -1.0 ],
                  "sha256" : "09683eac2661f31f20d0b4f9ef01900931d5e82381d3508f9109709c4ea38ace",
                  "features" : "AwAAAAUAAAA=",
                  "idf" : "AACAPwAAIEA=",
                  "weights" : "AACAPwAAAMAAAAA/AABAQA=="
                }""");
    }

    /** Its digest has the version in it, so that the file cannot be read as one of plain words. */
    @Test
    void aFileOfAModelThatReadsNegationsSaysSo() {
        LrFeatures features = LrFeatures.checked(TextFeatures.NEGATING, 6, 42, new int[] {3, 5}, new float[] {1, 2.5f});
        LrModel model = LrModel.of(
                "small",
                List.of("no", "yes"),
                features,
                new double[] {0.25, -1},
                new float[] {1, -2, 0.5f, 3},
                Map.of());
        String json = new String(model.json(), StandardCharsets.UTF_8);
        assertThat(json)
                .contains(
                        "\"tweet-ngrams-v2\"",
                        "\"sha256\" : \"935a534909292061a39073e856b17a6c1c0b8d0b4c23d411a2852ca7f754b4ea\"");
        LrModel read = LrModel.read(model.json(), "'negating.json'");
        assertThat(read.features()).isEqualTo(features);
        assertThat(read.json()).isEqualTo(model.json());
        TextFeatures reader = read.features().reader();
        reader.read("not good");
        assertThat(reader.ngrams()).extracting(TextFeatures.Ngram::text).contains("\u00acgood");
        byte[] plain = json.replace("ngrams-v2", "ngrams-v1").getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.read(plain, "'plain.json'"))
                .withMessageContaining("it is damaged");
    }

    @Test
    void aTrainerReadsNegationsIfAskedTo() {
        List<LabelledText> texts = SmallTexts.training();
        assertThat(LrTrainer.builder("plain").build().train(texts).features().version())
                .isEqualTo(TextFeatures.PLAIN);
        assertThat(LrTrainer.builder("negating")
                        .negations(true)
                        .build()
                        .train(texts)
                        .features()
                        .version())
                .isEqualTo(TextFeatures.NEGATING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tweet-ngrams-v1 | tweet-ngrams-v9 | its normalizer is 'tweet-ngrams-v9'",
                "\"characters\" : 5 | \"characters\" : 6 | its characters is 6; this version reads 5",
                "\"hash\" : | \"salt\" : 1, \"hash\" : | 'ngrams' has 'salt', which this version does not know",
                "\"normalizer\" : \"tweet-ngrams-v1\", | '' | 'ngrams' lacks 'normalizer'",
                "\"words\" : 2, | '' | 'ngrams' lacks 'words'",
                "\"characters\" : 5, | '' | 'ngrams' lacks 'characters'",
                "\"hash\" : \"murmur3-32\", | '' | 'ngrams' lacks 'hash'",
                "\"seed\" : 42, | '' | 'ngrams' lacks 'seed'",
                "\"bits\" : 16, | '' | 'ngrams' lacks 'bits'",
                "\"seed\" : 42 | \"seed\" : 43 | it is damaged: the SHA-256 of its content is",
                "\"bits\" : 16 | \"bits\" : 17 | it is damaged",
                "\"bits\" : 16 | \"bits\" : 40000000000 | 'bits' is not a whole number of 32 bits",
                "\"idf\" : | \"x\" : | it lacks idf",
            })
    void aFileWithOtherNgramsIsRefused(String original, String change, String reason) {
        assertChangedIsRefused(original, change, reason);
    }

    @Test
    void aFileWhoseDigestFitsIsRefusedForItsNgrams() {
        int features = MODEL.featureCount();
        assertForgedIsRefused("idf", bytes -> bytes.putFloat(8, -1), "an inverse frequency is -1.0");
        assertForgedIsRefused(
                "idf",
                bytes -> bytes.limit(bytes.limit() - 4),
                "it has " + (features - 1) + " frequencies for " + features + " features");
        assertForgedIsRefused(
                "features",
                bytes -> bytes.putInt(bytes.limit() - 4, 1 << 16),
                "the feature 65536 repeats, goes back or is beyond 2^16");
    }

    @Test
    void ngramsThatSayTooLittleAreRefused() {
        byte[] json = "{\"ngrams\": {\"seed\": 1}}".getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrModel.read(json, "'short.json'"))
                .withMessageEndingWith(
                        "'ngrams' lacks 'normalizer', 'words', 'characters', 'hash', 'bits', 'weighting'");
    }

    @Test
    void ngramsThatMakeNoModelAreRefused() {
        assertRefused((layer, form) -> form.idf[0] = 0, "an inverse frequency is 0.0");
        assertRefused((layer, form) -> form.idf = new float[1], "it has 1 frequencies for ");
        assertRefused((layer, form) -> form.buckets[1] = form.buckets[0], "repeats, goes back or is beyond 2^16");
        assertRefused((layer, form) -> form.buckets[0] = -1, "the feature -1 repeats");
        assertRefused((layer, form) -> form.buckets[form.buckets.length - 1] = 1 << 16, "the feature 65536 repeats");
        assertRefused((layer, form) -> form.bits = 3, "3 bits of hash are not 6 to 24");
    }
}
