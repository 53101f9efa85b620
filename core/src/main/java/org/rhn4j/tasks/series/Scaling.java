package org.rhn4j.tasks.series;

import java.util.Arrays;

/**
 * Moves the columns of one series into the range that a network likes, and back: z = (x − center) / scale for each
 * column. NaN stays NaN.
 *
 * @param kind how center and scale were found
 * @param center [columns]
 * @param scale [columns], each positive
 */
public record Scaling(Kind kind, double[] center, double[] scale) {
    /** How center and scale follow from the values. */
    public enum Kind {
        /** Mean and standard deviation, over n rather than n − 1. */
        STANDARD,
        /** Zero and mean absolute value: for counts and demand, whose zero means something. */
        MEAN_ABSOLUTE,
        /** Median and the distance between the quartiles, over 1.349, which is the standard deviation of a normal. */
        ROBUST,
        /** Zero and one. */
        NONE
    }

    private static final double QUARTILES_OF_NORMAL = 1.3489795003921634;

    /**
     * Finds center and scale in rows {@code from} to {@code to} (not included) and in no other. Where these hold no
     * value, or one and the same, the scale is 1.
     *
     * @param columns [columns][n]
     */
    public static Scaling fit(Kind kind, double[][] columns, int from, int to) {
        double[] center = new double[columns.length];
        double[] scale = new double[columns.length];
        for (int i = 0; i < columns.length; i++) {
            double[] values = Arrays.stream(columns[i], from, to)
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            double[] found = values.length == 0 ? new double[] {0, 1} : fit(kind, values);
            center[i] = found[0];
            boolean usable = found[1] > Math.abs(found[0]) * 1e-12 && Double.isFinite(found[1]) && found[1] > 0;
            scale[i] = usable ? found[1] : 1;
        }
        return new Scaling(kind, center, scale);
    }

    private static double[] fit(Kind kind, double[] values) {
        return switch (kind) {
            case STANDARD -> {
                double mean = mean(values);
                double squares = 0;
                for (double value : values) {
                    squares += (value - mean) * (value - mean);
                }
                yield new double[] {mean, Math.sqrt(squares / values.length)};
            }
            case MEAN_ABSOLUTE -> {
                double sum = 0;
                for (double value : values) {
                    sum += Math.abs(value);
                }
                yield new double[] {0, sum / values.length};
            }
            case ROBUST -> {
                Arrays.sort(values);
                double width = (quantile(values, 0.75) - quantile(values, 0.25)) / QUARTILES_OF_NORMAL;
                yield new double[] {quantile(values, 0.5), width};
            }
            case NONE -> new double[] {0, 1};
        };
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Between the two neighbouring values in proportion (Hyndman and Fan's type 7). */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** A value of a column, scaled. */
    public double apply(int column, double value) {
        return (value - center[column]) / scale[column];
    }

    /** What {@link #apply} made, back in the unit of the data. */
    public double invert(int column, double scaled) {
        return scaled * scale[column] + center[column];
    }

    /** All columns, scaled, as [columns][n]. */
    public double[][] apply(double[][] columns) {
        double[][] scaled = new double[columns.length][];
        for (int i = 0; i < columns.length; i++) {
            int column = i;
            scaled[i] =
                    Arrays.stream(columns[i]).map(value -> apply(column, value)).toArray();
        }
        return scaled;
    }
}
