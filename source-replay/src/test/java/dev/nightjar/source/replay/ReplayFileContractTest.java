/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import dev.nightjar.testkit.TweetSourceContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

class ReplayFileContractTest implements TweetSourceContract, FactoryContract<ReplayConfig> {
    @TempDir
    Path folder;

    @Override
    public TweetSourceFactory factory() {
        String lines = Replays.lines(40) + "\nno JSON\n{\"limit\":{\"track\":1}}\n"
                + "{\"delete\":{\"status\":{\"id_str\":\"1785640366233616384\"}}}\n";
        Path file = Replays.write(folder.resolve("tweets.jsonl.gz"), Replays.gzip(lines + lines));
        return ReplayConfig.file(file).batchSize(batchSize()).build();
    }

    @Override
    public int batchSize() {
        return 9;
    }

    @Override
    public Optional<ReplayConfig> silent() {
        return Optional.of(ReplayConfig.synthetic().speed(1e-6).build());
    }

    @Override
    public ReplayConfig fromMap(Map<String, String> options) {
        return ReplayConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "file", "tweets.csv",
                "format", "csv",
                "columns", "id=tweet_id,text=3",
                "id-from", "text,created_at",
                "speed", "2.5",
                "max-rate", "1000",
                "count", "10",
                "loop", "true",
                "batch-size", "100",
                "max-record-bytes", "65536");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of(
                "file", "others.jsonl",
                "format", "auto",
                "columns", "id=tweet_id,text=4",
                "id-from", "text,author",
                "speed", "max",
                "max-rate", "max",
                "count", "11",
                "loop", "false",
                "batch-size", "101",
                "max-record-bytes", "65537");
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(ReplayConfig.OPTIONS);
    }

    @Override
    public Set<String> triedElsewhere() {
        return Set.of("seed", "start");
    }
}
