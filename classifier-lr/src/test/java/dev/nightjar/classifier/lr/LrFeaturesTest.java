/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification.Scored;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LrFeaturesTest {
    private static final LrModel MODEL = SmallTexts.model();

    @Test
    void aVectorTimesTheWeightsIsWhatTheClassifierAnswers() {
        // Scores that are all but 0 and 1 would show little.
        LrModel model = LrModel.of(MODEL.layer.withTemperature(2), MODEL.form);
        try (LrClassifier classifier = model.classifier()) {
            for (LabelledText text : SmallTexts.validation()) {
                LrFeatures.Vector vector = model.features().vector(text.text() + " wonderful awful wonderful");
                double[] scores = new double[3];
                for (int label = 0; label < scores.length; label++) {
                    double logit = model.intercept(label);
                    for (int i = 0; i < vector.indices().length; i++) {
                        logit += vector.values()[i] * model.weight(vector.indices()[i], label);
                    }
                    scores[label] = Math.exp(logit / model.temperature());
                }
                Scored scored = (Scored) classifier.classify(text.text() + " wonderful awful wonderful");
                for (int label = 0; label < scores.length; label++) {
                    assertThat(scored.score(SmallTexts.LABELS.get(label)).orElseThrow())
                            .isCloseTo(scores[label] / Arrays.stream(scores).sum(), within(1e-6));
                }
            }
        }
    }

    @Test
    void aVectorIsSortedAndOfLengthOne() {
        LrFeatures.Vector vector = LrFeatures.all(10, 42).vector("So many, many words: and many buckets are the same");
        assertThat(vector.indices()).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(50);
        assertThat(vector.values()).hasSameSizeAs(vector.indices());
        assertThat(Arrays.stream(vector.values()).map(value -> value * value).sum())
                .isCloseTo(1, within(1e-12));
        assertThat(LrFeatures.all(10, 42).vector(" ").indices()).isEmpty();
    }

    @Test
    void theyAreAValue() {
        int[] buckets = {3, 5, 8};
        float[] idf = {1, 2, 3};
        LrFeatures features = LrFeatures.of(6, 42, buckets, idf);
        buckets[0] = 4;
        idf[0] = 4;
        assertThat(features.bucket(0)).isEqualTo(3);
        assertThat(features.idf(0)).isEqualTo(1);
        assertThat(features)
                .isEqualTo(LrFeatures.of(6, 42, new int[] {3, 5, 8}, new float[] {1, 2, 3}))
                .hasSameHashCodeAs(LrFeatures.of(6, 42, new int[] {3, 5, 8}, new float[] {1, 2, 3}))
                .isNotEqualTo(LrFeatures.of(6, 42, buckets, new float[] {1, 2, 3}))
                .isNotEqualTo(LrFeatures.of(6, 42, new int[] {3, 5, 8}, idf))
                .isNotEqualTo(LrFeatures.of(6, 43, new int[] {3, 5, 8}, new float[] {1, 2, 3}))
                .isNotEqualTo(LrFeatures.of(7, 42, new int[] {3, 5, 8}, new float[] {1, 2, 3}))
                .hasToString("LrFeatures[bits=6, seed=42, size=3]");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertRefused(5, new int[] {1}, new float[] {1}, "5 bits of hash are not 6 to 24");
        assertRefused(25, new int[] {1}, new float[] {1}, "25 bits of hash are not 6 to 24");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LrFeatures.all(25, 42))
                .withMessage("25 bits of hash are not 6 to 24");
        assertRefused(6, new int[] {1, 2}, new float[] {1}, "it has 1 frequencies for 2 features");
        assertRefused(6, new int[] {2, 2}, new float[] {1, 1}, "the feature 2 repeats, goes back or is beyond 2^6");
        assertRefused(6, new int[] {64}, new float[] {1}, "the feature 64 repeats, goes back or is beyond 2^6");
        assertRefused(6, new int[] {1}, new float[] {Float.NaN}, "an inverse frequency is NaN");
    }

    private static void assertRefused(int bits, int[] buckets, float[] idf, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LrFeatures.of(bits, 42, buckets, idf))
                .withMessage(reason);
    }
}
