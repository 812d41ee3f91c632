/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.store.StoredTweets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a topic of classified tweets holds for a reader who keeps the last record of each id. Each question reads the
 * topic from its beginning.
 *
 * <p>Safe for use by multiple threads.
 */
record TopicTweets(KafkaConfig kafka, String topic) implements StoredTweets {
    private static final ClassifiedTweetSerde SERDE = new ClassifiedTweetSerde();

    @Override
    public Set<String> ids(Set<String> among) {
        Set<String> ids = new HashSet<>(read().keySet());
        ids.retainAll(among);
        return ids;
    }

    @Override
    public long count() {
        return read().size();
    }

    @Override
    public Map<String, Map<String, Long>> labelCounts() {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        forEach(tweet -> tweet.classifications()
                .forEach((classifier, answer) -> counts.computeIfAbsent(classifier, key -> new TreeMap<>())
                        .merge(label(answer), 1L, Long::sum)));
        return counts;
    }

    private static String label(Classification answer) {
        return answer.top().map(ScoredLabel::label).orElse(NO_LABEL);
    }

    @Override
    public List<ClassifiedTweet> newest(int limit) {
        return read().values().stream()
                .sorted(Comparator.<ClassifiedTweet>comparingLong(
                                tweet -> Long.parseLong(tweet.tweet().id()))
                        .reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public void forEach(Consumer<ClassifiedTweet> action) {
        read().values().forEach(action);
    }

    private Map<String, ClassifiedTweet> read() {
        Map<String, ClassifiedTweet> last = new HashMap<>();
        TopicReader.readAll(kafka, topic, record -> {
            String id = record.key() == null ? "" : new String(record.key(), UTF_8);
            if (record.value() == null) {
                last.remove(id);
            } else {
                last.put(id, SERDE.decode(record.headers(), record.value()));
            }
        });
        return last;
    }

    @Override
    public void close() {}
}
