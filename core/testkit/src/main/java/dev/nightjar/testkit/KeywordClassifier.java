/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import dev.nightjar.Tweet;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A real but tiny classifier, for tests of pipelines: a label's score is its share of the keywords among the first 200
 * words of a text. The first label has half a keyword for granted, so that it is the answer for a text without any.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class KeywordClassifier implements Classifier {
    private static final int LONGEST_READ = 200;
    private static final Map<Factory, AtomicInteger> OPENINGS = new ConcurrentHashMap<>();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Factory factory;
    private final LabelSet labels;
    private final String model;
    private boolean closed;

    private KeywordClassifier(Factory factory) {
        this.factory = factory;
        this.labels = new LabelSet(factory.labels().stream().map(Label::name).toList(), ProblemType.SINGLE_LABEL);
        this.model = Sha256.model(
                factory.name(), Sha256.of(factory.labels().toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** The labels neutral, joy, anger and sadness. */
    public static Factory emotion() {
        return new Factory(
                "keyword-emotion",
                List.of(
                        new Label("neutral", List.of()),
                        new Label("joy", List.of("happy", "love", "great", "fun")),
                        new Label("anger", List.of("hate", "terrible", "broken")),
                        new Label("sadness", List.of("sad", "lost", "over"))),
                "");
    }

    /** The labels neutral, positive and negative. */
    public static Factory sentiment() {
        return new Factory(
                "keyword-sentiment",
                List.of(
                        new Label("neutral", List.of()),
                        new Label("positive", List.of("happy", "love", "great", "fun")),
                        new Label("negative", List.of("hate", "terrible", "broken", "sad", "lost"))),
                "");
    }

    @Override
    public LabelSet labels() {
        return labels;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The classifier is closed");
            }
            return texts.stream().map(this::answer).toList();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private Classification answer(String text) {
        if (text.isBlank()) {
            return new Classification.Rejected(model, Reason.BLANK);
        }
        if (text.codePointCount(0, text.length()) > Tweet.MAX_TEXT_LENGTH) {
            return new Classification.Rejected(model, Reason.TOO_LARGE);
        }
        if (!factory.faultMarker().isEmpty() && text.contains(factory.faultMarker())) {
            return new Classification.Rejected(model, Reason.MODEL_FAULT);
        }
        String[] words = text.toLowerCase(Locale.ROOT).split("[^a-z]+", LONGEST_READ + 1);
        boolean truncated = words.length > LONGEST_READ;
        List<String> read = List.of(words).subList(0, Math.min(words.length, LONGEST_READ));
        double[] hits = new double[labels.size()];
        double sum = 0;
        for (int i = 0; i < hits.length; i++) {
            hits[i] = read.stream()
                    .filter(factory.labels().get(i).keywords()::contains)
                    .count();
            hits[i] += i == 0 ? 0.5 : 0;
            sum += hits[i];
        }
        List<ScoredLabel> scores = new ArrayList<>();
        for (int i = 0; i < hits.length; i++) {
            scores.add(new ScoredLabel(labels.names().get(i), hits[i] / sum));
        }
        return new Classification.Scored(model, scores, truncated);
    }

    /**
     * A label and its keywords.
     *
     * <p>Immutable.
     *
     * @param name the label's name
     * @param keywords lower-case words of ASCII letters
     * @since 0.1.0
     */
    public record Label(String name, List<String> keywords) implements Serializable {
        /** Copies the keywords. */
        public Label {
            keywords = List.copyOf(keywords);
        }
    }

    /**
     * Opens a {@link KeywordClassifier}.
     *
     * <p>Immutable.
     *
     * @param name the model's name
     * @param labels the labels
     * @param faultMarker a text with this in it is rejected as {@link Reason#MODEL_FAULT}; empty for none
     * @param languages those that it reads; empty for any
     * @since 0.1.0
     */
    public record Factory(String name, List<Label> labels, String faultMarker, Set<String> languages)
            implements ClassifierFactory {
        /** Copies the labels and languages. */
        public Factory {
            labels = List.copyOf(labels);
            languages = Set.copyOf(languages);
        }

        /** One that reads any language. */
        public Factory(String name, List<Label> labels, String faultMarker) {
            this(name, labels, faultMarker, Set.of());
        }

        /** The same under another name, so that a test has a live classifier of its own. */
        public Factory name(String value) {
            return new Factory(value, labels, faultMarker, languages);
        }

        /** The same with a text that makes the model fail. */
        public Factory faultMarker(String value) {
            return new Factory(name, labels, value, languages);
        }

        /** The same, asked about tweets in these languages alone. */
        public Factory languages(String... value) {
            return new Factory(name, labels, faultMarker, Set.of(value));
        }

        /** How many classifiers equal factories have opened in this JVM. */
        public int openings() {
            return OPENINGS.getOrDefault(this, new AtomicInteger()).get();
        }

        @Override
        public Classifier open() {
            OPENINGS.computeIfAbsent(this, key -> new AtomicInteger()).incrementAndGet();
            return new KeywordClassifier(this);
        }
    }
}
