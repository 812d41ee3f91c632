/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.Credential;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.json.TweetJson;
import dev.nightjar.source.twitter.TwitterStreamConfig;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "live",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Publishes the filtered stream of the X API to a Kafka topic, or prints it as JSON lines.",
            "Each post that X delivers is charged to the account."
        },
        footer = {"%nExample:%n", "  X_BEARER_TOKEN=... nightjar live --count 100 --print"})
final class LiveCommand implements Callable<Integer> {
    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "A file with the bearer token. Default: the environment variable X_BEARER_TOKEN.")
    private @Nullable Path credentials;

    @Option(names = "--base-url", paramLabel = "URL", description = "The API's host, such as a server on this machine.")
    private @Nullable URI baseUrl;

    @Option(names = "--count", paramLabel = "N", defaultValue = "-1", description = "Stop after so many tweets.")
    private long count;

    @Mixin
    private PublishOptions publish = new PublishOptions();

    @Option(names = "--print", description = "Print JSON lines to standard output in place of publishing.")
    private boolean print;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        TwitterStreamConfig.Builder stream = TwitterStreamConfig.builder(
                credentials == null ? Credential.env("X_BEARER_TOKEN") : Credential.file(credentials));
        if (baseUrl != null) {
            stream.baseUrl(baseUrl);
        }
        TweetSourceFactory source = count < 0 ? stream.build() : new FirstTweets(stream.build(), count);
        if (print) {
            print(source);
        } else {
            publish.run(source, count, null, spec.commandLine().getErr());
        }
        return 0;
    }

    private void print(TweetSourceFactory factory) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (TweetSource source = factory.open()) {
            while (!source.isExhausted()) {
                SourceBatch batch = source.poll(Duration.ofSeconds(1));
                for (Tweet tweet : batch.tweets()) {
                    out.println(TweetJson.toJson(tweet));
                }
                out.flush();
            }
        }
    }
}
