/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.ScoredLabel;
import dev.nightjar.store.StoredTweets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What someone wants to see.
 *
 * @param window how much time the shares of labels are shown for; zero for as much as the newest tweets span
 * @param classifier the classifier of the label; empty for any tweet
 * @param label the label that the tweets have
 * @param hashtag a hashtag that they have, in lower case; empty for any tweet
 * @param lang their language; empty for any
 * @param text what their text has in it, in lower case; empty for any
 */
record View(Duration window, String classifier, String label, String hashtag, String lang, String text) {
    static final List<Duration> WINDOWS = List.of(
            Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1), Duration.ofDays(7));
    private static final int LONGEST = 200;

    /**
     * Reads the parameters of a request.
     *
     * @throws DataException if one cannot be meant
     */
    static View of(Map<String, Deque<String>> parameters) {
        String minutes = first(parameters, "minutes");
        Duration window = WINDOWS.stream()
                .filter(known -> minutes.equals(Long.toString(known.toMinutes())))
                .findFirst()
                .orElse(Duration.ZERO);
        if (window.isZero() && !minutes.isEmpty()) {
            throw new DataException("bad-window", "There is no such window of time");
        }
        return new View(
                window,
                first(parameters, "classifier"),
                first(parameters, "label"),
                first(parameters, "hashtag").toLowerCase(Locale.ROOT).replaceFirst("^[#＃]", ""),
                first(parameters, "lang"),
                first(parameters, "text").toLowerCase(Locale.ROOT));
    }

    boolean shows(ClassifiedTweet classified) {
        return (classifier.isEmpty()
                        || label.equals(label(classified.classifications().get(classifier))))
                && (lang.isEmpty() || lang.equals(classified.tweet().lang()))
                && (hashtag.isEmpty()
                        || classified.tweet().hashtags().stream().anyMatch(tag -> hashtag.equals(name(tag))))
                && (text.isEmpty()
                        || classified.tweet().text().toLowerCase(Locale.ROOT).contains(text));
    }

    static String label(@Nullable Classification answer) {
        return answer == null ? "" : answer.top().map(ScoredLabel::label).orElse(StoredTweets.NO_LABEL);
    }

    static String name(Entity hashtag) {
        return hashtag.value().toLowerCase(Locale.ROOT);
    }

    private static String first(Map<String, Deque<String>> parameters, String name) {
        Deque<String> values = parameters.get(name);
        String value = values == null ? "" : values.getFirst().strip();
        if (value.length() > LONGEST) {
            throw new DataException("long-parameter", "The parameter " + name + " is too long");
        }
        return value;
    }
}
