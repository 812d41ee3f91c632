/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.Classification;
import dev.nightjar.cascade.CascadeClassifier;
import dev.nightjar.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.List;

/**
 * The cost and benefit of a {@link CascadeClassifier} of two measured models, for each margin from 0 to 1: how many
 * texts go to the second model, how good the answers are, and how fast.
 */
public final class CascadeCurve {
    /** By how much the suggested cascade may be worse than the second model alone. */
    static final double TOLERANCE = 0.005;

    private static final int STEPS = 100;

    private final Measurement first;
    private final Measurement second;
    private final Measure measure;
    private final List<Point> points = new ArrayList<>();

    /**
     * Puts the answers of both models together; asks neither.
     *
     * @param measure by which a margin is suggested
     */
    public CascadeCurve(Measurement first, Measurement second, Measure measure) {
        this.first = first;
        this.second = second;
        this.measure = measure;
        for (int step = 0; step <= STEPS; step++) {
            points.add(point((double) step / STEPS));
        }
    }

    Measurement first() {
        return first;
    }

    Measurement second() {
        return second;
    }

    Measure measure() {
        return measure;
    }

    /** One for each margin, from 0 to 1 by steps of 0.01. */
    List<Point> points() {
        return points;
    }

    /** The smallest margin at which the cascade is nearly as good as the second model alone. */
    Point suggested() {
        double enough = measure.of(second.all()) - TOLERANCE;
        return points.stream()
                .filter(point -> measure.of(point.evaluation()) >= enough)
                .findFirst()
                .orElse(points.get(STEPS));
    }

    private Point point(double margin) {
        Evaluation evaluation = new Evaluation(first.labels().names());
        int passedOn = 0;
        int texts = first.texts().size();
        for (int i = 0; i < texts; i++) {
            Classification answer = first.answers().get(i);
            if (CascadeClassifier.margin(answer) < margin) {
                answer = second.answers().get(i);
                passedOn++;
            }
            evaluation.add(first.texts().get(i).label(), answer);
        }
        double share = (double) passedOn / texts;
        double secondsPerText = 1 / first.textsPerSecond() + share / second.textsPerSecond();
        return new Point(margin, share, evaluation, 1 / secondsPerText);
    }

    /**
     * A margin and what it leads to.
     *
     * @param margin of the first model's two best scores
     * @param share of the texts that the second model is asked for
     * @param evaluation of the cascade's answers
     * @param textsPerSecond by the measured speeds of both models, one after the other
     */
    record Point(double margin, double share, Evaluation evaluation, double textsPerSecond) {}
}
