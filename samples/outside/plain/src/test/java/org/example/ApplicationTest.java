/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationTest {
    @Test
    void eachTweetOfTheFileBecomesALineWithItsSentiment(@TempDir Path folder) throws Exception {
        Path tweets = Files.writeString(folder.resolve("tweets.jsonl"), """
                {"id":"1745039238145839104","text":"What a great game!","created_at":"2024-01-10T10:49:12.000Z"}
                {"id":"1745039238145839105","text":"This is awful","created_at":"2024-01-10T10:49:12.001Z"}
                """);

        Path lines = folder.resolve("lines.jsonl");

        Application.main(tweets.toString(), lines.toString());

        assertThat(Files.readAllLines(lines))
                .filteredOn(line -> !line.isEmpty())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"1745039238145839104\"", "[{\"label\":\"positive\""),
                        line -> assertThat(line).contains("\"1745039238145839105\"", "[{\"label\":\"negative\""));
    }
}
