package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.List;
import org.rhn4j.tasks.series.Series;

/**
 * A place to forecast from: the rows before the origin are known, those from it on are forecast.
 *
 * @param series has one target
 * @param origin the first row that is forecast, at least 1; at most the number of rows
 */
public record ForecastWindow(Series series, int origin) {
    /** @throws IllegalArgumentException if there is no row before the origin */
    public ForecastWindow {
        if (origin < 1 || origin > series.length()) {
            throw new IllegalArgumentException("no origin " + origin + " in " + series.length() + " rows");
        }
    }

    /**
     * The windows of a series whose rows to forecast lie all in {@code from} to {@code to} (not included), from the first
     * on, {@code stride} rows apart.
     */
    public static List<ForecastWindow> within(Series series, int from, int to, int horizon, int stride) {
        List<ForecastWindow> windows = new ArrayList<>();
        for (int origin = Math.max(1, from); origin + horizon <= to; origin += stride) {
            windows.add(new ForecastWindow(series, origin));
        }
        return windows;
    }

    /** The window whose rows to forecast are those after the last observed one. */
    public static ForecastWindow next(Series series) {
        return new ForecastWindow(series, series.observedLength());
    }

    /** The true value of a step from 0 on; NaN where it is missing or not known yet. */
    public double truth(int step) {
        int row = origin + step;
        return row < series.length() ? series.targets()[0][row] : Double.NaN;
    }
}
