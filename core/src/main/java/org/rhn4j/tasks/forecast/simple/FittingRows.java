package org.rhn4j.tasks.forecast.simple;

import java.util.List;
import org.rhn4j.tasks.series.Series;

/**
 * What methods are fitted to: of each series the rows before its end.
 *
 * @param series each with one target
 * @param ends of each series, in their order
 * @param seasons rows of the seasons that were found, the shortest first; empty for none
 * @param horizon H
 */
public record FittingRows(List<Series> series, int[] ends, List<Integer> seasons, int horizon) {
    /** Copies the lists. */
    public FittingRows {
        series = List.copyOf(series);
        seasons = List.copyOf(seasons);
        ends = ends.clone();
    }

    /** The longest season, 1 for none. */
    int longestSeason() {
        return seasons.isEmpty() ? 1 : seasons.getLast();
    }

    /** Rows of all series. */
    long rows() {
        long sum = 0;
        for (int end : ends) {
            sum += end;
        }
        return sum;
    }

    /** Whether all values are above zero. */
    boolean isPositive() {
        for (int i = 0; i < ends.length; i++) {
            double[] values = series.get(i).targets()[0];
            for (int t = 0; t < ends[i]; t++) {
                if (values[t] <= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * What errors of a series are divided by, so that those of all series count alike: the mean absolute change over the
     * first of the seasons, else over a row; NaN where nothing changes.
     */
    double scale(int index) {
        double[] values = series.get(index).targets()[0];
        int lag = seasons.isEmpty() || ends[index] < 2 * seasons.getFirst() ? 1 : seasons.getFirst();
        double sum = 0;
        int count = 0;
        for (int t = lag; t < ends[index]; t++) {
            double change = Math.abs(values[t] - values[t - lag]);
            if (!Double.isNaN(change)) {
                sum += change;
                count++;
            }
        }
        return sum > 0 ? sum / count : Double.NaN;
    }

    /** With other ends. */
    FittingRows until(int[] others) {
        return new FittingRows(series, others, seasons, horizon);
    }
}
