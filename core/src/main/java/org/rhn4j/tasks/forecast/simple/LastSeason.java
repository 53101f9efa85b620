package org.rhn4j.tasks.forecast.simple;

import org.rhn4j.tasks.series.Series;

/**
 * The last season, repeated: the value at the same place of it, or where that is missing of the season before. With a
 * season of one row the last value.
 *
 * @param season rows
 * @param horizon H
 */
public record LastSeason(int season, int horizon) implements PointMethod {
    static final String LABEL = "last ";

    @Override
    public String label() {
        return LABEL + (season == 1 ? "value" : "season (" + season + " rows)");
    }

    @Override
    public double[][] forecast(Series series, int[] origins) {
        double[] values = series.targets()[0];
        double[][] forecasts = new double[origins.length][horizon];
        for (int i = 0; i < origins.length; i++) {
            for (int h = 0; h < horizon; h++) {
                forecasts[i][h] = repeated(values, origins[i], h);
            }
        }
        return forecasts;
    }

    private double repeated(double[] values, int origin, int step) {
        for (int row = origin - season + step % season; row >= 0; row -= season) {
            if (!Double.isNaN(values[row])) {
                return values[row];
            }
        }
        for (int row = origin - 1; row >= 0; row--) {
            if (!Double.isNaN(values[row])) {
                return values[row];
            }
        }
        return 0;
    }
}
