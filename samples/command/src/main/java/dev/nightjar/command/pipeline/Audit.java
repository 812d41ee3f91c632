/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.DeadLetter;
import dev.nightjar.command.kafka.ReadThrough;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.TopicReader;
import dev.nightjar.store.StoredTweets;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The outcome of every record of a topic, read afterwards from durable places: the topic itself, the dead-letter topic
 * and the store. It takes no counter's word.
 *
 * @param store what the store is called
 * @param published the records of the topic
 * @param repeated those of an id that was there before: published again after a restart
 * @param erased those whose tweet was deleted later
 * @param stored the tweets of the topic that the store holds
 * @param deadLettered the records that are dead letters instead
 * @param skipped the records without a value, which announce a deletion
 * @param unreadable why records could not be read from the source, so that they never reached the topic, by their places
 * @param missing the ids that should be in the store and are not
 * @param unexpected the tweets in the store that are not in the topic; not counted where a store may hold older ones
 */
record Audit(
        String store,
        long published,
        long repeated,
        long erased,
        long stored,
        long deadLettered,
        long skipped,
        Map<String, DeadLetter> unreadable,
        Set<String> missing,
        long unexpected) {

    /**
     * Reads both topics to their ends and compares with a store.
     *
     * @param only whether the store holds nothing but the topic's tweets
     */
    static Audit of(
            KafkaConfig kafka, String topic, String deadLetterTopic, String name, StoredTweets store, boolean only) {
        Set<String> dead = new HashSet<>();
        Map<String, DeadLetter> unreadable = new LinkedHashMap<>();
        TopicReader.readAll(kafka, deadLetterTopic, record -> {
            if (record.value() == null) {
                return; // what was published again was a dead letter all the same
            }
            DeadLetter letter = KafkaDeadLetters.decode(record);
            if (letter.stage() == DeadLetter.Stage.SOURCE) {
                unreadable.putIfAbsent(letter.origin(), letter);
            } else {
                dead.add(letter.origin());
            }
        });
        Tally tally = new Tally();
        TopicReader.readAll(kafka, topic, record -> tally.count(record, dead));
        Set<String> stored = store.ids(tally.ids);
        long unexpected = only ? store.count() - stored.size() : 0;
        Set<String> missing = new HashSet<>(tally.ids);
        missing.removeAll(stored);
        return new Audit(
                name,
                tally.published,
                tally.repeated,
                tally.erased,
                stored.size(),
                tally.deadLettered,
                tally.skipped,
                unreadable,
                missing,
                unexpected);
    }

    /** Whether every published record is stored once, dead-lettered, skipped, erased or a repetition of such a record. */
    boolean balances() {
        return published == stored + deadLettered + skipped + erased + repeated && missing.isEmpty() && unexpected == 0;
    }

    /** Whether the source had records and none of them could be read. */
    boolean isUnread() {
        return published == 0 && !unreadable.isEmpty();
    }

    /** Says why records could not be read, and where the first is. */
    void printUnread(PrintWriter err) {
        Map<String, Long> reasons = new TreeMap<>();
        unreadable.values().forEach(letter -> reasons.merge(letter.code(), 1L, Long::sum));
        ReadThrough.print(reasons, unreadable.values().iterator().next(), err);
    }

    void print(PrintWriter out) {
        out.printf(Locale.ROOT, "%nLedger, read from the topic and from %s%n", store);
        line(out, "published to the topic", published, "");
        line(out, "= stored, one row an id", stored, "");
        line(out, "+ dead-lettered", deadLettered, "");
        line(out, "+ skipped", skipped, "deletions, which carry no tweet");
        if (erased > 0) {
            line(out, "+ erased", erased, "tweets that such a deletion took out of the store again");
        }
        line(out, "+ repeated", repeated, "published more than once, stored once");
        if (!unreadable.isEmpty()) {
            line(out, "unreadable at the source", unreadable.size(), "in the dead-letter topic too");
        }
        if (isUnread()) {
            out.println("Nothing could be read.");
        } else if (balances()) {
            out.println("It balances: nothing is missing, nothing is there twice.");
        } else {
            out.printf(
                    Locale.ROOT,
                    "IT DOES NOT BALANCE: %,d ids are missing from the store, %,d are there that were not published.%n",
                    missing.size(),
                    unexpected);
        }
        out.flush();
    }

    private static void line(PrintWriter out, String what, long count, String remark) {
        String text = String.format(Locale.ROOT, "  %-26s %,10d   %s", what, count, remark);
        out.println(text.stripTrailing());
    }

    private static final class Tally {
        private final Set<String> ids = new HashSet<>();
        private long published;
        private long repeated;
        private long deadLettered;
        private long skipped;
        private long erased;

        void count(ConsumerRecord<byte[], byte[]> record, Set<String> dead) {
            published++;
            String id = new String(record.key(), StandardCharsets.UTF_8);
            if (dead.contains(record.topic() + '-' + record.partition() + '-' + record.offset())) {
                deadLettered++;
            } else if (record.value() == null) {
                skipped++;
                erased += ids.remove(id) ? 1 : 0;
            } else if (!ids.add(id)) {
                repeated++;
            }
        }
    }
}
