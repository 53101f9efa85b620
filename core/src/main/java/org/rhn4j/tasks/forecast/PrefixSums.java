package org.rhn4j.tasks.forecast;

/** Means and deviations of any stretch of a series at once; missing values are passed over. */
final class PrefixSums {
    private final int[] counts;
    private final double[] sums;
    private final double[] squares;
    private final double[] absolute;
    private final double shift;

    /** @param values NaN where missing */
    PrefixSums(double[] values) {
        this(values, 0, values.length);
    }

    /** Sums of the rows {@code from} to {@code to} alone, which keep their numbers. */
    PrefixSums(double[] values, int from, int to) {
        counts = new int[to + 1];
        sums = new double[to + 1];
        squares = new double[to + 1];
        absolute = new double[to + 1];
        shift = first(values, from, to); // squares of values far from zero would lose what differs between them
        for (int t = from; t < to; t++) {
            boolean there = !Double.isNaN(values[t]);
            double moved = there ? values[t] - shift : 0;
            counts[t + 1] = counts[t] + (there ? 1 : 0);
            sums[t + 1] = sums[t] + moved;
            squares[t + 1] = squares[t] + moved * moved;
            absolute[t + 1] = absolute[t] + (there ? Math.abs(values[t]) : 0);
        }
    }

    private static double first(double[] values, int from, int to) {
        for (int t = from; t < to; t++) {
            if (!Double.isNaN(values[t])) {
                return values[t];
            }
        }
        return 0;
    }

    int count(int from, int to) {
        return counts[to] - counts[from];
    }

    double mean(int from, int to) {
        return shift + (sums[to] - sums[from]) / count(from, to);
    }

    double meanAbsolute(int from, int to) {
        return (absolute[to] - absolute[from]) / count(from, to);
    }

    double deviation(int from, int to) {
        int n = count(from, to);
        double mean = (sums[to] - sums[from]) / n;
        return Math.sqrt(Math.max(0, (squares[to] - squares[from]) / n - mean * mean));
    }
}
