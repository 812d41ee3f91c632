/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DeadLetter;
import dev.nightjar.command.dashboard.Dashboard.Status;
import dev.nightjar.command.shared.Seldom;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.store.StoredTweetsByTime;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a store holds, as the page shows it. It reads the store once a {@link #look}, however many look on, and never
 * more than a bounded number of its tweets; what has to go through all of them it asks for so seldom that the store is
 * busy with it for a twentieth of the time at most.
 *
 * <p>Confined to one thread but for {@link #tweet}.
 */
final class Board {
    /** How many of the newest tweets are searched. */
    static final int SEARCHED = 1_000;
    /** How many tweets are shown. */
    static final int SHOWN = 50;

    private static final int TOP = 10;
    private static final int MOST_TIMES = 2_000;
    private static final int SHOWN_BYTES = 2_000;
    private static final int SELDOM = 20;
    private static final Duration RATE_OVER = Duration.ofSeconds(10);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);
    private static final Duration LATENCY_OVER = Duration.ofMinutes(1);
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final JsonFactory JSON = new JsonFactory();

    private final StoredTweets stored;
    private final Supplier<Status> status;
    private final Clock clock;
    private final Instant begin;
    private final Seldom<Long> count;
    private final Seldom<Map<String, Map<String, Long>>> labels;
    private final Deque<Counted> counted = new ArrayDeque<>();
    private final Deque<Late> latencies = new ArrayDeque<>();
    private final Map<Duration, Timeline> timelines = new HashMap<>();
    private volatile List<ClassifiedTweet> newest = List.of();
    private Set<String> known = Set.of();

    Board(StoredTweets stored, Supplier<Status> status, Clock clock) {
        this.stored = stored;
        this.status = status;
        this.clock = clock;
        this.begin = clock.instant();
        this.count = new Seldom<>(SELDOM, stored::count);
        this.labels = new Seldom<>(SELDOM, stored::labelCounts);
    }

    /** Reads the store, for those who want these windows of time. */
    void look(Set<Duration> windows) {
        Instant now = clock.instant();
        List<ClassifiedTweet> read = stored.newest(SEARCHED);
        Set<String> ids = read.stream().map(tweet -> tweet.tweet().id()).collect(Collectors.toSet());
        // When those were stored that are there at the first look, or the first after nobody looked, is not known.
        if (!counted.isEmpty() && counted.getLast().at().isAfter(now.minus(SEEN_WITHIN))) {
            read.stream()
                    .filter(tweet -> !known.contains(tweet.tweet().id()))
                    .map(tweet -> tweet.tweet().createdAt())
                    .filter(time -> time.isAfter(begin) && !time.isAfter(now))
                    .forEach(time -> latencies.addLast(
                            new Late(now, Duration.between(time, now).toMillis())));
        }
        latencies.removeIf(late -> late.at().isBefore(now.minus(LATENCY_OVER)));
        while (latencies.size() > MOST_TIMES) {
            latencies.removeFirst();
        }
        known = ids;
        newest = read;
        counted.addLast(new Counted(now, count.value()));
        while (counted.size() > 2 && counted.getFirst().at().isBefore(now.minus(RATE_OVER))) {
            counted.removeFirst();
        }
        Set<Duration> wanted = windows.stream().map(this::window).collect(Collectors.toSet());
        timelines.keySet().retainAll(wanted);
        for (Duration window : wanted) {
            timelines
                    .computeIfAbsent(window, length -> new Timeline(length, reader()))
                    .moveTo(end(now));
        }
    }

    /** The newest tweets that a view shows. */
    List<ClassifiedTweet> tweets(View view) {
        return newest.stream().filter(view::shows).limit(SHOWN).toList();
    }

    /** One of the newest tweets, as of the last look. */
    Optional<ClassifiedTweet> tweet(String id) {
        return newest.stream().filter(tweet -> tweet.tweet().id().equals(id)).findFirst();
    }

    /**
     * What is to be known for a view, as JSON.
     *
     * @param known the tweets that the page has got, which are repeated by their ids only
     */
    String json(View view, Set<ClassifiedTweet> known) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            writeStatus(json, status.get());
            json.writeNumberField("stored", counted.getLast().count());
            json.writeNumberField("perSecond", perSecond());
            writeLatency(json);
            writeCounts(json, "labels", labels.value());
            Timeline timeline = timelines.get(window(view.window()));
            if (timeline != null) {
                writeWindow(json, timeline);
            }
            json.writeNumberField("searched", newest.size());
            json.writeArrayFieldStart("tweets");
            for (ClassifiedTweet tweet : tweets(view)) {
                json.writeRawValue(
                        known.contains(tweet) ? '"' + tweet.tweet().id() + '"' : ClassifiedTweetJson.toJson(tweet));
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The window itself, or the shortest that the newest tweets fit in. */
    private Duration window(Duration wanted) {
        if (!wanted.isZero() || newest.isEmpty()) {
            return wanted.isZero() ? View.WINDOWS.get(0) : wanted;
        }
        Duration span = Duration.between(newest.get(newest.size() - 1).tweet().createdAt(), end(clock.instant()));
        return View.WINDOWS.stream()
                .filter(window -> window.compareTo(span) >= 0)
                .findFirst()
                .orElse(View.WINDOWS.get(View.WINDOWS.size() - 1));
    }

    /** When the newest tweet is of; now, if that lies ahead or there is none. */
    private Instant end(Instant now) {
        return newest.stream()
                .limit(SHOWN)
                .map(tweet -> tweet.tweet().createdAt())
                .filter(time -> time.isBefore(now.plus(SKEW)))
                .max(Instant::compareTo)
                .orElse(now);
    }

    private Timeline.Reader reader() {
        if (stored instanceof StoredTweetsByTime byTime) {
            return byTime::between;
        }
        return (from, until, most) -> newest.stream()
                .filter(tweet -> !tweet.tweet().createdAt().isBefore(from)
                        && tweet.tweet().createdAt().isBefore(until))
                .toList();
    }

    private double perSecond() {
        Counted first = counted.getFirst();
        Counted last = counted.getLast();
        long millis = Duration.between(first.at(), last.at()).toMillis();
        return millis == 0 ? 0 : Math.max(0, (last.count() - first.count()) * 1_000.0 / millis);
    }

    private void writeLatency(JsonGenerator json) throws IOException {
        if (!latencies.isEmpty()) {
            List<Long> sorted = latencies.stream().map(Late::millis).sorted().toList();
            json.writeObjectFieldStart("latency");
            json.writeNumberField("median", sorted.get(sorted.size() / 2));
            json.writeNumberField("p95", sorted.get(sorted.size() * 95 / 100));
            json.writeNumberField("of", sorted.size());
            json.writeEndObject();
        }
    }

    private void writeWindow(JsonGenerator json, Timeline timeline) throws IOException {
        Tally sum = timeline.sum();
        json.writeObjectFieldStart("window");
        json.writeNumberField("minutes", timeline.step() * Timeline.STEPS / 60_000);
        json.writeNumberField("step", timeline.step());
        json.writeNumberField("begin", timeline.tallies().firstKey() * timeline.step());
        json.writeNumberField("tweets", sum.tweets());
        json.writeBooleanField("reading", timeline.isReading());
        json.writeBooleanField("sampled", timeline.isSampled());
        json.writeBooleanField("newestOnly", !(stored instanceof StoredTweetsByTime));
        json.writeObjectFieldStart("shares");
        for (Map.Entry<String, Map<String, Long>> classifier : sum.labels().entrySet()) {
            json.writeObjectFieldStart(classifier.getKey());
            for (String label : classifier.getValue().keySet()) {
                json.writeArrayFieldStart(label);
                for (Tally tally : timeline.tallies().values()) {
                    json.writeNumber(tally.labels()
                            .getOrDefault(classifier.getKey(), Map.of())
                            .getOrDefault(label, 0L));
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        writeCounts(json, "models", sum.models());
        writeTop(json, "hashtags", sum.hashtags());
        writeTop(json, "words", sum.words());
        writeTop(json, "languages", sum.languages());
        json.writeEndObject();
    }

    private static void writeStatus(JsonGenerator json, Status status) throws IOException {
        json.writeStringField("store", status.store());
        json.writeStringField("phase", status.phase());
        json.writeBooleanField("finished", status.finished());
        json.writeNumberField("published", status.published());
        json.writeNumberField("expected", status.expected());
        json.writeNumberField("lag", status.lag());
        json.writeNumberField("skipped", status.skipped());
        json.writeArrayFieldStart("deadLetters");
        for (Map.Entry<String, Long> reason : Tally.top(status.deadLetters(), TOP)) {
            json.writeStartObject();
            json.writeStringField("reason", reason.getKey());
            json.writeNumberField("count", reason.getValue());
            DeadLetter letter = status.examples().get(reason.getKey());
            if (letter != null) {
                byte[] original = letter.original();
                json.writeStringField("message", letter.message());
                json.writeStringField("origin", letter.origin());
                json.writeNumberField("bytes", original.length);
                json.writeStringField(
                        "original",
                        new String(original, 0, Math.min(original.length, SHOWN_BYTES), StandardCharsets.UTF_8));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeCounts(JsonGenerator json, String name, Map<String, Map<String, Long>> counts)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Map<String, Long>> group : counts.entrySet()) {
            json.writeObjectFieldStart(group.getKey());
            for (Map.Entry<String, Long> count : group.getValue().entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeTop(JsonGenerator json, String name, Map<String, Long> counts) throws IOException {
        json.writeArrayFieldStart(name);
        for (Map.Entry<String, Long> count : Tally.top(counts, TOP)) {
            json.writeStartArray();
            json.writeString(count.getKey());
            json.writeNumber(count.getValue());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    /** How late a tweet was seen, and when. */
    private record Late(Instant at, long millis) {}

    /** How many tweets there were when. */
    private record Counted(Instant at, long count) {}
}
