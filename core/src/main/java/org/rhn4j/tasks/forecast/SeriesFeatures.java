package org.rhn4j.tasks.forecast;

import org.rhn4j.tasks.series.Series;

/** What the network may see of a stretch of a series, computed once for all of its windows. */
final class SeriesFeatures {
    private final double[] values;
    private final double[] transformed;
    private final PrefixSums sums;
    private final int from;
    private final int rowSize;
    private final int calendarSize;
    private final float[] rows;
    private final float[] calendar;

    /**
     * @param from first row of the stretch
     * @param origin rows from here on show what is known in advance alone; their values are not touched
     * @param to the row after the last of the stretch; may lie beyond those that exist
     */
    SeriesFeatures(
            ForecastConfiguration configuration,
            CovariateColumns columns,
            Series series,
            int from,
            int origin,
            int to) {
        this.from = from;
        values = series.targets()[0];
        transformed = transformed(configuration.window(), values, origin);
        sums = new PrefixSums(transformed, 0, origin);
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

    private static double[] transformed(WindowScaling window, double[] values, int origin) {
        if (window.transform() == WindowScaling.Transform.NONE) {
            return values;
        }
        double[] transformed = new double[origin];
        for (int row = 0; row < origin; row++) {
            transformed[row] = window.transformed(values[row]);
        }
        return transformed;
    }

    double[] values() {
        return values;
    }

    /** The values before the origin as the window's scaling takes them. */
    double[] transformed() {
        return transformed;
    }

    /** Of the transformed values before the origin. */
    PrefixSums sums() {
        return sums;
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
