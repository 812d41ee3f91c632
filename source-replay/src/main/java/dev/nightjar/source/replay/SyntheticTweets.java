/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.Author;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes up tweets. Each depends on the seed, the start and its own number alone, so that any of them can be made without
 * those before it.
 *
 * <p>Confined to one thread.
 */
final class SyntheticTweets {
    /** Tweets come in blocks of one intensity. */
    private static final int BLOCK = 256;

    /** What is decided apart, so that one decision can be made again without the others. */
    private static final int ASPECT_TIME = 0;

    private static final int ASPECT_RETWEET = 1;
    private static final int ASPECT_TEXT = 2;
    private static final int ASPECT_BURST = 3;
    private static final int ASPECT_TOPIC = 4;

    private static final double TWEETS_PER_SECOND = 20;
    private static final double BURST_FACTOR = 8;
    private static final double BURSTS = 0.08;

    private static final Zipf TAGS = new Zipf(1_000, 1.1);
    private static final Zipf AUTHORS = new Zipf(20_000, 0.9);
    private static final Zipf GAPS = new Zipf(5_000, 1.0);
    private static final Zipf MOODS =
            Zipf.of(Phrases.MOODS.stream().mapToDouble(Phrases.Mood::weight).toArray());

    private final long seed;
    private final long start;

    /** When each block that was asked for begins, in milliseconds after the start. */
    private double[] begins = new double[64];

    private int known = 1;

    SyntheticTweets(long seed, Instant start) {
        this.seed = seed;
        this.start = start.toEpochMilli();
    }

    /** The tweet of a number, from 0. */
    Tweet tweet(long number) {
        long original = original(number);
        return original == number ? written(number) : retweet(number, original);
    }

    Instant createdAt(long number) {
        int block = Math.toIntExact(number / BLOCK);
        double begin = begin(block);
        double place = (number % BLOCK + random(number, ASPECT_TIME).nextDouble()) / BLOCK;
        return Instant.ofEpochMilli(start + (long) (begin + place * millis(block)));
    }

    private String id(long number) {
        return Long.toString(TweetId.lowest(createdAt(number)) | (number & ((1 << TweetId.SEQUENCE_BITS) - 1)));
    }

    /** The number of the tweet that a tweet passes on, which is one of its own words; the number itself if it is one. */
    private long original(long number) {
        Random random = random(number, ASPECT_RETWEET);
        long block = number - number % BLOCK;
        boolean burst = isBurst(number / BLOCK);
        if (number == 0 || random.nextDouble() >= (burst ? 0.45 : 0.22)) {
            return number;
        }
        boolean viral = burst && number - block > 8 && random.nextInt(3) > 0;
        long passedOn = viral ? block + random.nextInt(4) : number - 1 - GAPS.next(random);
        return passedOn < 0 ? number : original(passedOn);
    }

    private Tweet retweet(long number, long original) {
        Tweet passedOn = written(original);
        Random random = random(number, ASPECT_TEXT);
        return Tweet.builder(id(number), passedOn.text(), createdAt(number))
                .lang(passedOn.lang())
                .author(author(random))
                .hashtags(passedOn.hashtags())
                .mentions(passedOn.mentions())
                .urls(passedOn.urls())
                .publicMetrics(metrics(random))
                .references(List.of(new TweetReference(TweetReference.Type.RETWEETED, passedOn.id())))
                .source("Nightjar synthetic")
                .build();
    }

    private Tweet written(long number) {
        Random random = random(number, ASPECT_TEXT);
        Phrases.Mood mood = Phrases.MOODS.get(MOODS.next(random));
        Draft draft = new Draft();
        List<TweetReference> references = new ArrayList<>();
        long other = number - 1 - GAPS.next(random);
        double kind = random.nextDouble();
        if (other >= 0 && kind < 0.10) {
            references.add(new TweetReference(TweetReference.Type.REPLIED_TO, id(other)));
            draft.mention(username(AUTHORS.next(random))).append(" ");
        } else if (other >= 0 && kind < 0.13) {
            references.add(new TweetReference(TweetReference.Type.QUOTED, id(other)));
        }
        draft.append(phrase(pick(mood.phrases(), random), random));
        decorate(draft, mood, number, random);
        return Tweet.builder(id(number), draft.text.toString(), createdAt(number))
                .lang(mood.lang())
                .author(author(random))
                .hashtags(draft.hashtags)
                .mentions(draft.mentions)
                .urls(draft.urls)
                .publicMetrics(metrics(random))
                .references(references)
                .source("Nightjar synthetic")
                .build();
    }

