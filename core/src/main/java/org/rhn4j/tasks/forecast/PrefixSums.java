package org.rhn4j.tasks.forecast;

import org.rhn4j.tasks.series.Scaling;

/** Means and deviations of any stretch of a series at once; missing values are passed over. */
final class PrefixSums {
    /** A difference of sums that is a smaller part of them than this has lost its digits. */
    private static final double CANCELLED = 1e-9;

    private final double[] values;
    private final int first;
    private final int[] counts;
    private final double[] sums;
    private final double[] squares;
    private final double[] absolute;
    private final double shift;
    private final double unit;

    /** @param values NaN where missing */
    PrefixSums(double[] values) {
        this(values, 0);
    }

    /**
     * Sums of some rows of a series alone, which keep their numbers.
     *
     * @param values of these rows, NaN where missing; not copied
     * @param first the number of the first of them
     */
    PrefixSums(double[] values, int first) {
        this.values = values;
        this.first = first;
        int rows = values.length;
        counts = new int[rows + 1];
        sums = new double[rows + 1];
        squares = new double[rows + 1];
        absolute = new double[rows + 1];
        double largest = 0;
        double start = Double.NaN;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                start = Double.isNaN(start) ? value : start;
                largest = Math.max(largest, Math.abs(value));
            }
        }
        unit = Scaling.unit(largest);
        shift = Double.isNaN(start)
                ? 0
                : start / unit; // squares of values far from zero would lose what differs between them
        for (int i = 0; i < rows; i++) {
            boolean there = !Double.isNaN(values[i]);
            double moved = there ? values[i] / unit - shift : 0;
            counts[i + 1] = counts[i] + (there ? 1 : 0);
            sums[i + 1] = sums[i] + moved;
            squares[i + 1] = squares[i] + moved * moved;
            absolute[i + 1] = absolute[i] + (there ? Math.abs(values[i] / unit) : 0);
        }
    }

    /** The value of a row. */
    double value(int row) {
        return values[row - first];
    }

    int count(int from, int to) {
        return counts[to - first] - counts[from - first];
    }

    double mean(int from, int to) {
        return unit * (shift + (sums[to - first] - sums[from - first]) / count(from, to));
    }

    double meanAbsolute(int from, int to) {
        return unit * ((absolute[to - first] - absolute[from - first]) / count(from, to));
    }

    double deviation(int from, int to) {
        int n = count(from, to);
        double mean = (sums[to - first] - sums[from - first]) / n;
        double variance = (squares[to - first] - squares[from - first]) / n - mean * mean;
        if (variance * n <= CANCELLED * squares[to - first]) {
            variance = exactVariance(from, to, n);
        }
        return unit * Math.sqrt(Math.max(0, variance));
    }

    /** Of a stretch that varies far less than the rows before it, in two passes. */
    private double exactVariance(int from, int to, int n) {
        double sum = 0;
        double about = Double.NaN;
        for (int row = from; row < to; row++) {
            double value = value(row) / unit;
            if (!Double.isNaN(value)) {
                about = Double.isNaN(about) ? value : about;
                sum += value - about;
            }
        }
        double mean = sum / n;
        double deviations = 0;
        for (int row = from; row < to; row++) {
            double distance = value(row) / unit - about - mean;
            deviations += Double.isNaN(distance) ? 0 : distance * distance;
        }
        return deviations / n;
    }
}
