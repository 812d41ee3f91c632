/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.ClassifiedTweetSinkContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest implements ClassifiedTweetSinkContract {
    @TempDir
    Path folder;

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return new FolderStore(folder.toString());
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.empty();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(FolderStoreTest::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassifiedTweet read(Path file) {
        try {
            return ClassifiedTweetJson.fromBytes(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
