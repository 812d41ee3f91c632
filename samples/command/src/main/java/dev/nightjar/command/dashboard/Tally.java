/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Tweet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often there are which labels, models, hashtags, words and languages in some tweets.
 *
 * <p>Confined to one thread.
 */
final class Tally {
    private static final Pattern LINK_OR_NAME = Pattern.compile("(?:https?://|[@＠#＃])\\S+");
    private static final Pattern WORD =
            Pattern.compile("(?<![\\p{L}\\p{M}'’])\\p{L}[\\p{L}\\p{M}'’]{3,23}(?![\\p{L}\\p{M}'’])");

    /** The words of four letters and more that say nothing, of the languages that most tweets are in. */
    private static final Set<String> EMPTY_WORDS = Stream.of("""
            that this with have from they will would there their what about which when make like
            time just know take into your some could them than then look only come over think also
            back after well even want because these give most really very much been were said does
            don't can't it's i'm that's you're we're they're isn't didn't doesn't won't i've here
            still more such every being where while should today para como pero más esta este esto
            todo cuando está muy sobre tiene porque desde hasta dans avec pour plus mais tout c'est
            une cette comme être fait sont nous vous elle leur sans quand nicht eine einen auch noch
            sich aber wenn oder mein dein sind haben wird mehr schon dass você isso essa esse minha
            quem pela""".split("\\s")).collect(Collectors.toUnmodifiableSet());

    private final Map<String, Map<String, Long>> labels = new TreeMap<>();
    private final Map<String, Map<String, Long>> models = new TreeMap<>();
    private final Map<String, Long> hashtags = new HashMap<>();
    private final Map<String, Long> words = new HashMap<>();
    private final Map<String, Long> languages = new HashMap<>();
    private long tweets;

    void add(ClassifiedTweet classified) {
        tweets++;
        classified.classifications().forEach((classifier, answer) -> {
            count(labels, classifier, View.label(answer), 1);
            count(models, classifier, answer.model(), 1);
        });
        Tweet tweet = classified.tweet();
        tweet.hashtags().stream().map(View::name).distinct().forEach(tag -> hashtags.merge(tag, 1L, Long::sum));
        languages.merge(tweet.lang() == null ? "und" : tweet.lang(), 1L, Long::sum);
        Matcher word =
                WORD.matcher(LINK_OR_NAME.matcher(tweet.text()).replaceAll(" ").toLowerCase(Locale.ROOT));
        word.results()
                .map(found -> found.group().replace('’', '\''))
                .distinct()
                .filter(found -> !EMPTY_WORDS.contains(found))
                .forEach(found -> words.merge(found, 1L, Long::sum));
    }

    void add(Tally other) {
        tweets += other.tweets;
        other.labels.forEach((name, counts) -> counts.forEach((label, count) -> count(labels, name, label, count)));
        other.models.forEach((name, counts) -> counts.forEach((model, count) -> count(models, name, model, count)));
        other.hashtags.forEach((tag, count) -> hashtags.merge(tag, count, Long::sum));
        other.words.forEach((word, count) -> words.merge(word, count, Long::sum));
        other.languages.forEach((language, count) -> languages.merge(language, count, Long::sum));
    }

    long tweets() {
        return tweets;
    }

    /** How many tweets each label has, by classifier. */
    Map<String, Map<String, Long>> labels() {
        return labels;
    }

    /** How many tweets each model classified, by classifier. */
    Map<String, Map<String, Long>> models() {
        return models;
    }

    Map<String, Long> hashtags() {
        return hashtags;
    }

    Map<String, Long> words() {
        return words;
    }

    Map<String, Long> languages() {
        return languages;
    }

    /** The most frequent, the most frequent first, those as frequent by name. */
    static List<Map.Entry<String, Long>> top(Map<String, Long> counts, int most) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .toList();
    }

    private static void count(Map<String, Map<String, Long>> counts, String name, String of, long more) {
        counts.computeIfAbsent(name, key -> new TreeMap<>()).merge(of, more, Long::sum);
    }
}
