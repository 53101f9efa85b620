package org.rhn4j.tasks.series;

import java.util.Arrays;

/**
 * Tells values that lie so far from all others of their column that they hardly were measured: the number by which a
 * program says that a value is missing, or a wrong unit.
 */
public final class FarValues {
    private static final double FAR = 1e6;
    private static final double MOST = 0.9;
    private static final int SAMPLE = 1001;

    private final double middle;
    private final double farthest;

    private FarValues(double middle, double farthest) {
        this.middle = middle;
        this.farthest = farthest;
    }

    /**
     * Finds what is far for a column: {@value #FAR} times the distance from the median within which {@value #MOST} of some
     * thousand values lie; nothing is where that distance is 0.
     *
     * @param values NaN where missing
     */
    public static FarValues of(double[] values) {
        int step = Math.max(1, values.length / SAMPLE);
        double[] some = new double[values.length / step + 1];
        int count = 0;
        for (int i = 0; i < values.length; i += step) {
            if (!Double.isNaN(values[i])) {
                some[count++] = values[i];
            }
        }
        some = Arrays.copyOf(some, count);
        if (count == 0) {
            return new FarValues(0, Double.POSITIVE_INFINITY);
        }
        Arrays.sort(some);
        double middle = some[count / 2];
        double[] distances = Arrays.stream(some)
                .map(value -> Math.abs(value - middle))
                .sorted()
                .toArray();
        double most = distances[(int) (MOST * (count - 1))];
        return new FarValues(middle, most > 0 ? FAR * most : Double.POSITIVE_INFINITY);
    }

    /** Whether a value is far; a missing one is not. */
    public boolean isFar(double value) {
        return Math.abs(value - middle) > farthest;
    }

    /** The first far value of a column; −1 if there is none. */
    public static int first(double[] values) {
        FarValues far = of(values);
        for (int i = 0; i < values.length; i++) {
            if (far.isFar(values[i])) {
                return i;
            }
        }
        return -1;
    }
}
