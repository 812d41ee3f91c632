/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.Arrays;
import java.util.Random;

/**
 * Fits a logistic regression, one label against the others, with a solver of liblinear.
 *
 * <p>Immutable.
 */
final class OneAgainstOthers {
    private static final int MOST_ITERATIONS = 1_000;

    private final SolverType solver;
    private final double tolerance;
    private final int seed;
    private final TrainerBuilder.Settings settings;

    /**
     * @param tolerance when the solver ends
     * @param seed of the solver's order, if it has one
     */
    OneAgainstOthers(SolverType solver, double tolerance, int seed, TrainerBuilder.Settings settings) {
        this.solver = solver;
        this.tolerance = tolerance;
        this.seed = seed;
        this.settings = settings;
    }

    /**
     * The weights of the features in the logit of one label.
     *
     * @param rows the features of each text, counted from 1 on; each ends with a constant, which has the highest number
     */
    double[] fit(Feature[][] rows, TrainingLabels labels, int label) {
        Problem problem = new Problem();
        problem.l = rows.length;
        problem.n = rows[0][rows[0].length - 1].getIndex();
        problem.x = rows;
        problem.y = labels.indicators(label);
        double[] weights = ClassWeights.of(labels.counts(), settings.classWeightPower());
        double others = ClassWeights.ofOthers(weights, labels.counts(), label);
        Parameter parameter = new Parameter(solver, settings.cost(), MOST_ITERATIONS, tolerance);
        parameter.setWeights(new double[] {weights[label], others}, new int[] {1, 0});
        parameter.setRandom(new Random(seed));
        Linear.disableDebugOutput();
        Model fitted = Linear.train(problem, parameter);
        // liblinear's weights are those of the label that it met first.
        double sign = fitted.getLabels()[0] == 1 ? 1 : -1;
        return Arrays.stream(fitted.getFeatureWeights())
                .map(weight -> sign * weight)
                .toArray();
    }
}
