package org.rhn4j.tasks.forecast;

import java.util.List;

/**
 * What the network's outputs mean, and what they are held against. Each step of the horizon has the same number of
 * outputs; the first of them stands in the same place on the scaled axis as the value itself.
 */
abstract sealed class ForecastHead permits QuantileHead, MeanHead, StudentHead, CountHead {
    static ForecastHead of(HeadKind kind, List<Double> levels) {
        return switch (kind) {
            case QUANTILES -> new QuantileHead(levels);
            case MEAN -> new MeanHead();
            case STUDENT_T -> new StudentHead();
            case NEGATIVE_BINOMIAL -> new CountHead();
        };
    }

    /** Outputs of a step. */
    abstract int outputs();

    /**
     * The loss of one value.
     *
     * @param truth in the target's unit, not NaN
     * @param scaling of its window
     * @param values the network's outputs; this step's from {@code at} on
     * @param weight the loss and its gradient are multiplied with
     * @param gradient receives the derivatives at the same places
     */
    abstract double loss(
            double truth, WindowScaling.Fitted scaling, float[] values, int at, double weight, float[] gradient);

    /**
     * The quantiles of a step.
     *
     * @param levels ascending
     * @param quantiles receives one for each level, ascending, in the target's unit
     * @return the expected value
     */
    abstract double decode(float[] values, int at, WindowScaling.Fitted scaling, double[] levels, double[] quantiles);

    /**
     * First values of the outputs' biases, where the first weights predict the value up to errors.
     *
     * @param errors on the scaled axis, ascending
     * @param biases receives this step's from {@code at} on
     */
    abstract void start(double[] errors, float[] biases, int at);

    /** Whether outputs of this index within a step begin at the linear prediction of the value. */
    abstract boolean isLocation(int output);

    static double softplus(double x) {
        return x > 30 ? x : Math.log1p(Math.exp(x));
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static double inverseSoftplus(double y) {
        return y > 30 ? y : Math.log(Math.expm1(Math.max(y, 1e-6)));
    }
}
