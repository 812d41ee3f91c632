/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import dev.nightjar.Classifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

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
        URL[] classPath = Stream.of(Score.class, LrModels.class, Classifier.class, JsonFactory.class, Logger.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
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
}
