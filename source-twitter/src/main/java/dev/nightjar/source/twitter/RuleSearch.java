/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.delivery.Retry;
import dev.nightjar.options.Configuration;
import dev.nightjar.source.twitter.http.ApiHost;
import dev.nightjar.source.twitter.http.PassingTime;
import dev.nightjar.source.twitter.http.SeenIds;
import dev.nightjar.source.twitter.http.TokenSource;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.http.XClient;
import dev.nightjar.source.twitter.spending.SpendGuard;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Searches gaps with the rules that the stream has: a recent search for each. */
final class RuleSearch implements GapSearch {
    private final Configuration stream;
    private final TwitterSearchSource.Means means;
    private final TwitterRules rules;

    RuleSearch(Configuration stream, TokenSource tokens, SpendGuard guard, PassingTime time, RandomGenerator random) {
        this.stream = stream;
        this.means =
                new TwitterSearchSource.Means(tokens, new Words(stream.get(Words.VOCABULARY)), guard, time, random);
        this.rules = new TwitterRules(
                new XClient(stream.get(ApiHost.BASE_URL), tokens, time, random, Retry.upTo(Duration.ZERO)));
    }

    @Override
    public Deque<Part> open(Instant from, Instant to) {
        Instant oldest = TwitterSearchSource.oldestRecent(means.time().now());
        if (!to.isAfter(oldest)) {
            throw new ConfigException("A search finds posts from " + oldest + " on, and the gap ends before");
        }
        Deque<Part> parts = new ArrayDeque<>();
        SeenIds seen = new SeenIds(stream.get(SeenIds.WINDOW));
        for (StreamRule rule : rules.list()) {
            parts.add(new RulePart(rule, from, to, seen));
        }
        return parts;
    }

    /** The last id before a time. */
    static long idBefore(Instant from) {
        return Math.max(1, TweetId.lowest(from) - 1);
    }

    /** The search for one rule, begun with the first poll, so that one that X refuses harms no other. */
    private final class RulePart implements Part {
        private final StreamRule rule;
        private final Instant from;
        private final Instant to;
        private final SeenIds seen;
        private @Nullable TwitterSearchSource source;

        RulePart(StreamRule rule, Instant from, Instant to, SeenIds seen) {
            this.rule = rule;
            this.from = from;
            this.to = to;
            this.seen = seen;
        }

        @Override
        public SourceBatch poll(Duration timeout) throws InterruptedException {
            TwitterSearchSource opened = source;
            if (opened == null) {
                TwitterSearchConfig search = TwitterSearchConfig.builder(
                                TwitterCredentials.of(stream), TweetQuery.raw(rule.value()))
                        .baseUrl(stream.get(ApiHost.BASE_URL))
                        .sinceId(Long.toString(idBefore(from)))
                        .endTime(to.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
                        .build();
                opened = TwitterSearchSource.open(search, means, seen);
                source = opened;
            }
            SourceBatch batch = opened.poll(timeout);
            String mark = rule.tag() == null ? rule.id() : rule.tag();
            List<Tweet> tweets = batch.tweets().stream()
                    .map(tweet -> mark == null ? tweet : marked(tweet, mark))
                    .toList();
            return new SourceBatch(
                    tweets, batch.deadLetters(), batch.deletedIds(), batch.skipped(), batch.tweetsBefore());
        }

        @Override
        public boolean isExhausted() {
            return source != null && source.isExhausted();
        }

        @Override
        public boolean isComplete() {
            return source != null && source.isComplete();
        }

        @Override
        public Instant from() {
            Instant horizon = source == null ? null : source.horizon();
            return horizon == null ? from : horizon;
        }

        @Override
        public void close() {
            if (source != null) {
                source.close();
            }
        }

        private Tweet marked(Tweet tweet, String mark) {
            return Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                    .like(tweet)
                    .matchingRuleTags(List.of(mark))
                    .build();
        }
    }
}
