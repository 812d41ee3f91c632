/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Tweet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who takes core and this adapter has no Spark, Scala, Kafka or Micrometer, and needs none. */
class SparkFreeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.spark.sql.Dataset",
                "org.apache.spark.api.java.function.VoidFunction2",
                "scala.Predef",
                "org.apache.kafka.clients.producer.Producer",
                "org.apache.kafka.common.serialization.Serde",
                "io.micrometer.core.instrument.binder.MeterBinder"
            })
    void theClassPathHasNoEngine(String name) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(name));
    }

    @Test
    void everyClassOfTheCoreAndItsJsonWorksWithoutOne() throws Exception {
        List<String> names = new ArrayList<>(classes("dev/nightjar"));
        names.addAll(classes("dev/nightjar/json"));
        names.addAll(classes("dev/nightjar/delivery"));
        assertThat(names)
                .hasSizeGreaterThan(40)
                .contains("dev.nightjar.Tweet", "dev.nightjar.Classification$Scored", "dev.nightjar.json.TweetJson");
        for (String name : names) {
            Class<?> loaded = Class.forName(name, true, Tweet.class.getClassLoader());
            // To list members is to load every type that their signatures name.
            assertThat(loaded.getDeclaredMethods()).isNotNull();
            assertThat(loaded.getDeclaredConstructors()).isNotNull();
            assertThat(loaded.getDeclaredFields()).isNotNull();
        }
    }

    /** The names of the classes in a folder of core, without those of the folders beneath it. */
    private static List<String> classes(String folder) throws Exception {
        URI core =
                Tweet.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        if (Files.isDirectory(Path.of(core))) {
            return classes(Path.of(core), folder);
        }
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(core), Map.of())) {
            return classes(jar.getPath("/"), folder);
        }
    }

    private static List<String> classes(Path root, String folder) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }
}
