/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares the README with the code. */
class OnnxReadmeTest {
    @Test
    void itsExampleCompiles() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/nightjar/classifier/onnx/OnnxReadmeTest.java"));
        String example =
                source.substring(source.lastIndexOf("// example\n") + 11, source.lastIndexOf("        // end"));
        assertThat(readme()).contains(example.stripTrailing().stripIndent());
    }

    void example() {
        // example
        try (Classifier emotion = OnnxModels.emotion().open()) {
            for (Classification answer : emotion.classifyAll(List.of("What a morning!", "", "Not again..."))) {
                if (answer instanceof Classification.Scored scored) {
                    System.out.println(scored.best());
                } else if (answer instanceof Classification.Rejected rejected) {
                    System.out.println("no answer: " + rejected.reason());
                }
            }
        }
        OnnxClassifierConfig irony =
                OnnxClassifierConfig.builder(Path.of("models/irony")).build();
        // end
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }
}
