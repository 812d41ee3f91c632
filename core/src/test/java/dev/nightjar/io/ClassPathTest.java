/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {
    private static final String OWN = "dev/nightjar/io/ClassPathTest.class";
    private static final String ADDED = "com/example/added.txt";

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    private Path directory;

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void whatAnApplicationAddsIsFoundByTheContext() throws IOException {
        assertThat(ClassPath.has(ADDED, ClassPathTest.class)).isFalse();
        assertThat(ClassPath.read(ADDED, ClassPathTest.class)).isEmpty();
        try (URLClassLoader child = new URLClassLoader(new URL[] {jar(ADDED, "added")}, before)) {
            Thread.currentThread().setContextClassLoader(child);
            assertThat(ClassPath.has(ADDED, ClassPathTest.class)).isTrue();
            assertThat(ClassPath.read(ADDED, ClassPathTest.class)).hasValue("added".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatTheContextHasComesFirst() throws IOException {
        try (URLClassLoader other = new URLClassLoader(new URL[] {jar(OWN, "another")}, null)) {
            Thread.currentThread().setContextClassLoader(other);
            assertThat(ClassPath.read(OWN, ClassPathTest.class)).hasValue("another".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aContextThatHasNothingLeavesItToTheClass() throws IOException {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
            for (ClassLoader context : new ClassLoader[] {empty, null}) {
                Thread.currentThread().setContextClassLoader(context);
                assertThat(ClassPath.has(OWN, ClassPathTest.class)).isTrue();
                assertThat(ClassPath.read(OWN, ClassPathTest.class)).isPresent();
                assertThat(ClassPath.has(ADDED, ClassPathTest.class)).isFalse();
            }
        }
    }

    private URL jar(String file, String content) throws IOException {
        Path jar = directory.resolve("added.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(file));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return jar.toUri().toURL();
    }
}
