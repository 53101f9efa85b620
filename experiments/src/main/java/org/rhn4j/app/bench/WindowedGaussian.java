package org.rhn4j.app.bench;

import java.util.Arrays;

/**
 * The baseline of the Numenta Anomaly Benchmark: how far a value lies out in the normal distribution of the last
 * {@value #WINDOW} values, renewed every {@value #STEP} of them once they are so many.
 */
public final class WindowedGaussian {
    private static final int WINDOW = 6400;
    private static final int STEP = 100;

    private WindowedGaussian() {}

    /** The scores of a series, in [0, 1]. */
    public static double[] scores(double[] values) {
        double[] scores = new double[values.length];
        double mean = 0;
        double deviation = 0;
        for (int row = 0; row < values.length; row++) {
            if (row > 0) {
                scores[row] = 1 - 0.5 * complementaryError(Math.abs(values[row] - mean) / deviation / Math.sqrt(2));
            }
            int seen = row + 1;
            if (seen <= WINDOW || (seen - WINDOW) % STEP == 0) {
                int from = Math.max(0, seen - WINDOW);
                mean = Arrays.stream(values, from, seen).average().orElseThrow();
                double squares = 0;
                for (int i = from; i < seen; i++) {
                    squares += (values[i] - mean) * (values[i] - mean);
                }
                deviation = Math.sqrt(squares / (seen - from));
                deviation = deviation == 0 ? 1e-6 : deviation;
            }
        }
        return scores;
    }

    /** erfc(x) for x ≥ 0, to a relative error of 1.2 · 10⁻⁷ (Press et al., "Numerical Recipes", section 6.2). */
    static double complementaryError(double x) {
        double[] coefficients = {
            -1.26551223,
            1.00002368,
            0.37409196,
            0.09678418,
            -0.18628806,
            0.27886807,
            -1.13520398,
            1.48851587,
            -0.82215223,
            0.17087277
        };
        double t = 1 / (1 + x / 2);
        double sum = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            sum = sum * t + coefficients[i];
        }
        return t * Math.exp(-x * x + sum);
    }
}
