/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.cascade;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import dev.nightjar.io.Gate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets a fast classifier answer where it is sure and asks a better one otherwise, opened by {@link
 * CascadeConfig#open()}.
 *
 * <p>The first classifier is asked for every text. Its answer stands if its best score exceeds the second best by the
 * margin, or if it rejects the text as blank or too large. All other texts of the batch, including those that it failed
 * on, could not read or was uncertain of, go to the second classifier in one batch. Each answer names the model that gave it, so
 * {@link #model()}, which names the pair and the margin, stands in none. The margin is only as meaningful as the first
 * classifier's scores, which should be calibrated.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class CascadeClassifier implements Classifier {
    private final Classifier first;
    private final Classifier second;
    private final double margin;
    private final String model;
    private final LongAdder asked = new LongAdder();
    private final LongAdder askedOfSecond = new LongAdder();

    private final Gate gate = new Gate();

    CascadeClassifier(Classifier first, Classifier second, double margin) {
        this.first = first;
        this.second = second;
        this.margin = margin;
        String parts = first.model() + '\n' + second.model() + '\n' + margin + '\n';
        this.model = Sha256.model("cascade", Sha256.of(parts.getBytes(StandardCharsets.UTF_8)));
    }

    /** @throws ConfigException if classifiers with these labels make no cascade */
    static void check(LabelSet first, LabelSet second) {
        if (first.problemType() != ProblemType.SINGLE_LABEL || second.problemType() != ProblemType.SINGLE_LABEL) {
            throw new ConfigException(
                    "A cascade needs two models that give a text exactly one label, not " + first + " and " + second);
        }
        if (!new HashSet<>(first.names()).equals(new HashSet<>(second.names()))) {
            throw new ConfigException(
                    "A cascade needs two models with the same labels, not " + first.names() + " and " + second.names());
        }
    }

    /** The labels of both classifiers, in the order of the first. */
    @Override
    public LabelSet labels() {
        return first.labels();
    }

    /**
     * The pair and its margin, as {@code cascade@} and 12 hexadecimal digits; an answer names the one model that gave
     * it.
     */
    @Override
    public String model() {
        return model;
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        return gate.call("classifier " + model, () -> answers(copy));
    }

    private List<Classification> answers(List<String> copy) {
        List<Classification> answers = new ArrayList<>(first.classifyAll(copy));
        List<Integer> doubtful = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (margin(answers.get(i)) < margin) {
                doubtful.add(i);
            }
        }
        if (!doubtful.isEmpty()) {
            List<Classification> better =
                    second.classifyAll(doubtful.stream().map(copy::get).toList());
            for (int i = 0; i < better.size(); i++) {
                answers.set(doubtful.get(i), better.get(i));
            }
        }
        asked.add(copy.size());
        askedOfSecond.add(doubtful.size());
        return answers;
    }

    /** How many texts were classified since this was opened. */
    public long asked() {
        return asked.sum();
    }

    /** How many of these texts were given to the second classifier. */
    public long askedOfSecond() {
        return askedOfSecond.sum();
    }

    @Override
    public void close() {
        gate.close(() -> {
            try {
                second.close();
            } finally {
                first.close();
            }
        });
    }

    /**
     * How sure an answer is, to be compared with the margin: by how much its best score exceeds the second best. A text
     * that was rejected as blank or too large counts as 1, since no other model would read it; any other rejection as
     * -1.
     */
    public static double margin(Classification answer) {
        if (answer instanceof Classification.Scored scored) {
            List<ScoredLabel> scores = scored.scores();
            double second = scores.size() == 1 ? 0 : scores.get(1).score();
            return scored.best().score() - second;
        }
        Reason reason = ((Classification.Rejected) answer).reason();
        return reason == Reason.BLANK || reason == Reason.TOO_LARGE ? 1 : -1;
    }
}
