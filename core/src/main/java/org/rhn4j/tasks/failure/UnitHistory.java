package org.rhn4j.tasks.failure;

import java.util.Arrays;

/**
 * The rows of one unit in order of time.
 *
 * @param unit its name
 * @param stamps of the rows [n], ascending; row numbers where there is no time
 * @param rows the features [n][C]
 * @param failed whether the last row is the unit's failure; else it was still running there (it is censored)
 */
@SuppressWarnings("ArrayRecordComponent")
public record UnitHistory(String unit, long[] stamps, double[][] rows, boolean failed) {
    /**
     * @throws IllegalArgumentException if there is no row, or not a stamp for each
     */
    public UnitHistory {
        if (rows.length == 0 || stamps.length != rows.length) {
            throw new IllegalArgumentException("a history needs rows, and a stamp for each");
        }
    }

    /** The number of rows n, at least 1. */
    public int length() {
        return rows.length;
    }

    /** Stamps from a row to the last one. */
    public long left(int row) {
        return stamps[stamps.length - 1] - stamps[row];
    }

    /** The rows up to {@code to}, which is not included, as of a unit that was still running then. */
    public UnitHistory until(int to) {
        return new UnitHistory(unit, Arrays.copyOf(stamps, to), Arrays.copyOf(rows, to), failed && to == rows.length);
    }

    /** The history with some of its features, in the given order. */
    UnitHistory select(int[] features) {
        double[][] selected = Arrays.stream(rows)
                .map(row -> Arrays.stream(features).mapToDouble(c -> row[c]).toArray())
                .toArray(double[][]::new);
        return new UnitHistory(unit, stamps, selected, failed);
    }
}
