package org.rhn4j.pilot;

import java.util.Arrays;
import java.util.List;

/**
 * One training of a contender and what came of it. Naive forecasts have one, with seed 0 and no training.
 *
 * @param validationError MASE on the validation part, by which depth is chosen
 * @param windowErrors MASE of each test window, in the order of {@link PilotResult#windows()}
 * @param trainingSeconds time spent on training
 * @param updates optimiser steps taken
 * @param curve how training went; empty for naive forecasts
 */
public record SeedRun(
        long seed,
        double validationError,
        Accuracy accuracy,
        double[] windowErrors,
        double trainingSeconds,
        long updates,
        List<TrainingPoint> curve) {
    /** Copies the list. */
    public SeedRun {
        curve = List.copyOf(curve);
    }

    /** Mean error over the test windows. */
    public double error() {
        return Arrays.stream(windowErrors).average().orElse(Double.NaN);
    }
}
