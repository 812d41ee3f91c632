/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.http.Secrets;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.spending.SpendLimits.WhenReached;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.Overflow;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.StaleConnections;
import dev.nightjar.testkit.FactoryContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TwitterStreamConfigTest implements FactoryContract<TwitterStreamConfig> {
    private static final Credential TOKEN = Credential.literal("canary-token-4711");

    @Override
    public TwitterStreamConfig fromMap(Map<String, String> options) {
        return TwitterStreamConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.ofEntries(
                Map.entry("bearer-token", "canary-token"),
                Map.entry("base-url", "http://localhost:8080"),
                Map.entry("opening", "waiting"),
                Map.entry("stall-limit", "30s"),
                Map.entry("queue-capacity", "100"),
                Map.entry("overflow", "drop-oldest"),
                Map.entry("overflow-wait", "0s"),
                Map.entry("gap-fill", "none"),
                Map.entry("backfill-minutes", "5"),
                Map.entry("ledger-file", "ledger"),
                Map.entry("stale-connections", "kill"),
                Map.entry("vocabulary", "post"),
                Map.entry("deduplication-window", "0"),
                Map.entry("posts-per-run", "100"),
                Map.entry("posts-per-day", "200"),
                Map.entry("posts-per-month", "300"),
                Map.entry("when-spent", "pause"),
                Map.entry("spend-file", "spend"));
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.ofEntries(
                Map.entry("bearer-token", "canary-other-token"),
                Map.entry("consumer-key", "canary-key"),
                Map.entry("consumer-secret", "canary-secret"),
                Map.entry("credentials-file", "credentials"),
                Map.entry("credentials-environment", "true"),
                Map.entry("base-url", "https://x.example.org"),
                Map.entry("opening", "connected"),
                Map.entry("stall-limit", "31s"),
                Map.entry("queue-capacity", "101"),
                Map.entry("overflow", "drop-newest"),
                Map.entry("overflow-wait", "1s"),
                Map.entry("gap-fill", "search"),
                Map.entry("backfill-minutes", "1"),
                Map.entry("ledger-file", "other"),
                Map.entry("stale-connections", "leave"),
                Map.entry("vocabulary", "tweet"),
                Map.entry("deduplication-window", "1"),
                Map.entry("posts-per-run", "101"),
                Map.entry("posts-per-day", "201"),
                Map.entry("posts-per-month", "301"),
                Map.entry("when-spent", "stop"),
                Map.entry("spend-file", "other"));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(TwitterStreamConfig.OPTIONS);
    }

    @Override
    public List<String> secrets() {
        return List.of("canary-token", "canary-other-token", "canary-key", "canary-secret");
    }

    @Test
    void theBuilderAndTheMapSayTheSame() {
        TwitterStreamConfig config = TwitterStreamConfig.builder(Credential.literal("canary-token"))
                .baseUrl(URI.create("http://localhost:8080"))
                .stallLimit(Duration.ofSeconds(30))
                .queueCapacity(100)
                .overflow(Overflow.DROP_OLDEST)
                .overflowWait(Duration.ZERO)
                .gapFill(GapFill.NONE)
                .backfillMinutes(5)
                .ledgerFile(Path.of("ledger"))
                .staleConnections(StaleConnections.KILL)
                .opening(TwitterStreamConfig.Opening.WAITING)
                .vocabulary(Vocabulary.POST)
                .deduplicationWindow(0)
                .spend(SpendLimits.builder()
                        .perRun(100)
                        .perDay(200)
                        .perMonth(300)
                        .whenReached(WhenReached.PAUSE)
                        .file(Path.of("spend"))
                        .build())
                .build();
        assertThat(config).isEqualTo(fromMap(options()));
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(SpendGuard.open(config.toBuilder().spend(SpendLimits.NONE).build(), Clock.systemUTC())
                        .limits())
                .as("limits replace all those before")
                .isEqualTo(SpendLimits.NONE);
    }

    @Test
    void theCredentialsAreThoseOfTheBuilder() {
        for (TwitterCredentials credentials : List.of(
                TwitterCredentials.bearer(TOKEN),
                TwitterCredentials.consumer(TOKEN, Credential.env("SECRET")),
                TwitterCredentials.file(Path.of("credentials")),
                TwitterCredentials.environment())) {
            assertThat(Secrets.application(
                            TwitterStreamConfig.builder(credentials).build()))
                    .isEqualTo(Secrets.application(credentials));
        }
    }

    @Test
    void credentialsThatAreMissingAreNamed() {
        assertThat(faults(Map.of())).containsExactly("source-twitter needs the option 'bearer-token'");
        assertThat(faults(Map.of("consumer-key", "canary-key")))
                .containsExactly("source-twitter needs the option 'consumer-secret'");
        assertThat(faults(Map.of("consumer-secret", "canary-secret")))
                .containsExactly("source-twitter needs the option 'consumer-key'");
        assertThat(faults(Map.of("credentials-file", "file", "posts-per-day", "5")))
                .containsExactly(
                        "A limit of posts per day or month needs a file, the option 'spend-file', that keeps the"
                                + " count, or a new run would begin at zero");
    }

    private List<String> faults(Map<String, String> options) {
        return catchThrowableOfType(ConfigException.class, () -> fromMap(options))
                .faults();
    }

    @Test
    void theTokenIsNeverSentInTheClear() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.builder(TOKEN)
                        .baseUrl(URI.create("http://api.x.com"))
                        .build())
                .withMessageContaining("use https");
    }

    @Test
    void everyFaultIsNamed() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.builder(TOKEN)
                        .baseUrl(URI.create("api.x.com"))
                        .stallLimit(Duration.ZERO)
                        .queueCapacity(0)
                        .overflowWait(Duration.ofSeconds(-1))
                        .backfillMinutes(6)
                        .deduplicationWindow(-1)
                        .build())
                .satisfies(e -> assertThat(e.faults())
                        .containsExactly(
                                "The option 'base-url' is not https://host[:port]; http would send the token in the"
                                        + " clear: use https, unless it is a loopback address",
                                "The option 'stall-limit' is 0s, not at least 1ms",
                                "The option 'queue-capacity' is 0, not at least 1",
                                "The option 'overflow-wait' is PT-1S, not at least 0s",
                                "The option 'backfill-minutes' is 6, not from 0 to 5",
                                "The option 'deduplication-window' is -1, not at least 0"));
    }

    @Test
    void optionsAreReadFromAMap() {
        TwitterStreamConfig config = TwitterStreamConfig.fromMap(
                Map.of("bearer-token", "env:X_BEARER", "base-url", "http://localhost:8080", "stall-limit", "30s"));
        assertThat(config)
                .isEqualTo(TwitterStreamConfig.builder(Credential.env("X_BEARER"))
                        .baseUrl(URI.create("http://localhost:8080"))
                        .stallLimit(Duration.ofSeconds(30))
                        .build());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.fromMap(Map.of("baerer-token", "secret-4711")))
                .withMessageContaining("bearer-token")
                .satisfies(e -> assertThat(e).hasMessageNotContaining("secret-4711"));
    }

    @Test
    void theTextOfAConfigurationHidesTheToken() {
        assertThat(TwitterStreamConfig.builder(TOKEN).build().toString()).doesNotContain("4711");
    }
}
