package org.rhn4j.tasks.forecast.simple;

import java.util.List;
import org.rhn4j.tasks.series.Series;

/**
 * Exponential smoothing: a level, a trend, seasons of one or several lengths, and an error that fades, all carried from row
 * to row (Holt, 1957; Winters, 1960; with several seasons and an autoregressive error Taylor, 2003). Its few parameters are
 * shared by all series, its states are of each series. A row that is missing leaves the states as they are expected.
 *
 * @param axis what the values are moved to first
 * @param trend how the level goes on
 * @param seasonal how seasons enter
 * @param seasons rows of each, the shortest first; empty for none
 * @param level share of an error that the level takes
 * @param slope share of what the level takes that the trend takes
 * @param damping factor of the trend from row to row
 * @param season for each season the share of an error that it takes
 * @param error factor of the last error from row to row
 * @param horizon H
 */
public record Smoothing(
        Axis axis,
        Trend trend,
        Seasonal seasonal,
        List<Integer> seasons,
        double level,
        double slope,
        double damping,
        List<Double> season,
        double error,
        int horizon)
        implements PointMethod {
    /** How the level goes on. */
    public enum Trend {
        /** It stays. */
        NONE,
        /** It goes on by a trend that fades. */
        DAMPED,
        /** It goes on by a trend. */
        LINEAR,
        /** It goes on by half the slope of all rows so far: the theta method (Assimakopoulos and Nikolopoulos, 2000). */
        THETA
    }

    /** How seasons enter. */
    public enum Seasonal {
        /** They are added. */
        ADDED,
        /** Their factors multiply the level, which must be above zero. */
        MULTIPLIED
    }

    /** Copies the lists. */
    public Smoothing {
        seasons = List.copyOf(seasons);
        season = List.copyOf(season);
    }

    @Override
    public String label() {
        return trend == Trend.THETA ? "theta" : "exponential smoothing";
    }

    @Override
    public double[][] forecast(Series series, int[] origins) {
        double[][] forecasts = new double[origins.length][horizon];
        if (origins.length == 0) {
            return forecasts;
        }
        double[] values = axis.apply(series.targets()[0], origins[origins.length - 1]);
        int enough = SmoothingStart.rows(seasons);
        SmoothingState state = start(values, Math.min(enough, origins[0]));
        int row = 0;
        for (int i = 0; i < origins.length; i++) {
            if (i > 0 && origins[i - 1] < enough && origins[i] > origins[i - 1]) {
                state = start(values, Math.min(enough, origins[i])); // no later row than it may see
                row = 0;
            }
            for (; row < origins[i]; row++) {
                state.update(values[row]);
            }
            state.predict(forecasts[i]);
            for (int h = 0; h < horizon; h++) {
                forecasts[i][h] = axis.invert(forecasts[i][h]);
            }
        }
        return forecasts;
    }

    private SmoothingState start(double[] values, int end) {
        return new SmoothingState(this, SmoothingStart.of(values, end, seasons, seasonal == Seasonal.MULTIPLIED));
    }
}
