/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classifier;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScoringClassPathTest {
    /** Opens the bundled model and gives the label of a text. */
    public static final class Score implements Callable<String> {
        @Override
        public String call() {
            try (Classifier classifier = LrModels.sentiment().open()) {
                return classifier
                        .classify("What a wonderful day")
                        .top()
                        .orElseThrow()
                        .label();
            }
        }
    }

    @Test
    void scoringNeedsNeitherSparkNorTheSolver() throws Exception {
        URL[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> List.of("classes", "jackson-core", "slf4j-api", "jspecify").stream()
                        .anyMatch(Path.of(entry).getFileName().toString()::contains))
                .map(ScoringClassPathTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader alone = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            for (String absent : List.of("org.apache.spark.SparkContext", "de.bwaldvogel.liblinear.Linear")) {
                assertThat(alone.getResource(absent.replace('.', '/') + ".class"))
                        .isNull();
            }
            Class<?> score = alone.loadClass(Score.class.getName());
            Object label = ((Callable<?>) score.getDeclaredConstructor().newInstance()).call();
            assertThat(label).isEqualTo("positive");
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
