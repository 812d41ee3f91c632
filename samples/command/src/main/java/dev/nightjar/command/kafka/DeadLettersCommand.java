/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.TopicReader;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nightjar dead-letters}. */
@Command(
        name = "dead-letters",
        description = {
            "Says what became a dead letter and why, and publishes it again when the cause is mended.",
            "What was published again is no longer in the list; if it fails again, it is a dead letter anew."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar dead-letters list tweets.dead-letters",
            "  nightjar dead-letters show tweets.dead-letters --reason sink/expired",
            "  nightjar dead-letters republish tweets.dead-letters --dry-run"
        })
public final class DeadLettersCommand extends Subcommand {
    private static final String TOPIC = "The topic of the dead letters.";
    private static final String REASON = "Only of this reason, as 'list' names it. Repeatable.";
    private static final String COUNT = "So many at most.";

    @Override
    public Integer call() {
        throw wrong("Say what to do: list, show or republish");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Says how many there are, by reason and by the topic that they were read from.")
    void list(@Mixin KafkaOptions kafka, @Parameters(paramLabel = "TOPIC", description = TOPIC) String topic) {
        Map<String, Long> counts = new TreeMap<>();
        current(kafka.config(), topic, Set.of(), (record, letter) -> {
            String from = Republisher.topic(record);
            String reason = Ledger.reason(letter);
            counts.merge(String.format(Locale.ROOT, "%-32s %s", reason, from == null ? "" : from), 1L, Long::sum);
        });
        counts.forEach((kind, count) -> say(String.format(Locale.ROOT, "%,9d  %s", count, kind.strip())));
        long sum = counts.values().stream().mapToLong(Long::longValue).sum();
        say(String.format(Locale.ROOT, "%,9d  dead letters in %s", sum, topic));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Prints them, a line each: the reason and what it was.")
    void show(
            @Mixin KafkaOptions kafka,
            @Parameters(paramLabel = "TOPIC", description = TOPIC) String topic,
            @Option(names = "--reason", paramLabel = "REASON", description = REASON) @Nullable Set<String> reasons,
            @Option(names = "--count", paramLabel = "N", description = COUNT) @Nullable Long count,
            @Option(names = "--json", description = "Print JSON lines.") boolean json) {
        TopicPrinter printer = new TopicPrinter(Map.of(), null, json, out());
        AtomicLong left = new AtomicLong(count == null ? Long.MAX_VALUE : count);
        current(kafka.config(), topic, given(reasons), (record, letter) -> {
            if (left.getAndDecrement() > 0) {
                printer.print(List.of(record));
            }
        });
    }

    @Command(
            name = "republish",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Publishes them again as they were, to the topic that they were read from.")
    int republish(
            @Mixin KafkaOptions kafka,
            @Parameters(paramLabel = "TOPIC", description = TOPIC) String topic,
            @Option(names = "--reason", paramLabel = "REASON", description = REASON) @Nullable Set<String> reasons,
            @Option(names = "--count", paramLabel = "N", description = COUNT) @Nullable Long count,
            @Option(
                            names = "--to",
                            paramLabel = "TOPIC",
                            description = "Publish to this topic; needed for those of a file or a source.")
                    @Nullable
                    String to,
            @Option(
                            names = "--most-times",
                            paramLabel = "N",
                            defaultValue = "3",
                            description = "Keep what was published again so often. Default: ${DEFAULT-VALUE}.")
                    int mostTimes,
            @Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun) {
        KafkaConfig cluster = kafka.config();
        AtomicLong left = new AtomicLong(count == null ? Long.MAX_VALUE : count);
        Map<String, Long> outcomes = new TreeMap<>();
        try (Republisher republisher = new Republisher(cluster, to, mostTimes, dryRun)) {
            current(cluster, topic, given(reasons), (record, letter) -> {
                if (left.getAndDecrement() > 0) {
                    String outcome = republisher.republish(record, letter);
                    outcomes.merge(outcome, 1L, Long::sum);
                    say(outcome + ": " + Ledger.reason(letter) + " at " + letter.origin());
                }
            });
        }
        outcomes.forEach((outcome, times) -> err().printf(Locale.ROOT, "%,d %s%n", times, outcome));
        err().flush();
        return outcomes.keySet().stream().anyMatch(outcome -> outcome.startsWith(Republisher.KEPT)) ? Exit.FAILED : 0;
    }

    private static Set<String> given(@Nullable Set<String> reasons) {
        return reasons == null ? Set.of() : reasons;
    }

    /**
     * Reads the dead letters of a topic as they are now: of those with one key the last, and none that was published
     * again.
     *
     * @param reasons none for all
     */
    private void current(
            KafkaConfig kafka,
            String topic,
            Set<String> reasons,
            BiConsumer<ConsumerRecord<byte[], byte[]>, DeadLetter> each) {
        Map<String, String> last = new HashMap<>();
        TopicReader.readAll(
                kafka, topic, record -> last.merge(Republisher.key(record), place(record), (before, now) -> now));
        Set<String> there = new TreeSet<>();
        AtomicLong found = new AtomicLong();
        AtomicLong others = new AtomicLong();
        TopicReader.readAll(kafka, topic, record -> {
            if (record.value() == null || !place(record).equals(last.get(Republisher.key(record)))) {
                return;
            }
            try {
                DeadLetter letter = KafkaDeadLetters.decode(record);
                there.add(Ledger.reason(letter));
                if (reasons.isEmpty() || reasons.contains(Ledger.reason(letter))) {
                    found.incrementAndGet();
                    each.accept(record, letter);
                }
            } catch (DataException e) {
                others.incrementAndGet();
            }
        });
        if (others.get() > 0) {
            err().printf(Locale.ROOT, "%,d records of %s are no dead letters%n", others.get(), topic);
        }
        if (found.get() == 0 && !reasons.isEmpty()) {
            err().println("There are none of " + String.join(", ", reasons)
                    + (there.isEmpty() ? "" : "; there are " + String.join(", ", there)));
        }
        err().flush();
    }

    private static String place(ConsumerRecord<?, ?> record) {
        return record.partition() + "-" + record.offset();
    }
}
