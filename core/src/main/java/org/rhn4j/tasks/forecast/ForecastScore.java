package org.rhn4j.tasks.forecast;

import java.util.List;

/**
 * How good forecasts of windows were, all together and each.
 *
 * @param mase mean over the windows; those whose series does not vary in its training rows are left out
 * @param smape mean over the windows, in percent, as in the M4 competition
 * @param rmse root of the mean squared error of the expected values, in the target's unit
 * @param weightedQuantileLoss twice the quantile loss, over the mean of the quantiles and all steps, over the sum of |truth|
 * @param coverage share of true values within the outermost quantiles
 * @param windows in the order asked
 */
public record ForecastScore(
        double mase, double smape, double rmse, double weightedQuantileLoss, double coverage, List<Window> windows) {
    /**
     * One window. Absolute errors are of the medians, squared ones of the expected values.
     *
     * @param mase NaN where the series does not vary in its training rows, or no true value is there
     * @param observed true values that are there
     */
    public record Window(
            double mase,
            double smape,
            double meanSquared,
            double quantileLoss,
            double absoluteTruth,
            int covered,
            int observed) {}

    /** Copies the list. */
    public ForecastScore {
        windows = List.copyOf(windows);
    }

    /** The mean squared error over all windows' steps, each square divided by that of its window's unit. */
    public double meanSquared() {
        return windows.stream()
                .filter(window -> window.observed() > 0)
                .mapToDouble(Window::meanSquared)
                .average()
                .orElse(Double.NaN);
    }
}
