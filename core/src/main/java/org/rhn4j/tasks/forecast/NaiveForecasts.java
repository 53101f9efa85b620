package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * The last season, repeated; with a season of one row the last value. Its quantiles are the forecast plus those of the
 * errors that the same forecast makes as many rows ahead within the training rows of its series, less their median: the
 * value that is repeated is the median.
 */
public final class NaiveForecasts implements ForecastMethod {
    private final int season;
    private final int horizon;
    private final double[] levels;
    private final Map<String, double[][]> errors = new HashMap<>();

    /**
     * @param parts of each series, in their order
     * @param season rows of a season, 1 for the last value
     * @param levels of the quantiles, ascending
     */
    public NaiveForecasts(SeriesSet set, List<TimeSplit.Parts> parts, int season, int horizon, List<Double> levels) {
        Levels.require(levels);
        this.season = season;
        this.horizon = horizon;
        this.levels = levels.stream().mapToDouble(Double::doubleValue).toArray();
        for (int i = 0; i < parts.size(); i++) {
            errors.put(
                    set.series().get(i).id(),
                    errorQuantiles(
                            set.series().get(i).targets()[0], parts.get(i).trainEnd()));
        }
    }

    /** [seasons ahead][Q], of the first step as of the last of a season: all are as many rows from what they repeat. */
    private double[][] errorQuantiles(double[] values, int end) {
        double[][] quantiles = new double[Math.ceilDiv(horizon, season)][levels.length];
        double[] found = new double[end];
        for (int ahead = 0; ahead < quantiles.length; ahead++) {
            int lag = (ahead + 1) * season;
            int count = 0;
            for (int t = lag; t < end; t++) {
                double error = values[t] - values[t - lag];
                if (!Double.isNaN(error)) {
                    found[count++] = error;
                }
            }
            if (count == 0) {
                quantiles[ahead] = ahead == 0 ? new double[levels.length] : quantiles[ahead - 1];
                continue;
            }
            double[] sorted = Arrays.copyOf(found, count);
            Arrays.sort(sorted);
            double middle = Levels.ofSorted(sorted, count, 0.5);
            for (int q = 0; q < levels.length; q++) {
                quantiles[ahead][q] = Levels.ofSorted(sorted, count, levels[q]) - middle;
            }
        }
        return quantiles;
    }

    @Override
    public List<Forecast> forecast(List<ForecastWindow> windows) {
        List<Forecast> forecasts = new ArrayList<>(windows.size());
        for (ForecastWindow window : windows) {
            forecasts.add(forecast(window));
        }
        return forecasts;
    }

    private Forecast forecast(ForecastWindow window) {
        double[] values = window.series().targets()[0];
        double[] point = new double[horizon];
        double[][] quantiles = new double[levels.length][horizon];
        double[][] own =
                errors.getOrDefault(window.series().id(), new double[Math.ceilDiv(horizon, season)][levels.length]);
        for (int h = 0; h < horizon; h++) {
            point[h] = repeated(values, window.origin(), h);
            for (int q = 0; q < levels.length; q++) {
                quantiles[q][h] = point[h] + own[h / season][q];
            }
        }
        return new Forecast(levels, quantiles, point);
    }

    /** The value at the same place in the last season where it is there; else the last value of all. */
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
