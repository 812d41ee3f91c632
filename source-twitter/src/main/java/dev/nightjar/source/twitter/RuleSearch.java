/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Retry;
import dev.nightjar.source.twitter.GapLedger.Interval;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Searches gaps with the rules that the stream has: a recent search for each. */
final class RuleSearch implements GapFiller.Search {
    private static final long SNOWFLAKE_EPOCH = 1_288_834_974_657L;

    private final TwitterStreamConfig config;
    private final TokenSource tokens;
    private final SpendGuard guard;
    private final StreamTime time;
    private final TwitterRules rules;

    RuleSearch(TwitterStreamConfig config, TokenSource tokens, SpendGuard guard, StreamTime time) {
        this.config = config;
        this.tokens = tokens;
        this.guard = guard;
        this.time = time;
        this.rules = new TwitterRules(
                new XClient(config.get(TwitterStreamConfig.BASE_URL), tokens, time, time.random()),
                Retry.upTo(Duration.ZERO));
    }

    @Override
    public Deque<GapFiller.Part> open(Interval gap) {
        Instant oldest = TwitterSearchSource.oldestRecent(time.now());
        if (!gap.to().isAfter(oldest)) {
            throw new ConfigException("A search finds posts from " + oldest + " on, and the gap ends before");
        }
        Deque<GapFiller.Part> parts = new ArrayDeque<>();
        for (StreamRule rule : rules.list()) {
            parts.add(new RulePart(rule, gap));
        }
        return parts;
    }

    /** The last id before a time. */
    static long idBefore(Instant from) {
        return Math.max(1, ((from.toEpochMilli() - SNOWFLAKE_EPOCH) << 22) - 1);
    }

    /** The search for one rule, which begins with the first poll, so that one that X does not take costs itself alone. */
    private final class RulePart implements GapFiller.Part {
        private final StreamRule rule;
        private final Interval gap;
        private @Nullable TwitterSearchSource source;

        RulePart(StreamRule rule, Interval gap) {
            this.rule = rule;
            this.gap = gap;
        }

        @Override
        public SourceBatch poll(Duration timeout) throws InterruptedException {
            TwitterSearchSource opened = source;
            if (opened == null) {
                TwitterSearchConfig search = TwitterSearchConfig.builder(
                                config.credentials(), TweetQuery.raw(rule.value()))
                        .baseUrl(config.get(TwitterStreamConfig.BASE_URL))
                        .sinceId(Long.toString(idBefore(gap.from())))
                        .endTime(gap.to().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
                        .build();
                opened = TwitterSearchSource.open(search, SourcePosition.START, tokens, guard, time, time.random());
                source = opened;
            }
            SourceBatch batch = opened.poll(timeout);
            String mark = rule.tag() == null ? rule.id() : rule.tag();
            List<Tweet> tweets = batch.tweets().stream()
                    .map(tweet -> mark == null ? tweet : marked(tweet, mark))
                    .toList();
            return new SourceBatch(tweets, batch.deadLetters(), batch.deletedIds(), batch.skipped());
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
            return horizon == null ? gap.from() : horizon;
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
