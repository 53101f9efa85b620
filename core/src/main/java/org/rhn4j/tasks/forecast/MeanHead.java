package org.rhn4j.tasks.forecast;

import java.util.Arrays;

/**
 * The expected value, by squared errors. What it is off by on validation rows gives its quantiles ({@link ErrorQuantiles}),
 * which the model adds: here every quantile is the expected value.
 */
final class MeanHead extends ForecastHead {
    @Override
    int outputs() {
        return 1;
    }

    @Override
    double loss(double truth, WindowScaling.Fitted scaling, float[] values, int at, double weight, float[] gradient) {
        double error = values[at] - scaling.apply(truth);
        gradient[at] = (float) (2 * weight * error);
        return weight * error * error;
    }

    @Override
    double decode(float[] values, int at, WindowScaling.Fitted scaling, double[] levels, double[] quantiles) {
        double mean = scaling.invert(values[at]);
        Arrays.fill(quantiles, mean);
        return mean;
    }

    @Override
    void start(double[] errors, float[] biases, int at) {
        biases[at] = (float) Arrays.stream(errors).average().orElse(0);
    }

    @Override
    boolean isLocation(int output) {
        return true;
    }
}
