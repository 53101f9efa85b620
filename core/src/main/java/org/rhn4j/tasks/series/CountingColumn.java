package org.rhn4j.tasks.series;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Tells columns that only count rows or time, an index or seconds since a start: they hold nothing that was measured, and
 * their next values are never near those of the rows before.
 */
final class CountingColumn {
    private static final int FEWEST_ROWS = 20;
    private static final double NEAR = 0.1;
    private static final double SHARE_OF_SINGLE = 0.9;

    private CountingColumn() {}

    /**
     * Whether the first rows show that a column counts: by equal steps, of which some may be left out; or always one way,
     * under a name that says so. What each series counts by itself tells its age, which may be worth knowing.
     *
     * @param schema of the table; where no column tells the order of rows, three that go up by one are enough
     */
    static boolean is(CsvRows rows, int column, SeriesSchema schema) {
        if (schema.series() != null && !areThereSeveral(rows, rows.column(schema.series()))) {
            return false;
        }
        double[] steps = steps(rows, column);
        boolean up = Arrays.stream(steps).allMatch(step -> step > 0);
        boolean down = Arrays.stream(steps).allMatch(step -> step < 0);
        if (steps.length < 2 || (!up && !down)) {
            return false;
        }
        if (steps.length < FEWEST_ROWS) {
            return schema.rowNumbers() && Arrays.stream(steps).allMatch(step -> step == 1);
        }
        return ColumnNames.sayCount(rows.columns().get(column)) || isRegular(steps);
    }

    private static boolean areThereSeveral(CsvRows rows, int series) {
        return rows.sample().stream()
                        .filter(row -> series < row.size())
                        .map(row -> row.get(series))
                        .distinct()
                        .limit(2)
                        .count()
                > 1;
    }

    /** From each row to the next; none at all where a cell is missing or no number. */
    private static double[] steps(CsvRows rows, int column) {
        double[] values = rows.sample().stream()
                .mapToDouble(row -> column < row.size() ? rows.numbers().parse(row.get(column)) : Double.NaN)
                .toArray();
        boolean whole = values.length > 1 && Arrays.stream(values).noneMatch(Double::isNaN);
        return whole
                ? IntStream.range(1, values.length)
                        .mapToDouble(i -> values[i] - values[i - 1])
                        .toArray()
                : new double[0];
    }

    /** Whether nearly all steps are alike, and the others several of them. */
    private static boolean isRegular(double[] steps) {
        double[] sorted = Arrays.stream(steps).map(Math::abs).sorted().toArray();
        double usual = sorted[sorted.length / 2];
        long single = 0;
        for (double step : sorted) {
            double times = step / usual;
            if (times < 1 - NEAR || Math.abs(times - Math.rint(times)) > NEAR) {
                return false;
            }
            single += times < 1 + NEAR ? 1 : 0;
        }
        return single >= SHARE_OF_SINGLE * sorted.length;
    }
}
