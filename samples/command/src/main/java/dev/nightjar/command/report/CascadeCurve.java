/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.Classification;
import dev.nightjar.cascade.CascadeClassifier;
import dev.nightjar.evaluation.Evaluation;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The cost and benefit of a {@link CascadeClassifier} of two measured models, for each margin from 0 to 1: how many
 * texts go to the second model, how good the answers are, and how fast.
 *
 * @param first the fast model
 * @param second the better one
 * @param measure by which a margin is suggested
 * @param points one for each margin, from 0 to 1 by steps of 0.01
 */
public record CascadeCurve(Measurement first, Measurement second, Measure measure, List<Point> points) {
    /** By how much the suggested cascade may be worse than the second model alone. */
    static final double TOLERANCE = 0.005;

    private static final int STEPS = 100;

    /** Puts the answers of both models together; asks neither. */
    public CascadeCurve(Measurement first, Measurement second, Measure measure) {
        this(
                first,
                second,
                measure,
                IntStream.rangeClosed(0, STEPS)
                        .mapToObj(step -> point(first, second, (double) step / STEPS))
                        .toList());
    }

    /** The smallest margin at which the cascade is nearly as good as the second model alone. */
    Point suggested() {
        double enough = measure.of(second.all()) - TOLERANCE;
        return points.stream()
                .filter(point -> measure.of(point.evaluation()) >= enough)
                .findFirst()
                .orElse(points.get(STEPS));
    }

    private static Point point(Measurement first, Measurement second, double margin) {
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
    public record Point(double margin, double share, Evaluation evaluation, double textsPerSecond) {}
}
