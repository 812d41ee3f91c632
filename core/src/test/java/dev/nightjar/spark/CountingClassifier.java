/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.LabelSet;
import dev.nightjar.io.TokenCount;
import dev.nightjar.testkit.KeywordClassifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The keyword classifier for emotions, and which batches it was given. Its tokens are a text's characters. */
record CountingClassifier(Classifier classifier, List<List<String>> batches) implements Classifier {
    private static final Map<String, List<List<String>>> BATCHES = new ConcurrentHashMap<>();

    /** A classifier of a name; each test should have a name of its own. */
    static Factory named(String name) {
        return new Factory(KeywordClassifier.emotion().name(name).faultMarker("[fault]"));
    }

    @Override
    public LabelSet labels() {
        return classifier.labels();
    }

    @Override
    public String model() {
        return classifier.model();
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        batches.add(List.copyOf(texts));
        int read = texts.stream().mapToInt(String::length).sum();
        int longest = texts.stream().mapToInt(String::length).max().orElse(0);
        TokenCount.ofThread().add(read, (long) longest * texts.size() - read);
        return classifier.classifyAll(texts);
    }

    @Override
    public void close() {
        classifier.close();
    }

    /** Opens it. */
    record Factory(KeywordClassifier.Factory keywords) implements ClassifierFactory {
        @Override
        public Classifier open() {
            return new CountingClassifier(keywords.open(), batches());
        }

        /** The batches that equal factories' classifiers were given. */
        List<List<String>> batches() {
            return BATCHES.computeIfAbsent(keywords.name(), key -> new CopyOnWriteArrayList<>());
        }

        /** How many texts they were given. */
        long texts() {
            return batches().stream().mapToLong(List::size).sum();
        }
    }
}
