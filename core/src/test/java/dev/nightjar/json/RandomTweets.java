/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tweets with anything in them that a tweet can hold, the same for the same seed. */
public final class RandomTweets {
    private static final int[] ODD = {
        0, 7, '\t', '\n', '\r', 0x1B, '"', '\\', '/', '<', '&', 0x7F, 0x85, 0xA0, 0x301, 0x5D0, 0x200D, 0x2028, 0x2029,
        0x202E, 0xD800, 0xDC00, 0xE000, 0xFDFA, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600, 0x1F3FD, 0x1F1E6, 0xE0041,
        0x10FFFF
    };

    private final Random random;

    public RandomTweets(long seed) {
        random = new Random(seed);
    }

    public Tweet tweet() {
        Instant time =
                Instant.ofEpochMilli((long) (random.nextDouble() * 253_402_300_799_999L * (chance() ? 1 : 0.01)));
        return Tweet.builder(id(), text(200), time)
                .lang(maybe(() -> text(5)))
                .author(maybe(() -> new Author(maybe(this::id), maybe(() -> text(15)), maybe(() -> text(50)), count())))
                .hashtags(list(this::entity))
                .mentions(list(this::entity))
                .urls(list(this::entity))
                .publicMetrics(maybe(() -> new PublicMetrics(count(), count(), count(), count(), count(), count())))
                .references(list(() -> new TweetReference(
                        TweetReference.Type.values()[random.nextInt(TweetReference.Type.values().length)], id())))
                .matchingRuleTags(list(() -> text(20)))
                .source(maybe(() -> text(20)))
                .build();
    }

    ClassifiedTweet classified() {
        TreeMap<String, Classification> classifications = new TreeMap<>();
        list(() -> "c" + random.nextInt(1000)).forEach(name -> classifications.put(name, classification()));
        return new ClassifiedTweet(tweet(), classifications);
    }

    Classification classification() {
        String model = "model@" + random.nextInt(1000);
        if (chance()) {
            return new Classification.Rejected(
                    model, Classification.Reason.values()[random.nextInt(Classification.Reason.values().length)]);
        }
        List<ScoredLabel> scores = new ArrayList<>(list(this::score));
        scores.add(score());
        return new Classification.Scored(model, scores, chance());
    }

    private ScoredLabel score() {
        double[] edges = {0, -0.0, 1, Double.MIN_VALUE, Math.nextDown(1.0)};
        return new ScoredLabel(
                "label" + random.nextInt(9) + " \uD83C\uDF75\u00E9\"",
                chance() ? random.nextDouble() : edges[random.nextInt(edges.length)]);
    }

    private Entity entity() {
        return chance() ? Entity.of(text(10)) : new Entity(text(10), random.nextInt(300), random.nextInt(300));
    }

    private String id() {
        return Long.toString(1 + (random.nextLong() >>> (1 + random.nextInt(62))));
    }

    private @Nullable Long count() {
        return maybe(() -> random.nextLong() >>> random.nextInt(64));
    }

    private String text(int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            text.appendCodePoint(chance() ? ODD[random.nextInt(ODD.length)] : 'a' + random.nextInt(26));
        }
        return text.toString();
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return chance() ? value.get() : null;
    }

    private boolean chance() {
        return random.nextBoolean();
    }
}
