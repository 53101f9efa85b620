package org.rhn4j.tasks.series;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;

/**
 * One series: its rows in order of time, one for each step. A value that is missing is NaN; none is infinite.
 *
 * @param id its name, unique in a set
 * @param time the stamps of its rows
 * @param targets [channels][n]
 * @param known covariates known in advance, [columns][n]
 * @param past covariates known only up to now, [columns][n]
 * @param levels the texts of each covariate that is text, by its name; its values are indices into them
 */
public record Series(
        String id,
        TimeAxis time,
        double[][] targets,
        double[][] known,
        double[][] past,
        Map<String, List<String>> levels) {
    /**
     * @throws UserError if a value is infinite, told with its time
     */
    public Series {
        levels = Map.copyOf(levels);
        for (double[][] columns : new double[][][] {targets, known, past}) {
            for (double[] column : columns) {
                if (column.length != targets[0].length) {
                    throw new IllegalArgumentException("columns of different lengths in series " + id);
                }
                requireFinite(id, time, column, 0, column.length);
            }
        }
    }

    /** A series without texts. */
    public Series(String id, TimeAxis time, double[][] targets, double[][] known, double[][] past) {
        this(id, time, targets, known, past, Map.of());
    }

    /**
     * Refuses infinite values among some rows, which may have come there after the series was made.
     *
     * @param from first row
     * @param to the row after the last
     * @throws UserError if there is one, told with its time
     */
    public void requireFinite(int from, int to) {
        for (double[][] columns : new double[][][] {targets, known, past}) {
            for (double[] column : columns) {
                requireFinite(id, time, column, from, Math.min(to, column.length));
            }
        }
    }

    private static void requireFinite(String id, TimeAxis time, double[] column, int from, int to) {
        for (int row = from; row < to; row++) {
            if (Double.isInfinite(column[row])) {
                throw new UserError("Series \"%s\" has an infinite value at %s; mark it as missing, or put it right."
                        .formatted(id, time.textAt(row)));
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
        return new Series(
                id, time.from(from), copy(targets, from, to), copy(known, from, to), copy(past, from, to), levels);
    }

    private static double[][] copy(double[][] columns, int from, int to) {
        return Arrays.stream(columns)
                .map(column -> Arrays.copyOfRange(column, from, to))
                .toArray(double[][]::new);
    }
}
