/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The small models that {@code src/test/python/make_fixtures.py} makes. */
final class Fixtures {
    private Fixtures() {}

    static Path directory(String model) {
        try {
            return Path.of(Objects.requireNonNull(Fixtures.class.getResource("/models/" + model), model)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy to change. */
    static Path copy(String model, Path into) {
        Path from = directory(model);
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = into.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
            return into;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tokenizer's file, beside a config.json that says nothing of it. */
    static TokenizerFile tokenizer(byte[] json) throws IOException {
        return TokenizerFile.parse(json, Set.of(), Integer.MAX_VALUE);
    }

    /** Lists the digests of some of a model's files next to them. */
    static void writeDigests(Path model, String... files) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String file : files) {
            lines.append(Sha256.of(model.resolve(file)))
                    .append("  ")
                    .append(file)
                    .append('\n');
        }
        Files.writeString(model.resolve(ModelBundle.DIGESTS), lines);
    }

    /** What a call logs. */
    static String log(Runnable call) {
        PrintStream standard = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            call.run();
        } finally {
            System.setErr(standard);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    /** What a call is refused with, which it must be. */
    static ConfigException refusal(ThrowingCallable call) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, call);
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }
}
