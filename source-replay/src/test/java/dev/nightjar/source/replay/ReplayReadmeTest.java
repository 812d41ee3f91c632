/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the README to the code. */
class ReplayReadmeTest {
    private final List<Tweet> stored = new ArrayList<>();

    @Test
    void itsExampleCompilesAndEnds() throws Exception {
        String source = Files.readString(Path.of("src/test/java/dev/nightjar/source/replay/ReplayReadmeTest.java"));
        String example =
                source.substring(source.lastIndexOf("// example\n") + 11, source.lastIndexOf("        // end"));
        assertThat(readme()).contains(example.stripTrailing().stripIndent());

        Path file = Path.of("tweets.jsonl.gz");
        try {
            Replays.write(file, Replays.gzip(Replays.lines(50)));
            example(SourcePosition.START);
        } finally {
            Files.delete(file);
        }
        assertThat(stored).hasSize(50);
    }

    @Test
    void itsFormatIsTheOneThatIsTested() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/nightjar/source/replay/PipeFormat.java"));
        assertThat(readme()).contains(source.substring(source.indexOf("public final class")));
    }

    @Test
    void itsTableHasEveryOptionWithItsDefault() throws IOException {
        Map<String, String> defaults = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| [^|]+ \\| `?([^|`]+)`? \\| [^|]*\\|$")
                .matcher(readme().substring(0, readme().indexOf("## From a database")));
        while (row.find()) {
            defaults.put(row.group(1), row.group(2).strip().replace(",", ""));
        }
        assertThat(defaults)
                .containsOnlyKeys(
                        "file",
                        "format",
                        "columns",
                        "id-from",
                        "speed",
                        "max-rate",
                        "count",
                        "loop",
                        "batch-size",
                        "max-record-bytes",
                        "seed",
                        "start");

        defaults.values().removeIf(value -> value.equals("none"));
        Map<String, String> ofFile = new TreeMap<>(defaults);
        ofFile.keySet().removeAll(List.of("seed", "start"));
        ofFile.put("file", "x");
        assertThat(ReplayConfig.fromMap(ofFile))
                .isEqualTo(ReplayConfig.file(Path.of("x")).build());
        defaults.keySet().removeAll(List.of("format", "loop", "max-record-bytes"));
        assertThat(ReplayConfig.fromMap(defaults))
                .isEqualTo(ReplayConfig.synthetic().build());
    }

    private void example(SourcePosition lastPosition) throws InterruptedException {
        // example
        ReplayConfig config = ReplayConfig.file(Path.of("tweets.jsonl.gz"))
                .speed(60) // an hour in a minute
                .maxRate(500)
                .build();
        try (TweetSource source = config.open(lastPosition)) {
            while (!source.isExhausted()) {
                SourceBatch batch = source.poll(Duration.ofSeconds(1));
                store(batch.tweets(), batch.deadLetters());
                lastPosition = source.position(); // keep it only when the batch is stored
            }
        }
        // end
    }

    private void store(List<Tweet> tweets, List<DeadLetter> deadLetters) {
        stored.addAll(tweets);
        assertThat(deadLetters).isEmpty();
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }
}
