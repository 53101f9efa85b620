package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * The rows of a season, and how that was found.
 *
 * @param rows 1 where there is no season
 * @param why a sentence
 */
public record Season(int rows, String why) {
    /** A season is one where changes from row to row repeat with at least this correlation. */
    private static final double WEAKEST = 0.2;

    /** A longer season must repeat better than a shorter one by this much. */
    private static final double ADVANTAGE = 0.05;

    private static final int LONGEST = 2000;
    private static final int MOST_SERIES = 200;

    /**
     * Finds the season in the training rows: of the lengths that the frequency suggests, or of any length where it says
     * nothing, the one at which the changes from row to row repeat themselves best (their autocorrelation, averaged over
     * series); a longer one only where it is clearly better than a shorter.
     */
    public static Season find(SeriesSet set, List<TimeSplit.Parts> parts) {
        List<Integer> suggested = set.frequency().seasonalPeriods().stream()
                .filter(period -> period > 1)
                .toList();
        List<double[]> changes = changes(set, parts);
        boolean free = suggested.isEmpty() && set.frequency().unit() == Frequency.Unit.STEP;
        List<Integer> candidates = free ? peaks(changes) : suggested;
        int best = 1;
        double bestCorrelation = WEAKEST - ADVANTAGE;
        for (int candidate : candidates) {
            double correlation = correlation(changes, candidate);
            if (correlation > bestCorrelation + ADVANTAGE) {
                best = candidate;
                bestCorrelation = correlation;
            }
        }
        String label = set.frequency().label();
        if (best == 1) {
            String tried = candidates.isEmpty() ? "" : " (tried: %s)".formatted(text(candidates));
            return new Season(1, "no season: changes do not repeat themselves%s".formatted(tried));
        }
        return new Season(
                best,
                String.format(
                        Locale.ROOT,
                        "season of %d rows: changes from row to row repeat with a correlation of %.2f%s",
                        best,
                        bestCorrelation,
                        free ? "" : ", and rows are " + label));
    }

    private static String text(List<Integer> candidates) {
        return String.join(", ", candidates.stream().map(String::valueOf).toList()) + " rows";
    }

    private static List<double[]> changes(SeriesSet set, List<TimeSplit.Parts> parts) {
        List<double[]> changes = new ArrayList<>();
        int step = Math.ceilDiv(set.series().size(), MOST_SERIES);
        for (int i = 0; i < set.series().size(); i += step) {
            Series series = set.series().get(i);
            double[] values = series.targets()[0];
            double[] own = new double[Math.max(0, parts.get(i).trainEnd() - 1)];
            for (int t = 0; t < own.length; t++) {
                own[t] = values[t + 1] - values[t];
            }
            changes.add(own);
        }
        return changes;
    }

    /** Lags at which the correlation is higher than at both neighbours, shortest first. */
    private static List<Integer> peaks(List<double[]> changes) {
        int longest = Math.min(
                LONGEST, changes.stream().mapToInt(own -> own.length / 3).max().orElse(0));
        double[] correlations = new double[longest + 2];
        for (int lag = 1; lag < correlations.length; lag++) {
            correlations[lag] = correlation(changes, lag);
        }
        List<Integer> peaks = new ArrayList<>();
        for (int lag = 2; lag <= longest; lag++) {
            if (correlations[lag] > correlations[lag - 1] && correlations[lag] >= correlations[lag + 1]) {
                peaks.add(lag);
            }
        }
        return peaks;
    }

    /** The autocorrelation at a lag, the mean over the series that are long enough; 0 where none is. */
    private static double correlation(List<double[]> changes, int lag) {
        double sum = 0;
        int count = 0;
        for (double[] own : changes) {
            double correlation = own.length < 2 * lag ? Double.NaN : correlation(own, lag);
            if (!Double.isNaN(correlation)) {
                sum += correlation;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double correlation(double[] values, int lag) {
        double product = 0;
        double before = 0;
        double after = 0;
        for (int t = lag; t < values.length; t++) {
            double now = values[t];
            double then = values[t - lag];
            if (!Double.isNaN(now * then)) {
                product += now * then;
                before += then * then;
                after += now * now;
            }
        }
        return before > 0 && after > 0 ? product / Math.sqrt(before * after) : Double.NaN;
    }
}
