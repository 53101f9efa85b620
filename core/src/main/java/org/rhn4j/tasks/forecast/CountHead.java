package org.rhn4j.tasks.forecast;

import org.apache.commons.numbers.gamma.Digamma;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.statistics.distribution.GammaDistribution;

/**
 * The negative binomial distribution of counts 0, 1, 2, …, as in DeepAR (Salinas et al., 2020): mean μ = scale ·
 * softplus(first output) and shape r, whose inverse is softplus(second output); the variance is μ + μ²/r.
 */
final class CountHead extends ForecastHead {
    private static final double SMALLEST = 1e-4;
    /** Counts that are summed one by one; where more are likely, a gamma distribution of the same moments is as good. */
    private static final int MOST_STEPS = 10_000;

    @Override
    int outputs() {
        return 2;
    }

    private static double mean(double output, WindowScaling.Fitted scaling) {
        return scaling.scale() * (SMALLEST + softplus(output));
    }

    private static double shape(double output) {
        return 1 / (SMALLEST + softplus(output));
    }

    @Override
    double loss(double truth, WindowScaling.Fitted scaling, float[] values, int at, double weight, float[] gradient) {
        double mean = mean(values[at], scaling);
        double r = shape(values[at + 1]);
        double n = truth;
        double logOne = Math.log1p(mean / r);
        double logLikelihood = LogGamma.value(n + r)
                - LogGamma.value(r)
                - LogGamma.value(n + 1)
                - r * logOne
                + (n == 0 ? 0 : n * (Math.log(mean / r) - logOne));
        double byMean = n / mean - (n + r) / (r + mean);
        double byShape = Digamma.value(n + r) - Digamma.value(r) - logOne + (mean - n) / (r + mean);
        gradient[at] = (float) (-weight * byMean * scaling.scale() * sigmoid(values[at]));
        gradient[at + 1] = (float) (weight * byShape * r * r * sigmoid(values[at + 1]));
        return -weight * logLikelihood;
    }

    @Override
    double decode(float[] values, int at, WindowScaling.Fitted scaling, double[] levels, double[] quantiles) {
        double mean = mean(values[at], scaling);
        double r = shape(values[at + 1]);
        double variance = mean * (1 + mean / r);
        if (mean + 10 * Math.sqrt(variance) > MOST_STEPS) {
            GammaDistribution continuous = GammaDistribution.of(mean * mean / variance, variance / mean);
            for (int q = 0; q < levels.length; q++) {
                quantiles[q] = Math.rint(continuous.inverseCumulativeProbability(levels[q]));
            }
            return mean;
        }
        double probability = Math.exp(-r * Math.log1p(mean / r));
        double ratio = mean / (r + mean);
        double below = probability;
        int n = 0;
        for (int q = 0; q < levels.length; q++) {
            while (below < levels[q] && n < MOST_STEPS) {
                n++;
                probability *= ratio * (n - 1 + r) / n;
                below += probability;
            }
            quantiles[q] = n;
        }
        return mean;
    }

    @Override
    void start(double[] errors, float[] biases, int at) {
        biases[at] = (float) inverseSoftplus(1);
        biases[at + 1] = (float) inverseSoftplus(1);
    }

    @Override
    boolean isLocation(int output) {
        return false;
    }
}
