/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import dev.nightjar.classifier.lr.LrClassifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which pieces of a text moved the score of its best label, strongest first.
 *
 * @param method how that was found out
 * @param pieces the pieces; none for a text without an answer
 */
record Explanation(Method method, List<Piece> pieces) {
    /** So many words of a text are left out in turn; no model reads many more. */
    static final int MOST_WORDS = 100;
    /** How many pieces of a text are shown. */
    static final int SHOWN = 8;

    /**
     * Explains an answer.
     *
     * @param limit the most pieces to give
     */
    static Explanation of(Classifier classifier, String text, Classification answer, int limit) {
        if (classifier instanceof LrClassifier regression) {
            return new Explanation(
                    Method.N_GRAMS,
                    regression.explain(text, limit).stream()
                            .map(evidence -> new Piece(kind(evidence.unit()), evidence.ngram(), evidence.weight()))
                            .toList());
        }
        List<Piece> pieces =
                answer.top().map(best -> occlusion(classifier, text, best)).orElse(List.of());
        return new Explanation(
                Method.OCCLUSION,
                pieces.stream()
                        .sorted(Comparator.comparingDouble(piece -> -Math.abs(piece.weight())))
                        .limit(limit)
                        .toList());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStringField("method", method.title());
        json.writeArrayFieldStart("pieces");
        for (Piece piece : pieces) {
            json.writeStartObject();
            json.writeStringField("kind", piece.kind());
            json.writeStringField("text", piece.text());
            json.writeNumberField("weight", piece.weight());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Asks for the text without each of its words, in one batch. */
    private static List<Piece> occlusion(Classifier classifier, String text, ScoredLabel best) {
        List<String> words = List.of(text.strip().split("\\s+"));
        List<String> without = IntStream.range(0, Math.min(words.size(), MOST_WORDS))
                .mapToObj(i -> without(words, i))
                .toList();
        List<Classification> answers = classifier.classifyAll(without);
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            // Nothing to be read without a word: the whole score is owed to it.
            double rest = answers.get(i) instanceof Classification.Scored scored
                    ? scored.score(best.label()).orElse(0)
                    : 0;
            pieces.add(new Piece("word", words.get(i), best.score() - rest));
        }
        return pieces;
    }

    private static String kind(LrClassifier.Evidence.Unit unit) {
        return switch (unit) {
            case WORDS -> "words";
            case CHARACTERS -> "letters";
        };
    }

    private static String without(List<String> words, int left) {
        List<String> others = new ArrayList<>(words);
        others.remove(left);
        return String.join(" ", others);
    }

    /** How it was found out which pieces matter. */
    enum Method {
        /** From the weights of a logistic regression: by how much an n-gram moved the logit. */
        N_GRAMS("n-grams"),
        /** By leaving out one word after the other: by how much the score falls without it. */
        OCCLUSION("words left out");

        private final String title;

        Method(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /**
     * A piece of a text.
     *
     * @param kind what it is a piece of: {@code word}, {@code words} or {@code letters}
     * @param text a word, or an n-gram as the model reads it
     * @param weight by how much it raised (if positive) or lowered the best label
     */
    record Piece(String kind, String text, double weight) {}
}
