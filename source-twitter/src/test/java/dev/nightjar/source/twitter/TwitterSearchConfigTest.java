/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.source.twitter.TwitterSearchConfig.Archive;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.spending.SpendLimits.WhenReached;
import dev.nightjar.testkit.FactoryContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TwitterSearchConfigTest implements FactoryContract<TwitterSearchConfig> {
    private static final Instant TIME = Instant.parse("2026-02-08T23:30:00Z");

    @Override
    public TwitterSearchConfig fromMap(Map<String, String> options) {
        return TwitterSearchConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.ofEntries(
                Map.entry("consumer-key", "canary-key"),
                Map.entry("consumer-secret", "canary-secret"),
                Map.entry("base-url", "http://localhost:8080"),
                Map.entry("query", "owl OR nightjar"),
                Map.entry("archive", "full"),
                Map.entry("lang", "en"),
                Map.entry("min-likes", "500"),
                Map.entry("page-size", "50"),
                Map.entry("max-requests", "7"),
                Map.entry("query-limit", "4096"),
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
                Map.entry("bearer-token", "canary-token"),
                Map.entry("consumer-key", "canary-other-key"),
                Map.entry("consumer-secret", "canary-other-secret"),
                Map.entry("credentials-file", "credentials"),
                Map.entry("credentials-environment", "true"),
                Map.entry("base-url", "https://x.example.org"),
                Map.entry("query", "bat"),
                Map.entry("archive", "recent"),
                Map.entry("start-time", "2026-02-08"),
                Map.entry("end-time", "2026-02-09T06:00:00+01:00"),
                Map.entry("since-id", "1785640309355446272"),
                Map.entry("lang", "fr"),
                Map.entry("min-likes", "501"),
                Map.entry("page-size", "51"),
                Map.entry("max-requests", "8"),
                Map.entry("poll-interval", "2s"),
                Map.entry("query-limit", "4097"),
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
        return Optional.of(TwitterSearchConfig.OPTIONS);
    }

    @Override
    public List<String> secrets() {
        return List.of("canary-key", "canary-secret", "canary-other-key", "canary-other-secret", "canary-token");
    }

    @Test
    void theBuilderAndTheMapSayTheSame() {
        TwitterSearchConfig config = TwitterSearchConfig.builder(
                        TwitterCredentials.consumer(
                                Credential.literal("canary-key"), Credential.literal("canary-secret")),
                        TweetQuery.raw("owl OR nightjar"))
                .baseUrl(URI.create("http://localhost:8080"))
                .archive(Archive.FULL)
                .lang("en")
                .minLikes(500)
                .pageSize(50)
                .maxRequests(7)
                .queryLimit(4096)
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
        assertThat(config.query()).isEqualTo("(owl OR nightjar) lang:en");
        assertThat(config.queryWithLikes()).isEqualTo("(owl OR nightjar) lang:en min_likes:500");
        assertThat(config.toBuilder().minLikes(0).build().queryWithLikes()).isNull();
    }

    @Test
    void everyFaultIsNamed() {
        assertThat(faults(search("owl")
                        .baseUrl(URI.create("http://127.0.0.1.example.org"))
                        .sinceId("x1")
                        .lang("English")
                        .minLikes(-1)
                        .pageSize(9)
                        .maxRequests(0)
                        .pollInterval(Duration.ofMillis(1))
                        .queryLimit(0)))
                .containsExactly(
                        "The option 'base-url' is not https://host[:port]; http would send the token in the clear: use"
                                + " https, unless it is a loopback address",
                        "The option 'since-id' is 'x1', not a post's id",
                        "The option 'lang' is 'English', not a language's code such as en",
                        "The option 'min-likes' is -1, not at least 0",
                        "The option 'page-size' is 9, not from 10 to 500",
                        "The option 'max-requests' is 0, not at least 1",
                        "The option 'poll-interval' is 1ms, not at least 2s",
                        "The option 'query-limit' is 0, not at least 1");
    }

    @Test
    void everyContradictionIsNamed() {
        assertThat(faults(search("owl")
                        .pageSize(101)
                        .pollInterval(Duration.ofSeconds(2))
                        .endTime(TIME)
                        .startTime(TIME)
                        .sinceId("1")
                        .queryLimit(2)
                        .spend(SpendLimits.builder().perRun(5).build())))
                .containsExactly(
                        "With the option 'posts-per-run' at 5 a search reads nothing; its smallest page has 10",
                        "The option 'page-size' is 101, not from 10 to 100 for recent posts",
                        "A search with the option 'poll-interval' has no 'end-time'",
                        "A search begins at the option 'start-time' or after the option 'since-id', not both",
                        "The option 'start-time' is 2026-02-08T23:30:00Z, not before the 'end-time'"
                                + " 2026-02-08T23:30:00Z",
                        "The query has 3 characters, more than the 2 of the plan");
    }

    @Test
    void aTimeIsOfASecond() {
        assertThat(search("owl").startTime(TIME.plusMillis(999)).build())
                .isEqualTo(search("owl").startTime(TIME).build());
    }

    private static TwitterSearchConfig.Builder search(String query) {
        return TwitterSearchConfig.builder(TwitterCredentials.environment(), TweetQuery.raw(query));
    }

    private static List<String> faults(TwitterSearchConfig.Builder search) {
        return catchThrowableOfType(ConfigException.class, search::build).faults();
    }
}
