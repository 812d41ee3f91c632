/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nightjar.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries that this system, or a planted one, cannot load. */
class NativeLibrariesTest {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    @TempDir
    private Path directory;

    @Test
    void onnxRuntimeOnAnOldSystemSaysWhatItNeeds() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        Path library = directory.resolve("libonnxruntime.so");
        String resource = "/ai/onnxruntime/native/" + (ARM ? "linux-aarch64/" : "linux-x64/") + library.getFileName();
        try (InputStream in = NativeLibrariesTest.class.getResourceAsStream(resource)) {
            Files.copy(Objects.requireNonNull(in, resource), library);
        }
        askForANewerSystem(library, "GLIBC_2.27");
        assertThat(opened("-Donnxruntime.native.path=" + directory))
                .contains(
                        "The native library of ONNX Runtime cannot be loaded on Linux ",
                        "the C library here is too old; use a system with glibc 2.34",
                        "GLIBC_9.27");
        Files.writeString(library, "not a library");
        assertThat(opened("-Donnxruntime.native.path=" + directory))
                .contains("The native library of ONNX Runtime ", "file too short");
    }

    @Test
    void theTokenizersOnAnOldSystemSayWhatTheyNeed() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        String cache = "-DENGINE_CACHE_DIR=" + directory.resolve("cache");
        assertThat(fork(cache)).contains("opened");
        Path library;
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            library = files.filter(file -> file.endsWith("libtokenizers.so"))
                    .findFirst()
                    .orElseThrow();
        }
        askForANewerSystem(library, "GLIBC_2.34");
        assertThat(opened(cache))
                .contains(
                        "The native library of DJL's tokenizers cannot be loaded on Linux ",
                        "the C library here is too old; use a system with glibc 2.34",
                        "GLIBC_9.34");
        Files.writeString(library, "not a library");
        assertThat(opened(cache)).contains("The native library of DJL's tokenizers ", "file too short");
    }

    @Test
    void aMissingDirectoryForTemporaryFilesIsNamed() throws Exception {
        assertThat(opened("-Djava.io.tmpdir=" + directory.resolve("none")))
                .contains("the directory for temporary files is missing", "-Djava.io.tmpdir");
    }

    /** What musl's loader said of the libraries, and glibc's of one in a directory mounted with noexec. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Error loading shared library libstdc++.so.6: No such file (needed by /tmp/libonnxruntime.so) | musl, as in Alpine
            Error relocating /tmp/libonnxruntime.so: __vsnprintf_chk: symbol not found | musl, as in Alpine
            /tmp/x.so: failed to map segment from shared object: Operation not permitted | forbids execution
            Can't load AMD 64 .so on an x86 platform | on x86-64 and ARM64
            """)
    void whatTheLoaderSaysTellsWhatToDo(String said, String expected) {
        Throwable failure = new ExceptionInInitializerError(new UnsatisfiedLinkError(said));
        assertThat(NativeLibraries.fault("ONNX Runtime", failure))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining(said)
                .hasCause(failure);
    }

    /** What a process with an option says of opening a model, in vain once and again. */
    private String opened(String option) throws Exception {
        String written = fork(option);
        assertThat(written.lines().filter(line -> line.startsWith("The native library of ")))
                .as(written)
                .hasSize(2);
        return written;
    }

    private String fork(String option) throws Exception {
        return new Fork(directory.resolve("fork"))
                .with(option)
                .run(Opening.class, Fixtures.directory("bert").toString());
    }

    /** Makes a library need a C library that nobody has yet. */
    private static void askForANewerSystem(Path library, String version) throws IOException {
        String text = Files.readString(library, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(version);
        String newer = version.replace("_2", "_9");
        Files.writeString(library, text.replace(version, newer), StandardCharsets.ISO_8859_1);
    }

    static final class Opening {
        public static void main(String... arguments) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                try {
                    OnnxClassifierConfig.builder(Path.of(arguments[0]))
                            .build()
                            .open()
                            .close();
                    System.out.println("opened");
                } catch (ConfigException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}
