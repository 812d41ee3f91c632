/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DeadLetter;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.store.ErasableStore;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.testkit.Tweets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that outlives the process of an engine, simulated: a topic, its committed offset, two stores and the dead
 * letters. Whatever the engine asks of it is a {@linkplain #step step}, which may happen, fail, happen without the
 * engine learning of it, or be the last one before the process is killed.
 */
public final class SimulatedWorld {
    /** A record of the topic. */
    public enum Kind {
        /** A tweet. */
        A("1"),
        /** The same tweet again, with another text. */
        A2("1"),
        /** A version of it that the first store refuses. */
        A_REFUSED("1"),
        /** Its deletion. */
        A_DELETED("1"),
        /** Another tweet. */
        B("2"),
        /** No tweet. */
        POISON("");

        private final String id;
        private final Tweet tweet;
        private final byte[] json;

        Kind(String number) {
            this.id = number.isEmpty()
                    ? ""
                    : Tweets.tweet(Integer.parseInt(number)).id();
            this.tweet =
                    Tweet.builder(id.isEmpty() ? "9" : id, name(), Tweets.START).build();
            this.json = ("{\"id\":\"" + id + "\",\"text\":\"" + name() + "\"}").getBytes(UTF_8);
        }

        /** The record's key. */
        public byte[] key() {
            return id.getBytes(UTF_8);
        }

        /** The record's value; null for a deletion. */
        public byte @Nullable [] value() {
            return switch (this) {
                case A_DELETED -> null;
                case POISON -> "<html>".getBytes(UTF_8);
                default -> json;
            };
        }

        /** What it is when it has been read. */
        public Incoming<ClassifiedTweet> read(int offset) {
            Incoming.Original original = (stage, code, message) ->
                    new DeadLetter(stage, code, message, DeadLetter.origin(TOPIC, 0, offset), value());
            return switch (this) {
                case A_DELETED -> Incoming.Deleted.ofKey(key());
                case POISON ->
                    new Incoming.Dead<>(original.deadLetter(DeadLetter.Stage.DECODE, "bad-json", "It is no JSON"));
                default -> new Incoming.Arrived<>(ClassifiedTweet.of(tweet, Map.of()), id, -1, original);
            };
        }
    }

    /** What is wrong with a world in which the law must be seen to be broken. */
    public enum Defect {
        COMMITS_WHAT_IT_READS,
        COMMITS_ONE_RECORD_TOO_FAR,
        LOSES_DEAD_LETTERS,
        HIDES_A_FAILED_WRITE,
        ACKNOWLEDGES_BEFORE_IT_STORES,
        SWAPS_THE_RECORDS_OF_A_BATCH,
        FORGETS_THE_SECOND_STORE_AFTER_THE_FIRST_FAILED,
        TAKES_AN_OUTAGE_FOR_A_REFUSAL,
        INSERTS_WHERE_IT_SHOULD_REPLACE,
        KEEPS_THE_FIRST_VERSION,
        FORGETS_DELETIONS,
        DOES_NOT_READ_AGAIN
    }

    /** The process is killed: nothing that it does from now on happens. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    static final String TOPIC = "tweets";
    private static final String NOTHING = "nothing";
    private static final List<String> STORES = List.of("one", "two");
    private static final List<String> OUTCOMES = List.of("", "and is killed", "and fails", "and never learns of it");

    final List<Kind> topic;
    private final Law law;
    private final Set<Defect> defects;
    private int committed;
    private int planned = -1;
    private final List<SortedMap<String, String>> stores = List.of(new TreeMap<>(), new TreeMap<>());
    private final SortedSet<String> dead = new TreeSet<>();
    private int troubles;

    private Schedule schedule = new Schedule(List.of());
    private boolean lived;
    private boolean killed;
    private boolean firstFailed;
    private final List<Runnable> late = new ArrayList<>();

    SimulatedWorld(List<Kind> topic, int troubles, Set<Defect> defects) {
        this(topic, new Law(topic), troubles, defects);
    }

    private SimulatedWorld(List<Kind> topic, Law law, int troubles, Set<Defect> defects) {
        this.topic = topic;
        this.law = law;
        this.troubles = troubles;
        this.defects = defects;
    }

    /** The world as the next process finds it. */
    SimulatedWorld reborn(Schedule life) {
        SimulatedWorld next = new SimulatedWorld(topic, law, troubles, defects);
        next.committed = committed;
        next.planned = planned;
        for (int i = 0; i < stores.size(); i++) {
            next.stores.get(i).putAll(stores.get(i));
        }
        next.dead.addAll(dead);
        next.schedule = life;
        return next;
    }

    /** Equal for worlds in which the same can happen, but for how much can still go wrong, to a process that has nothing in hand. */
    String state() {
        return state(committed);
    }

    private String state(int position) {
        return committed + "/" + planned + "/" + position + stores + dead + firstFailed + late.size();
    }

    /** How many things can still go wrong. */
    int troubles() {
        return troubles;
    }

    /**
     * The engine has nothing in hand. If another one has been here before, what can follow is known.
     *
     * @param position where it goes on
     */
    public void rest(int position) {
        if (lived) {
            schedule.rest(this, state(position));
        }
        lived = true;
    }

    /** Whether this is planted. */
    public boolean has(Defect defect) {
        return defects.contains(defect);
    }

    /** How many records the topic has. */
    public int end() {
        return topic.size();
    }

    /** The record at an offset. */
    public Kind record(int offset) {
        return topic.get(offset);
    }

    /** How many records come first in what is read or planned from an offset on; one choice of all there are. */
    public int some(int from) {
        int count = 1 + schedule.choose(end() - from);
        schedule.tell("takes", count, "at", from);
        return count;
    }

    /** Whether the one thing happens rather than the other. */
    public boolean either(String one, String other) {
        boolean first = schedule.choose(2) == 0;
        schedule.tell(first ? one : other);
        return first;
    }

    /** Where the next process begins. */
    public int committed() {
        return committed;
    }

    /** Where the micro-batch ends that was begun and not committed; -1 if there is none. */
    public int planned() {
        return planned;
    }

    /** Keeps where the micro-batch ends. */
    public void plan(int end) {
        step("plans up to", end, () -> planned = end);
        if (has(Defect.COMMITS_WHAT_IT_READS)) {
            committed = end;
        }
    }

    /** Commits an offset. */
    public void commit(int offset) {
        int done = has(Defect.COMMITS_ONE_RECORD_TOO_FAR) ? Math.min(offset + 1, end()) : offset;
        step("commits", done, () -> {
            committed = done;
            planned = -1;
            check();
        });
    }

    /** Whether something goes wrong that does not concern the engine's own calls. */
    public boolean fault(String what) {
        if (troubles == 0 || schedule.choose(2) == 0) {
            return false;
        }
        troubles--;
        schedule.tell(what);
        return true;
    }

    /** Something that the engine asks of the world. */
    public void step(Object what, Object detail, Runnable effect) {
        if (killed) {
            throw new Killed();
        }
        int outcome = troubles == 0 ? 0 : schedule.choose(OUTCOMES.size());
        troubles -= Math.min(outcome, 1);
        schedule.tell(what, detail, OUTCOMES.get(outcome));
        if (outcome == 2) {
            throw new RetriableException("Told to fail", null);
        }
        effect.run();
        if (outcome == 1) {
            killed = true;
            throw new Killed();
        }
        if (outcome == 3) {
            throw new RetriableException("Reply lost", null);
        }
    }

    /** The first store, which cannot hold one of the kinds, or the second. */
    public SinkFactory<ClassifiedTweet> sink(int number) {
        return new Factory<>(() -> KeyedSink.erasable(new Store(number), 1, 1_000));
    }

    /** Keeps a dead letter. */
    public void keep(String origin, byte[] original) {
        step("keeps the dead letter", origin, () -> {
            if (!has(Defect.LOSES_DEAD_LETTERS)) {
                dead.add(origin + '=' + new String(original, UTF_8));
            }
        });
    }

    /** Keeps dead letters. */
    public SinkFactory<DeadLetter> deadLetters() {
        return new Factory<>(() -> new Sink<>() {
            @Override
            public void write(List<DeadLetter> batch) {
                batch.forEach(letter -> keep(letter.origin(), letter.original()));
            }

            @Override
            public void close() {}
        });
    }

    /** Not equal to any other, so that no process shares what another has opened. */
    private static final class Factory<T> implements SinkFactory<T> {
        private static final long serialVersionUID = 1L;

        private final transient Supplier<Sink<T>> opener;

        Factory(Supplier<Sink<T>> opener) {
            this.opener = opener;
        }

        @Override
        public Sink<T> open() {
            return opener.get();
        }
    }

    private final class Store implements ErasableStore<ClassifiedTweet, Tweet> {
        private final int number;
        private final SortedMap<String, String> rows;

        Store(int number) {
            this.number = number;
            this.rows = stores.get(number);
        }

        @Override
        public String key(ClassifiedTweet tweet) {
            return tweet.tweet().id();
        }

        @Override
        public Tweet encode(ClassifiedTweet tweet) {
            return tweet.tweet();
        }

        @Override
        public long bytes(Tweet tweet) {
            return 1;
        }

        @Override
        public List<Rejection> write(List<Entry<Tweet>> request) {
            Entry<Tweet> entry = request.get(0);
            if (number == 0 && entry.value().text().equals(Kind.A_REFUSED.name())) {
                return List.of(entry.rejected("refused", "Told to refuse it"));
            }
            if (number == 1 && firstFailed && has(Defect.FORGETS_THE_SECOND_STORE_AFTER_THE_FIRST_FAILED)) {
                return List.of();
            }
            try {
                act(entry.value().text(), () -> put(entry.key(), entry.value().text()));
            } catch (RetriableException e) {
                firstFailed |= number == 0;
                if (has(Defect.TAKES_AN_OUTAGE_FOR_A_REFUSAL)) {
                    return List.of(entry.rejected("refused", "It does not answer"));
                }
                if (!has(Defect.HIDES_A_FAILED_WRITE) && !has(Defect.FORGETS_THE_SECOND_STORE_AFTER_THE_FIRST_FAILED)) {
                    throw e;
                }
            }
            return List.of();
        }

        private void put(String key, String text) {
            if (has(Defect.INSERTS_WHERE_IT_SHOULD_REPLACE)) {
                rows.put(rows.containsKey(key) ? key + "'" : key, text);
            } else if (!has(Defect.KEEPS_THE_FIRST_VERSION) || !rows.containsKey(key)) {
                rows.put(key, text);
            }
        }

        @Override
        public List<Rejection> erase(List<String> keys) {
            act("erases", () -> {
                if (!has(Defect.FORGETS_DELETIONS)) {
                    rows.remove(keys.get(0));
                }
            });
            return List.of();
        }

        private void act(String what, Runnable effect) {
            late.forEach(Runnable::run);
            late.clear();
            if (has(Defect.ACKNOWLEDGES_BEFORE_IT_STORES)) {
                step(STORES.get(number), what, () -> late.add(effect));
            } else {
                step(STORES.get(number), what, effect);
            }
        }

        @Override
        public void close() {
            if (!killed) {
                late.forEach(Runnable::run);
            }
        }
    }

    /** What the law says at any moment: what is committed is where it belongs, and there is nothing else. */
    void check() {
        law.check(committed, stores, dead);
    }

    /** What the law says when all is done. */
    void checkEnd() {
        Law.require(committed == end(), "Offset " + committed + " is committed at the end, of " + end());
        check();
    }

    /** What the law says of a topic. */
    private static final class Law {
        private final List<Kind> topic;
        /** The letters that may be there, and those that must be when so many records are committed. */
        private final Set<String> letters;

        private final List<Set<String>> requiredLetters = new ArrayList<>();
        /** What each store may have under each id when so many records are committed. */
        private final List<List<Map<String, Set<String>>>> rows = new ArrayList<>();

        Law(List<Kind> topic) {
            this.topic = topic;
            this.letters = letters(topic.size());
            for (int committed = 0; committed <= topic.size(); committed++) {
                // A version that was replaced before a store saw it is kept by nobody.
                Set<String> required = letters(committed);
                int last = Math.max(topic.lastIndexOf(Kind.A), topic.lastIndexOf(Kind.A2));
                letters(Math.max(last, 0)).stream()
                        .filter(letter -> letter.contains(Kind.A_REFUSED.name()))
                        .forEach(required::remove);
                requiredLetters.add(required);
                List<Map<String, Set<String>>> both = new ArrayList<>();
                for (int store = 0; store < STORES.size(); store++) {
                    Map<String, Set<String>> allowed = new HashMap<>();
                    for (int records = committed; records <= topic.size(); records++) {
                        Map<String, String> exact = rows(store, records);
                        for (Kind kind : Kind.values()) {
                            allowed.computeIfAbsent(kind.id, id -> new HashSet<>())
                                    .add(exact.getOrDefault(kind.id, NOTHING));
                        }
                    }
                    both.add(allowed);
                }
                rows.add(both);
            }
        }

        void check(int committed, List<SortedMap<String, String>> stores, Set<String> dead) {
            if (!letters.containsAll(dead)) {
                throw new AssertionError("Among the dead letters " + dead + " is one of no bad record");
            }
            if (!dead.containsAll(requiredLetters.get(committed))) {
                throw new AssertionError("Offset " + committed + " is committed, and there are no dead letters but "
                        + dead + " of " + requiredLetters.get(committed));
            }
            for (int store = 0; store < stores.size(); store++) {
                Map<String, Set<String>> allowed = rows.get(committed).get(store);
                SortedMap<String, String> found = stores.get(store);
                if (!allowed.keySet().containsAll(found.keySet())) {
                    throw new AssertionError("Among the rows " + found + " is an invented one");
                }
                for (Map.Entry<String, Set<String>> row : allowed.entrySet()) {
                    String version = found.getOrDefault(row.getKey(), NOTHING);
                    if (!row.getValue().contains(version)) {
                        throw new AssertionError("Offset " + committed + " is committed, and store " + STORES.get(store)
                                + " has " + version + " in place of " + row.getValue());
                    }
                }
            }
        }

        static void require(boolean kept, String breach) {
            if (!kept) {
                throw new AssertionError(breach);
            }
        }

        /** The rows that a store should have after so many records. */
        private SortedMap<String, String> rows(int store, int records) {
            SortedMap<String, String> rows = new TreeMap<>();
            for (Kind kind : topic.subList(0, records)) {
                if (kind == Kind.A_DELETED) {
                    rows.remove(kind.id);
                } else if (kind != Kind.POISON && (kind != Kind.A_REFUSED || store == 1)) {
                    rows.put(kind.id, kind.name());
                }
            }
            return rows;
        }

        /** The dead letters that there should be after so many records. */
        private Set<String> letters(int records) {
            Set<String> bad = new TreeSet<>();
            for (int offset = 0; offset < records; offset++) {
                Kind kind = topic.get(offset);
                if (kind == Kind.POISON || kind == Kind.A_REFUSED) {
                    bad.add(DeadLetter.origin(TOPIC, 0, offset) + '=' + new String(kind.value(), UTF_8));
                }
            }
            return bad;
        }
    }
}
