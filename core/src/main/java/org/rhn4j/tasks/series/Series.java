package org.rhn4j.tasks.series;

import java.util.Arrays;

/**
 * One series: its rows in order of time, one for each step. A value that is missing is NaN.
 *
 * @param id its name, unique in a set
 * @param time the stamps of its rows
 * @param targets [channels][n]
 * @param known covariates known in advance, [columns][n]
 * @param past covariates known only up to now, [columns][n]
 */
public record Series(String id, TimeAxis time, double[][] targets, double[][] known, double[][] past) {
    public Series {
        for (double[][] columns : new double[][][] {targets, known, past}) {
            for (double[] column : columns) {
                if (column.length != targets[0].length) {
                    throw new IllegalArgumentException("columns of different lengths in series " + id);
                }
            }
        }
    }

    /** The number of rows n, those of the future included. */
    public int length() {
        return targets[0].length;
    }

    /**
     * The number of rows up to the last one where any target is there. Rows from here on have known covariates only:
     * the future.
     */
    public int observedLength() {
        for (int row = length() - 1; row >= 0; row--) {
            for (double[] target : targets) {
                if (!Double.isNaN(target[row])) {
                    return row + 1;
                }
            }
        }
        return 0;
    }

    /** The rows from {@code from} to {@code to}, which is not included, copied. */
    public Series slice(int from, int to) {
        return new Series(id, time.from(from), copy(targets, from, to), copy(known, from, to), copy(past, from, to));
    }

    private static double[][] copy(double[][] columns, int from, int to) {
        return Arrays.stream(columns)
                .map(column -> Arrays.copyOfRange(column, from, to))
                .toArray(double[][]::new);
    }
}
