/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A source as another module would make a format of it: records of all kinds, each with its number as its position. */
public final class NumberedFormat implements SourceFormat {
    private static final Options OPTIONS = Options.of("numbered");

    static {
        OPTIONS.add(Option.longInteger("count", 1, Long.MAX_VALUE));
        OPTIONS.add(Option.text("prefix").defaultTo("\"a\\b\" "));
        OPTIONS.add(Option.integer("poll", 0, 100).defaultTo(1).means("0 for a source that stays silent"));
    }

    @Override
    public String shortName() {
        return "numbered";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public TweetSourceFactory source(Map<String, String> given) {
        return new Numbers(
                Long.parseLong(given.getOrDefault("count", "" + Long.MAX_VALUE)),
                given.getOrDefault("prefix", "\"a\\b\" "),
                Integer.parseInt(given.getOrDefault("poll", "1")));
    }

    @Override
    public boolean hasEnd(Map<String, String> given) {
        return given.containsKey("count");
    }

    private record Numbers(long count, String prefix, int most) implements TweetSourceFactory {
        @Override
        public TweetSource open(SourcePosition position) {
            if (!position.isStart() && !position.token().startsWith(prefix)) {
                throw new dev.nightjar.ConfigException("The position is of another source");
            }
            return new Source(
                    this,
                    position.isStart() ? 0 : Long.parseLong(position.token().substring(prefix.length())));
        }
    }

    private static final class Source implements TweetSource {
        private final Numbers numbers;
        private long next;

        private Source(Numbers numbers, long next) {
            this.numbers = numbers;
            this.next = next;
        }

        @Override
        public SourceBatch poll(Duration timeout) throws InterruptedException {
            if (numbers.most() == 0) {
                new CountDownLatch(1).await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            }
            SourceBatch.Builder batch = SourceBatch.builder();
            for (int i = 0; i < numbers.most() && !isExhausted(); i++) {
                add(batch, (int) next);
                next++;
            }
            return batch.build();
        }

        private static void add(SourceBatch.Builder batch, int number) {
            switch (number % 10) {
                case 3 ->
                    batch.deadLetter(new DeadLetter(
                            DeadLetter.Stage.SOURCE,
                            "not-a-tweet",
                            "It is none",
                            "numbers:" + number,
                            ("bad " + number).getBytes(UTF_8)));
                case 5 -> batch.deleted(Tweets.tweet(number - 1).id());
                case 7 -> batch.skipped("keep-alive", 1);
                default -> batch.tweet(Tweets.tweet(number));
            }
        }

        @Override
        public boolean isExhausted() {
            return next >= numbers.count();
        }

        @Override
        public SourcePosition position() {
            return next == 0 ? SourcePosition.START : new SourcePosition(numbers.prefix() + next);
        }

        @Override
        public void close() {}
    }
}
