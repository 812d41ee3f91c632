/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.ConfigException;
import dev.nightjar.WireName;
import dev.nightjar.command.kafka.KafkaOptions;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.kafka.KafkaTable;
import dev.nightjar.source.twitter.stream.GapLedger;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nightjar gaps}. */
@Command(
        name = "gaps",
        description = {
            "Shows the ledger of gaps that 'nightjar live' keeps in a file (--ledger FILE) or in a topic"
                    + " (--gaps-topic TOPIC): what the stream has of the posts of which time. What was not live was backfilled by X, searched, or is missing. A stream that runs writes down"
                    + " a stretch of time when it ends.",
            "The last 10 s of a run are unsettled: X delivers late, and may have had more of them. A run that continues"
                    + " by --position searches them.",
            "Exit code 5 if something is missing."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar gaps politics.ledger",
            "  nightjar gaps politics.ledger --json",
            "  nightjar gaps --topic politics.gaps --bootstrap-servers localhost:9092"
        })
public final class GapsCommand extends Subcommand {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The ledger.")
    private @Nullable Path file;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "The topic of the ledger, in place of a file.")
    private @Nullable String topic;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--json", description = "Print one JSON object in place of a table; times are in seconds.")
    private boolean json;

    @Option(names = "--only-missing", description = "Show only what is missing.")
    private boolean onlyMissing;

    @Override
    public Integer call() throws IOException {
        List<Interval> intervals = intervals();
        Map<State, Duration> totals = new EnumMap<>(State.class);
        for (State state : State.values()) {
            totals.put(state, Duration.ZERO);
        }
        intervals.forEach(interval -> totals.merge(interval.state(), interval.length(), Duration::plus));
        List<Interval> shown = intervals.stream()
                .filter(interval -> !onlyMissing || interval.state() == State.MISSING)
                .toList();
        PrintWriter out = out();
        if (json) {
            write(shown, intervals, totals, out);
        } else {
            print(shown, intervals, totals, out);
        }
        out.flush();
        return millis(totals, State.MISSING) == 0 ? 0 : Exit.UNBALANCED;
    }

    private List<Interval> intervals() {
        if (topic != null && file == null) {
            return KafkaTable.read(kafka.config(), topic).values().stream()
                    .map(Interval::fromJson)
                    .sorted(Comparator.comparing(Interval::from))
                    .toList();
        }
        if (file == null || topic != null) {
            throw wrong("Give either a FILE or a --topic");
        }
        if (!Files.exists(file)) {
            throw new ConfigException("There is no ledger '" + file + "'; nightjar live --ledger keeps one");
        }
        return GapLedger.read(file);
    }

    private static void print(List<Interval> shown, List<Interval> all, Map<State, Duration> totals, PrintWriter out) {
        out.printf("%-19s  %-19s  %12s  %-10s  %-12s %8s%n", "from (UTC)", "to", "length", "state", "because", "posts");
        for (Interval interval : shown) {
            out.printf(
                    Locale.ROOT,
                    "%s  %s  %12s  %-10s  %-12s %,8d%n",
                    TIME.format(interval.from()),
                    TIME.format(interval.to()),
                    Watched.text(interval.length()),
                    WireName.kebab(interval.state()),
                    interval.reason() == null ? "" : WireName.kebab(interval.reason()),
                    interval.posts());
        }
        long whole = totals.values().stream().mapToLong(Duration::toMillis).sum();
        for (Map.Entry<State, Duration> total : totals.entrySet()) {
            out.printf(
                    Locale.ROOT,
                    "%-10s %12s  %6.2f %%%n",
                    WireName.kebab(total.getKey()),
                    Watched.text(total.getValue()),
                    whole == 0 ? 0 : 100.0 * total.getValue().toMillis() / whole);
        }
        out.printf(
                Locale.ROOT,
                "%.2f %% of %s is covered; %d of %d intervals are missing%n",
                Math.floor(1e4 * coverage(totals)) / 100,
                Watched.text(Duration.ofMillis(whole)),
                all.stream()
                        .filter(interval -> interval.state() == State.MISSING)
                        .count(),
                all.size());
        Duration unsettled = totals.getOrDefault(State.UNSETTLED, Duration.ZERO);
        if (!unsettled.isZero()) {
            out.printf(
                    "%s of it is unsettled: X delivers up to 10 s late, and may have had more when a run ended%n",
                    Watched.text(unsettled));
        }
    }

    private static void write(List<Interval> shown, List<Interval> all, Map<State, Duration> totals, PrintWriter out)
            throws IOException {
        JsonGenerator writer = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        writer.writeStartObject();
        writer.writeStringField("from", time(all.isEmpty() ? null : all.get(0).from()));
        writer.writeStringField(
                "to", time(all.isEmpty() ? null : all.get(all.size() - 1).to()));
        writer.writeNumberField("coverage", coverage(totals));
        writer.writeObjectFieldStart("totals");
        for (Map.Entry<State, Duration> total : totals.entrySet()) {
            writer.writeNumberField(
                    WireName.kebab(total.getKey()), total.getValue().toMillis() / 1e3);
        }
        writer.writeEndObject();
        writer.writeArrayFieldStart("intervals");
        for (Interval interval : shown) {
            writer.writeRawValue(interval.toJson());
        }
        writer.writeEndArray();
        writer.writeEndObject();
        writer.close();
        out.println();
    }

    /** What part of the time is not missing; all of no time. */
    private static double coverage(Map<State, Duration> totals) {
        long whole = totals.values().stream().mapToLong(Duration::toMillis).sum();
        return whole == 0 ? 1 : 1 - (double) millis(totals, State.MISSING) / whole;
    }

    private static long millis(Map<State, Duration> totals, State state) {
        return totals.getOrDefault(state, Duration.ZERO).toMillis();
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
