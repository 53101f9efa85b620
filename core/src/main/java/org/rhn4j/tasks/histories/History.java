package org.rhn4j.tasks.histories;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * The rows of one unit in order of time.
 *
 * @param unit its name
 * @param stamps of the rows [n], ascending; row numbers where there is no time
 * @param rows the features [n][C], NaN where missing, none infinite
 * @param outcome what became of it by its last row, in a word: that it failed, or the class that it belongs to; null where
 *     that is not known
 */
@SuppressWarnings("ArrayRecordComponent")
public record History(
        String unit,
        long[] stamps,
        double[][] rows,
        @Nullable String outcome) {
    /**
     * @throws IllegalArgumentException if there is no row, or not a stamp for each
     * @throws UserError if a value is infinite
     */
    public History {
        if (rows.length == 0 || stamps.length != rows.length) {
            throw new IllegalArgumentException("a history needs rows, and a stamp for each");
        }
        requireFinite(unit, rows);
    }

    /**
     * Refuses infinite values, which may have come there after the history was made.
     *
     * @throws UserError if there is one, told with its row
     */
    void requireFinite() {
        requireFinite(unit, rows);
    }

    private static void requireFinite(String unit, double[][] rows) {
        for (int row = 0; row < rows.length; row++) {
            requireFinite(unit, row + 1L, rows[row]);
        }
    }

    static void requireFinite(String unit, long row, double[] values) {
        for (int c = 0; c < values.length; c++) {
            if (Double.isInfinite(values[c])) {
                throw new UserError(
                        "Unit \"%s\", row %d: the value of feature %d is infinite; mark it as missing, or put it right."
                                .formatted(unit, row, c + 1));
            }
        }
    }

    /** The number of rows n, at least 1. */
    public int length() {
        return rows.length;
    }

    /** Whether it is known what became of the unit. */
    public boolean hasOutcome() {
        return outcome != null;
    }

    /** Stamps from a row to the last one. */
    public long left(int row) {
        return stamps[stamps.length - 1] - stamps[row];
    }

    /** The rows up to {@code to}, which is not included; what became of the unit then is not known but in the end. */
    public History until(int to) {
        return new History(
                unit, Arrays.copyOf(stamps, to), Arrays.copyOf(rows, to), to == rows.length ? outcome : null);
    }

    /** The features of all rows of some units, one after another, as [C][rows]. */
    static double[][] columns(List<History> units) {
        double[][] columns = new double[units.getFirst().rows[0].length]
                [units.stream().mapToInt(History::length).sum()];
        int at = 0;
        for (History unit : units) {
            for (double[] row : unit.rows) {
                for (int c = 0; c < row.length; c++) {
                    columns[c][at] = row[c];
                }
                at++;
            }
        }
        return columns;
    }

    /** The history with some of its features, in the given order. */
    History select(int[] features) {
        double[][] selected = Arrays.stream(rows)
                .map(row -> Arrays.stream(features).mapToDouble(c -> row[c]).toArray())
                .toArray(double[][]::new);
        return new History(unit, stamps, selected, outcome);
    }
}
