package org.rhn4j.tasks.series;

import java.util.Arrays;

/** The rows of one series as they are read, by column. */
final class RowBuffer {
    private final double[][] columns;
    private long[] stamps = new long[16];
    private int[] lines = new int[16];
    private int size;

    RowBuffer(int columnCount) {
        columns = new double[columnCount][16];
    }

    private RowBuffer(double[][] columns, long[] stamps, int[] lines) {
        this.columns = columns;
        this.stamps = stamps;
        this.lines = lines;
        this.size = stamps.length;
    }

    void add(long stamp, long line, double[] values) {
        if (size == stamps.length) {
            int larger = size + (size >> 1) + 1;
            stamps = Arrays.copyOf(stamps, larger);
            lines = Arrays.copyOf(lines, larger);
            for (int i = 0; i < columns.length; i++) {
                columns[i] = Arrays.copyOf(columns[i], larger);
            }
        }
        stamps[size] = stamp;
        lines[size] = (int) Math.min(line, Integer.MAX_VALUE);
        for (int i = 0; i < columns.length; i++) {
            columns[i][size] = values[i];
        }
        size++;
    }

    int size() {
        return size;
    }

    long stamp(int row) {
        return stamps[row];
    }

    int line(int row) {
        return lines[row];
    }

    double value(int column, int row) {
        return columns[column][row];
    }

    int columnCount() {
        return columns.length;
    }

    long[] stamps() {
        return Arrays.copyOf(stamps, size);
    }

    double[] column(int index) {
        return Arrays.copyOf(columns[index], size);
    }

    /** Whether two rows hold the same values, missing ones included. */
    boolean sameValues(int row, int other) {
        for (double[] column : columns) {
            if (Double.doubleToLongBits(column[row]) != Double.doubleToLongBits(column[other])) {
                return false;
            }
        }
        return true;
    }

    /** The rows of the given indices, in that order. */
    RowBuffer select(int[] rows) {
        double[][] selected = new double[columns.length][rows.length];
        for (int i = 0; i < columns.length; i++) {
            for (int row = 0; row < rows.length; row++) {
                selected[i][row] = columns[i][rows[row]];
            }
        }
        return new RowBuffer(
                selected,
                Arrays.stream(rows).mapToLong(row -> stamps[row]).toArray(),
                Arrays.stream(rows).map(row -> lines[row]).toArray());
    }
}
