package org.rhn4j.tasks.forecast;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Student's t with {@value #FREEDOM} degrees of freedom: location, and the logarithm of its width. The loss is the
 * negative logarithm of the density on the scaled axis.
 */
final class StudentHead extends ForecastHead {
    /** Tails heavy enough for the outliers of measured series, with a variance. */
    static final double FREEDOM = 4;

    private static final double SMALLEST = 1e-3;
    private static final TDistribution STANDARD = TDistribution.of(FREEDOM);
    private static final double CONSTANT = -STANDARD.logDensity(0);

    @Override
    int outputs() {
        return 2;
    }

    private static double width(double output) {
        return SMALLEST + softplus(output);
    }

    @Override
    double loss(double truth, WindowScaling.Fitted scaling, float[] values, int at, double weight, float[] gradient) {
        double width = width(values[at + 1]);
        double z = (scaling.apply(truth) - values[at]) / width;
        double pull = (FREEDOM + 1) * z / (FREEDOM + z * z);
        gradient[at] = (float) (-weight * pull / width);
        gradient[at + 1] = (float) (weight * (1 - pull * z) / width * sigmoid(values[at + 1]));
        return weight * (CONSTANT + Math.log(width) + (FREEDOM + 1) / 2 * Math.log1p(z * z / FREEDOM));
    }

    @Override
    double decode(float[] values, int at, WindowScaling.Fitted scaling, double[] levels, double[] quantiles) {
        double width = width(values[at + 1]) * scaling.scale();
        double location = scaling.invert(values[at]);
        for (int q = 0; q < levels.length; q++) {
            quantiles[q] = location + width * STANDARD.inverseCumulativeProbability(levels[q]);
        }
        return location;
    }

    @Override
    void start(double[] errors, float[] biases, int at) {
        double middle = Levels.ofSorted(errors, errors.length, 0.5);
        double quarter = Levels.ofSorted(errors, errors.length, 0.75) - Levels.ofSorted(errors, errors.length, 0.25);
        double width = quarter / (2 * STANDARD.inverseCumulativeProbability(0.75));
        biases[at] = (float) middle;
        biases[at + 1] = (float) inverseSoftplus(width - SMALLEST);
    }

    @Override
    boolean isLocation(int output) {
        return output == 0;
    }
}
