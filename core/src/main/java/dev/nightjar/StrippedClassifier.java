/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A classifier that reads texts as {@link ClassifierFactory#ofStrippedText()} says. */
record StrippedClassifier(ClassifierFactory factory) implements ClassifierFactory {
    private static final Pattern LEFT_OUT =
            Pattern.compile("https?://\\S*|www\\.\\S*|[@#\uff20\uff03][\\p{L}\\p{M}\\p{N}_]+|['\u2019]");
    private static final Pattern SPACE = Pattern.compile("[^a-z0-9]+");

    static String strip(String text) {
        String left = LEFT_OUT.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        return SPACE.matcher(left).replaceAll(" ").strip();
    }

    @Override
    public Set<String> languages() {
        return factory.languages();
    }

    @Override
    public int threads() {
        return factory.threads();
    }

    @Override
    public Classifier open() {
        Classifier classifier = factory.open();
        return new Classifier() {
            @Override
            public LabelSet labels() {
                return classifier.labels();
            }

            @Override
            public String model() {
                return StrippedClassifier.model(classifier.model());
            }

            @Override
            public List<Classification> classifyAll(List<String> texts) {
                return classifier
                        .classifyAll(
                                texts.stream().map(StrippedClassifier::strip).toList())
                        .stream()
                        .map(StrippedClassifier::renamed)
                        .toList();
            }

            @Override
            public void close() {
                classifier.close();
            }
        };
    }

    private static Classification renamed(Classification answer) {
        String model = model(answer.model());
        if (answer instanceof Classification.Rejected rejected) {
            return new Classification.Rejected(model, rejected.reason());
        }
        Classification.Scored scored = (Classification.Scored) answer;
        return new Classification.Scored(model, scored.scores(), scored.truncated());
    }

    /** Another model than the one that reads whole texts: its name, with a digest of its own. */
    private static String model(String inner) {
        byte[] both = (inner + " strip-all").getBytes(StandardCharsets.UTF_8);
        return Sha256.model(inner.replaceFirst("@.*", ""), Sha256.of(both));
    }
}
