package org.rhn4j.tasks.forecast.simple;

import org.rhn4j.tasks.series.Series;

/**
 * Ridge regression of all steps at once on the last rows, one for all series.
 *
 * @param axis what the values are moved to first
 * @param season rows; holes that end at an origin are filled from a season before
 * @param weights [H][lags + 1], the oldest row first, the constant last; of rows less the last one, over the usual change
 */
public record LagRegression(Axis axis, int season, double[][] weights) implements PointMethod {
    @Override
    public String label() {
        return "ridge regression";
    }

    @Override
    public int horizon() {
        return weights.length;
    }

    @Override
    public double[][] forecast(Series series, int[] origins) {
        int horizon = horizon();
        double[][] forecasts = new double[origins.length][horizon];
        if (origins.length == 0) {
            return forecasts;
        }
        double[] values = axis.apply(series.targets()[0], origins[origins.length - 1]);
        LagWindow window = new LagWindow(values, season, weights[0].length - 1);
        for (int i = 0; i < origins.length; i++) {
            if (window.moveTo(origins[i])) {
                predict(window, forecasts[i]);
            }
        }
        return forecasts;
    }

    private void predict(LagWindow window, double[] into) {
        for (int h = 0; h < weights.length; h++) {
            into[h] = axis.invert(window.invert(product(weights[h], window.window())));
        }
    }

    /** The prediction of weights whose last is the constant. */
    static double product(double[] weights, double[] inputs) {
        double sum = weights[inputs.length];
        for (int d = 0; d < inputs.length; d++) {
            sum += weights[d] * inputs[d];
        }
        return sum;
    }
}
