/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LrClassifierConfigTest implements FactoryContract<LrClassifierConfig> {
    @TempDir
    private Path directory;

    @Override
    public LrClassifierConfig fromMap(Map<String, String> options) {
        return LrClassifierConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of(
                "model", List.of("models/mine.json", "bundled:sentiment-lr"),
                "sha256", List.of("0a".repeat(32), "0b".repeat(32)));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(LrClassifierConfig.OPTIONS);
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(LrClassifierConfig.builder(Path.of("models/mine.json")));
    }

    @Test
    void aBundledModelHasAName() {
        assertThat(LrClassifierConfig.fromMap(Map.of("model", "bundled:sentiment-lr")))
                .isEqualTo(LrModels.sentiment());
    }

    @Test
    void aModelThatIsNotBundledIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrClassifierConfig.fromMap(Map.of("model", "bundled:weather")))
                .withMessageContaining("The bundled models are sentiment-lr");
    }

    @Test
    void aBundledModelThatIsNotOnTheClassPathIsNamedByItsArtifact() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrClassifierConfig.bundled("absent").open())
                .withMessage("The model 'absent' is not on the class path; add"
                        + " dev.nightjar:nightjar-model-absent:<version>");
    }

    /** As the executors of Spark have what {@code --jars} adds. */
    @Test
    void aBundledModelIsFoundWhereAnApplicationAddsIt() throws IOException {
        Path jar = directory.resolve("absent.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(LrModels.resource("absent")));
            zip.write(SmallTexts.model().json());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader child = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(child);
            try (LrClassifier classifier = LrClassifierConfig.bundled("absent").open()) {
                assertThat(classifier.model()).isEqualTo(SmallTexts.model().model());
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aModelIsPinnedByItsDigest() {
        Path file = directory.resolve("model.json");
        LrModel model = SmallTexts.model();
        model.save(file);
        LrClassifierConfig.Builder builder = LrClassifierConfig.builder(file);

        try (LrClassifier classifier = builder.sha256(model.sha256()).build().open()) {
            assertThat(classifier.model()).isEqualTo(model.model());
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> builder.sha256("0a".repeat(32)).build().open())
                .withMessage("The model '" + file + "' has the SHA-256 " + model.sha256() + ", not " + "0a".repeat(32)
                        + " as configured");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> builder.sha256("0A".repeat(32)).build())
                .withMessage("The option 'sha256' is not 64 lower-case hexadecimal digits");
    }

    @Test
    void anUncertainAnswerIsRejectedIfAskedFor() {
        Path file = directory.resolve("model.json");
        SmallTexts.trainer().cost(0.5).build().train(SmallTexts.training()).save(file);
        LrClassifierConfig.Builder builder = LrClassifierConfig.builder(file);
        String text = "wonderful, but awful too";
        double best;
        try (LrClassifier classifier = builder.build().open()) {
            best = classifier.classify(text).top().orElseThrow().score();
            assertThat(best).isBetween(0.35, 0.7);
        }
        try (LrClassifier classifier = builder.abstainBelow(best + 1e-9).build().open()) {
            assertThat(classifier.classify(text)).isEqualTo(new Rejected(classifier.model(), Reason.UNCERTAIN));
            assertThat(classifier.classify("I loved it, so happy").top()).isPresent();
            assertThat(classifier.explain(text, 3)).isEmpty();
            assertThat(classifier.explain(text, "positive", 3)).hasSize(3);
        }
        try (LrClassifier classifier = builder.abstainBelow(best - 1e-9).build().open()) {
            assertThat(classifier.classify(text).top()).isPresent();
        }
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> builder.abstainBelow(wrong).build())
                    .withMessage("The option 'abstain-below' is " + wrong + ", not from 0.0 to 1.0");
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = directory.resolve("missing.json");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LrClassifierConfig.builder(missing).build().open())
                .withMessageContaining(missing.toString());
    }
}
