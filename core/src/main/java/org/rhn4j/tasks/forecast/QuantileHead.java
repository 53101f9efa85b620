package org.rhn4j.tasks.forecast;

import java.util.Arrays;
import java.util.List;

/**
 * Quantiles, each an output. The loss is twice the pinball loss (Koenker and Bassett, 1978), averaged over the levels,
 * so that of the median alone is the absolute error.
 *
 * <p>Outputs may cross; sorted they never lie farther from the truth in this loss (Chernozhukov, Fernández-Val,
 * Galichon, 2010), so forecasts are sorted.
 */
final class QuantileHead extends ForecastHead {
    private final double[] levels;

    QuantileHead(List<Double> levels) {
        this.levels = levels.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    int outputs() {
        return levels.length;
    }

    @Override
    double loss(double truth, WindowScaling.Fitted scaling, float[] values, int at, double weight, float[] gradient) {
        double z = scaling.apply(truth);
        double each = 2 * weight / levels.length;
        double sum = 0;
        for (int q = 0; q < levels.length; q++) {
            double error = z - values[at + q];
            boolean below = error < 0;
            sum += error * (below ? levels[q] - 1 : levels[q]);
            gradient[at + q] = (float) (below ? each * (1 - levels[q]) : error == 0 ? 0 : -each * levels[q]);
        }
        return each * sum;
    }

    @Override
    double decode(float[] values, int at, WindowScaling.Fitted scaling, double[] wanted, double[] quantiles) {
        double[] own = new double[levels.length];
        for (int q = 0; q < own.length; q++) {
            own[q] = scaling.invert(values[at + q]);
        }
        Arrays.sort(own);
        for (int q = 0; q < wanted.length; q++) {
            quantiles[q] = between(own, wanted[q]);
        }
        return mean(own);
    }

    private double between(double[] own, double level) {
        int found = Arrays.binarySearch(levels, level);
        if (found >= 0) {
            return own[found];
        }
        int above = -found - 1;
        if (above == 0 || above == levels.length) {
            return own[above == 0 ? 0 : own.length - 1];
        }
        double share = (level - levels[above - 1]) / (levels[above] - levels[above - 1]);
        return own[above - 1] + share * (own[above] - own[above - 1]);
    }

    /** The integral of the quantiles over the levels, straight between them, flat beyond. */
    private double mean(double[] own) {
        double sum = own[0] * levels[0] + own[own.length - 1] * (1 - levels[levels.length - 1]);
        for (int q = 1; q < own.length; q++) {
            sum += (levels[q] - levels[q - 1]) * (own[q] + own[q - 1]) / 2;
        }
        return sum;
    }

    @Override
    void start(double[] errors, float[] biases, int at) {
        for (int q = 0; q < levels.length; q++) {
            biases[at + q] = (float) Levels.ofSorted(errors, errors.length, levels[q]);
        }
    }

    @Override
    boolean isLocation(int output) {
        return true;
    }
}
