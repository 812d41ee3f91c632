/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import dev.nightjar.testkit.ClassifierContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingLrClassifierTest implements ClassifierContract {
    private static final WordVectors.Factory VECTORS = new WordVectors.Factory("word-vectors", 32);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void train() {
        try (Embedder vectors = VECTORS.open()) {
            EmbeddingLrTrainer.builder("small")
                    .build()
                    .train(vectors, SmallTexts.training(), SmallTexts.validation())
                    .save(directory.resolve("model.json"));
        }
    }

    @AfterAll
    static void everyEmbedderWasClosed() {
        assertThat(WordVectors.Factory.OPEN).hasValue(0);
    }

    @Override
    public ClassifierFactory factory() {
        return builder().build();
    }

    /** The embedder does not say what it left out. */
    @Override
    public boolean truncates() {
        return false;
    }

    @Test
    void closingTheClassifierClosesItsEmbedderOnce() {
        int before = WordVectors.Factory.OPEN.get();
        Classifier classifier = factory().open();
        assertThat(WordVectors.Factory.OPEN).hasValue(before + 1);
        classifier.close();
        classifier.close();
        assertThat(WordVectors.Factory.OPEN).hasValue(before);
    }

    @Test
    void aVectorThatIsNoneIsRejectedAlone() {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classifyAll(List.of("I loved it", "\u2728 12", WordVectors.POISON, "I loved it")))
                    .satisfiesExactly(
                            answer -> assertThat(answer).isInstanceOf(Scored.class),
                            answer -> assertThat(answer).isEqualTo(new Rejected(classifier.model(), Reason.UNREADABLE)),
                            answer ->
                                    assertThat(answer).isEqualTo(new Rejected(classifier.model(), Reason.MODEL_FAULT)),
                            answer -> assertThat(answer).isEqualTo(classifier.classify("I loved it")));
        }
    }

    @Test
    void anUncertainAnswerIsRejectedIfAskedFor() {
        String text = "nobody knows";
        double best;
        try (Classifier classifier = factory().open()) {
            best = classifier.classify(text).top().orElseThrow().score();
        }
        try (Classifier classifier = builder().abstainBelow(best + 1e-9).build().open()) {
            assertThat(classifier.classify(text)).isEqualTo(new Rejected(classifier.model(), Reason.UNCERTAIN));
        }
        try (Classifier classifier = builder().abstainBelow(best - 1e-9).build().open()) {
            assertThat(classifier.classify(text).top()).isPresent();
        }
    }

    @Test
    void anotherEmbedderIsRefusedAndClosed() {
        int before = WordVectors.Factory.OPEN.get();
        EmbeddingLrClassifierConfig other = EmbeddingLrClassifierConfig.builder(
                        directory.resolve("model.json"), new WordVectors.Factory("other-vectors", 32))
                .build();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(other::open)
                .withMessageContaining(" was trained with the embedder 'word-vectors@")
                .withMessageContaining("of 32 dimensions, not with 'other-vectors@");
        assertThat(WordVectors.Factory.OPEN).hasValue(before);
    }

    @Test
    void aModelIsPinnedByItsDigest() {
        String digest = EmbeddingLrModel.load(directory.resolve("model.json")).sha256();
        builder().sha256(digest).build().open().close();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> builder().sha256("0a".repeat(32)).build().open())
                .withMessage("The model '" + directory.resolve("model.json") + "' has the SHA-256 " + digest + ", not "
                        + "0a".repeat(32) + " as configured");
    }

    private static EmbeddingLrClassifierConfig.Builder builder() {
        return EmbeddingLrClassifierConfig.builder(directory.resolve("model.json"), VECTORS);
    }
}