    private void decorate(Draft draft, Phrases.Mood mood, long number, Random random) {
        if (random.nextDouble() < 0.35) {
            String emoji = pick(mood.emoji(), random);
            draft.append(" ").append(emoji.repeat(1 + random.nextInt(3) / 2));
        }
        if (random.nextDouble() < 0.08) {
            draft.append(" cc ").mention(username(AUTHORS.next(random)));
        }
        if (isBurst(number / BLOCK) && random.nextDouble() < 0.6) {
            draft.append(" ").hashtag(tag(TAGS.next(random(number / BLOCK, ASPECT_TOPIC))));
        }
        double tags = random.nextDouble();
        for (int i = tags < 0.6 ? 0 : tags < 0.9 ? 1 : 2; i > 0; i--) {
            draft.append(" ").hashtag(tag(TAGS.next(random)));
        }
        if (random.nextDouble() < 0.15) {
            draft.append(" ").link(random.nextInt(5_000));
        }
    }

    private static String phrase(String pattern, Random random) {
        return pattern.replace("%t", pick(Phrases.THINGS, random))
                .replace("%p", pick(Phrases.PLACES, random))
                .replace("%w", pick(Phrases.WHENS, random));
    }

    private static Author author(Random random) {
        int rank = AUTHORS.next(random);
        String username = username(rank);
        long followers = (long) (40_000_000 / StrictMath.pow(rank + 1.0, 1.2)) + rank % 300;
        return new Author(
                Long.toString(1_000_000L + rank * 7_919L),
                username,
                Character.toUpperCase(username.charAt(0))
                        + username.substring(1).replace('_', ' '),
                followers);
    }

    private static String username(int rank) {
        int names = Phrases.NAMES.size();
        int surnames = Phrases.SURNAMES.size();
        int further = rank / (names * surnames);
        return Phrases.NAMES.get(rank % names)
                + '_'
                + Phrases.SURNAMES.get(rank / names % surnames)
                + (further == 0 ? "" : further);
    }

    private static String tag(int rank) {
        int tags = Phrases.TAGS.size();
        return rank < tags ? Phrases.TAGS.get(rank) : Phrases.TAGS.get(rank % tags) + (1_980 + rank / tags);
    }

    /** Counts as they are seldom seen: most are small, a few are huge. */
    private static PublicMetrics metrics(Random random) {
        long likes = (long) StrictMath.pow(1 - random.nextDouble(), -0.8) - 1;
        return new PublicMetrics(likes / 4, likes / 9, likes, likes / 20, likes * 31 + random.nextInt(60), likes / 15);
    }

    private boolean isBurst(long block) {
        return random(block, ASPECT_BURST).nextDouble() < BURSTS;
    }

    /** How long a block takes: a slow swell, and bursts. */
    private double millis(int block) {
        double swell = 1 + 0.5 * StrictMath.sin(block / 9.0);
        return BLOCK * 1_000 / (TWEETS_PER_SECOND * swell * (isBurst(block) ? BURST_FACTOR : 1));
    }

    private double begin(int block) {
        for (; known <= block; known++) {
            if (known == begins.length) {
                begins = java.util.Arrays.copyOf(begins, 2 * known);
            }
            begins[known] = begins[known - 1] + millis(known - 1);
        }
        return begins[block];
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private Random random(long number, int aspect) {
        return new Random(mix(mix(seed * 8 + aspect) + number));
    }

    /** Spreads neighbouring numbers over all numbers: Random's first values are alike for seeds that are. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** A text that grows, with the places of what is in it. */
    private static final class Draft {
        private final StringBuilder text = new StringBuilder();
        private final List<Entity> hashtags = new ArrayList<>();
        private final List<Entity> mentions = new ArrayList<>();
        private final List<Entity> urls = new ArrayList<>();

        Draft append(String words) {
            text.append(words);
            return this;
        }

        Draft mention(String username) {
            mentions.add(entity(username, "@" + username));
            return this;
        }

        void hashtag(String tag) {
            hashtags.add(entity(tag, "#" + tag));
        }

        void link(int page) {
            urls.add(entity(
                    "https://example.org/stories/" + page,
                    "https://t.co/" + Integer.toString(36 * 36 * 36 * 36 + page * 331, 36)));
        }

        private Entity entity(String value, String written) {
            int begin = text.codePointCount(0, text.length());
            text.append(written);
            return new Entity(value, begin, text.codePointCount(0, text.length()));
        }
    }
}
