package org.rhn4j.tasks.forecast;

import org.rhn4j.tasks.series.Series;

/** What the network may see of a stretch of a series, computed once for all of its windows. */
final class SeriesFeatures {
    private final double[] values;
    private final PrefixSums sums;
    private final int context;
    private final int from;
    private final int rowSize;
    private final int calendarSize;
    private final float[] rows;
    private final float[] calendar;

    /**
     * @param history first row that scales are found in; see {@link WindowScaling#firstRow}
     * @param from first row of the stretch
     * @param origin rows from here on show what is known in advance alone; their values are not touched
     * @param to the row after the last of the stretch; may lie beyond those that exist
     */
    SeriesFeatures(
            ForecastConfiguration configuration,
            CovariateColumns columns,
            Series series,
            int history,
            int from,
            int origin,
            int to) {
        this.from = from;
        context = configuration.context();
        values = series.targets()[0];
        series.requireFinite(history, to);
        double[] transformed = new double[origin - history];
        for (int i = 0; i < transformed.length; i++) {
            transformed[i] = configuration.window().transformed(values[history + i]);
        }
        sums = new PrefixSums(transformed, history);
        rowSize = columns.rowSize();
        calendarSize = configuration.calendar().size();
        rows = new float[(to - from) * rowSize];
        for (int row = from; row < to && rowSize > 0; row++) {
            columns.write(series, row, row >= origin, rows, (row - from) * rowSize);
        }
        calendar = new float[(to - from) * calendarSize];
        for (int row = from; row < to && calendarSize > 0; row++) {
            CovariateColumns.writeCalendar(
                    configuration.calendar(), series.time(), row, calendar, (row - from) * calendarSize);
        }
    }

    double[] values() {
        return values;
    }

    /** Of the values before the origin, as the window's scaling takes them. */
    PrefixSums sums() {
        return sums;
    }

    /** Whether a window of this origin has a past; see {@link ForecastConfiguration#hasPast}. */
    boolean hasPast(int origin) {
        return origin > 0 && sums.count(Math.max(0, origin - context), origin) > 0;
    }

    /** Copies the first {@code count} covariates of a row. */
    void copyRow(int row, int count, float[] into, int at) {
        System.arraycopy(rows, (row - from) * rowSize, into, at, count);
    }

    /** Copies the calendar of a row. */
    void copyCalendar(int row, float[] into, int at) {
        System.arraycopy(calendar, (row - from) * calendarSize, into, at, calendarSize);
    }
}
