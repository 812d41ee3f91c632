/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import dev.nightjar.testkit.TweetSourceContract;
import java.nio.file.Path;
import java.util.List;
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
    public Optional<ReplayConfig> misconfigured() {
        return Optional.of(
                ReplayConfig.file(folder.resolve("no-such-file.jsonl")).build());
    }

    @Override
    public ReplayConfig fromMap(Map<String, String> options) {
        return ReplayConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of(
                "speed", List.of("2.5", "max"),
                "max-rate", List.of("1000", "max"),
                "format", List.of("csv", "auto"),
                "columns", List.of("id=tweet_id,text=3", "id=tweet_id,text=4"),
                "id-from", List.of("text,created_at", "text,author"));
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(ReplayConfig.file(Path.of(options().get("file"))));
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
