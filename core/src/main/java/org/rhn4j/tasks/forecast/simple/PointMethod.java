package org.rhn4j.tasks.forecast.simple;

import org.rhn4j.tasks.series.Series;

/**
 * A method that forecasts one value for each step of a horizon from the rows before, fitted to some series and usable on
 * any of their kind. Immutable, and safe for use by several threads at once.
 */
public sealed interface PointMethod permits LastSeason, Smoothing, LagRegression {
    /** A short name, as {@code last season (12)}. */
    String label();

    /** H, the rows that are forecast. */
    int horizon();

    /**
     * Forecasts from several origins of one series; each sees the rows before it and no other target.
     *
     * @param series its first target is forecast
     * @param origins first rows to forecast, ascending, each with a value somewhere before it
     * @return [origins][H]
     */
    double[][] forecast(Series series, int[] origins);
}
