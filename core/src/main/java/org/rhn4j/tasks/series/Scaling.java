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
    private static final double LARGEST = 1e100;

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
                double unit = unit(Arrays.stream(values).map(Math::abs).max().orElse(0));
                double mean = 0;
                for (double value : values) {
                    mean += value / unit;
                }
                mean /= values.length;
                double squares = 0;
                for (double value : values) {
                    squares += (value / unit - mean) * (value / unit - mean);
                }
                yield new double[] {mean * unit, Math.sqrt(squares / values.length) * unit};
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

    /**
     * A power of two to divide numbers by before they are squared, so that no square is too large or too small to hold; 1
     * for numbers of usual size.
     */
    public static double unit(double largest) {
        boolean usual = largest == 0 || (largest > 1e-100 && largest < 1e100);
        return usual ? 1 : Math.scalb(1.0, Math.getExponent(largest));
    }

    /** Between the two neighbouring values in proportion (Hyndman and Fan's type 7). */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** A value of a column, scaled; at most 1e100 in size, so that what is computed from it stays finite. */
    public double apply(int column, double value) {
        return Math.clamp((value - center[column]) / scale[column], -LARGEST, LARGEST);
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
