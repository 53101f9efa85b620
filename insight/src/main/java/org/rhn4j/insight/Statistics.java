package org.rhn4j.insight;

import java.util.Arrays;
import java.util.List;

/** Means, errors and quantiles of small samples. */
final class Statistics {
    private Statistics() {}

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    /** The standard deviation of a sample; 0 of fewer than two values. */
    static double standardDeviation(double[] values) {
        if (values.length < 2) {
            return 0;
        }
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1));
    }

    /** The standard error of the mean; 0 of fewer than two values. */
    static double standardError(double[] values) {
        return values.length < 2 ? 0 : standardDeviation(values) / Math.sqrt(values.length);
    }

    /** The standard error of the mean of one component of vectors. */
    static double standardError(List<double[]> vectors, int component) {
        return standardError(vectors.stream().mapToDouble(v -> v[component]).toArray());
    }

    /** A quantile of values in ascending order, by linear interpolation. */
    static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** The slope of the line through (first + i, values[i]) that least squares give; 0 of fewer than two values. */
    static double slope(double[] values) {
        double middle = (values.length - 1) / 2.0;
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < values.length; i++) {
            covariance += (i - middle) * values[i];
            variance += (i - middle) * (i - middle);
        }
        return variance == 0 ? 0 : covariance / variance;
    }
}
