package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * The covariates of a row as the network sees them: a number as its scaled value and whether it is missing, a text as a
 * one at the place of its value; first those known in advance, then the others.
 */
final class CovariateColumns {
    private static final int NUMBER = 2;

    private final Scaling scaling;
    private final int known;
    private final List<String> names;
    private final int[] widths;
    private final int knownSize;
    private final int rowSize;

    CovariateColumns(SeriesSchema schema, Map<String, List<String>> levels, Scaling scaling) {
        this.scaling = scaling;
        known = schema.known().size();
        names = new ArrayList<>(schema.known());
        names.addAll(schema.past());
        widths = names.stream()
                .mapToInt(name -> levels.containsKey(name) ? -levels.get(name).size() : NUMBER)
                .toArray();
        int sum = 0;
        int ofKnown = 0;
        for (int c = 0; c < widths.length; c++) {
            sum += Math.abs(widths[c]);
            ofKnown = c < known ? sum : ofKnown;
        }
        rowSize = sum;
        knownSize = ofKnown;
    }

    /** Values of a row. */
    int rowSize() {
        return rowSize;
    }

    /** Values of a row of the future: those known in advance, which come first. */
    int knownSize() {
        return knownSize;
    }

    /**
     * Writes the covariates of a row.
     *
     * @param future whether only what is known in advance may be seen
     * @param into zeros from {@code at} on; receives {@link #rowSize} values
     */
    void write(Series series, int row, boolean future, float[] into, int at) {
        int to = at;
        for (int c = 0; c < widths.length; c++) {
            boolean seen = c < known || !future;
            double value = !seen || row >= series.length()
                    ? Double.NaN
                    : c < known ? series.known()[c][row] : series.past()[c - known][row];
            boolean missing = Double.isNaN(value);
            if (widths[c] < 0) {
                if (!missing) {
                    into[to + level(series, row, c, value)] = 1;
                }
                to -= widths[c];
            } else {
                into[to] = missing ? 0 : bounded(scaling.apply(c, value));
                into[to + 1] = missing ? 1 : 0;
                to += NUMBER;
            }
        }
    }

    private int level(Series series, int row, int column, double value) {
        int levels = -widths[column];
        if (value != Math.rint(value) || value < 0 || value >= levels) {
            throw new UserError(
                    "Series \"%s\": the text of \"%s\" at %s is number %s, but there are %d, counted from 0."
                            .formatted(
                                    series.id(),
                                    names.get(column),
                                    series.time().textAt(row),
                                    value,
                                    levels));
        }
        return (int) value;
    }

    private static float bounded(double z) {
        return (float) Math.clamp(z, -10, 10);
    }

    /** The calendar of a row. */
    static void writeCalendar(CalendarFeatures calendar, TimeAxis time, long row, float[] into, int at) {
        float[] features = calendar.of(time, row, row + 1)[0];
        System.arraycopy(features, 0, into, at, features.length);
    }
}
