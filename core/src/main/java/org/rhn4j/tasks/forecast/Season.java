package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/**
 * The seasons of a set of series.
 *
 * @param rows of the season whose repetition lies nearest to what comes, 1 where there is none
 * @param all that were found, the shortest first
 * @param why a sentence
 */
public record Season(int rows, List<Found> all, String why) {
    /**
     * A season.
     *
     * @param rows its length
     * @param strength correlation of detrended values a season apart, what shorter seasons explain left out
     */
    public record Found(int rows, double strength) {}

    /** Values a season apart correlate at least so much. */
    private static final double WEAKEST = 0.15;

    /** Of a length that no calendar suggests, values two seasons apart correlate at least so much as those one apart do. */
    private static final double STEADY = 0.7;

    /** Lengths whose correlations differ by less are as good as each other, and the shortest is taken. */
    private static final double ALIKE = 0.05;

    /** Standard errors that a correlation must be from none. */
    private static final double CERTAINTY = 2;

    /** The last values of a longer season must be nearer to what comes by this factor. */
    private static final double ADVANTAGE = 0.95;

    private static final int LONGEST = 2000;
    private static final int MOST_SERIES = 200;
    private static final int MOST_FREE = 8;
    private static final int MOST_SEASONS = 2;
    private static final double MOST_PRODUCTS = 3e8;

    /** Copies the list. */
    public Season {
        all = List.copyOf(all);
    }

    /** The lengths of all seasons, the shortest first. */
    public List<Integer> lengths() {
        return all.stream().map(Found::rows).toList();
    }

    /** A season that is known beforehand; 1 for none. */
    public static Season given(int rows) {
        return new Season(
                rows,
                rows > 1 ? List.of(new Found(rows, 1)) : List.of(),
                rows > 1 ? "season of %d rows, as asked".formatted(rows) : "no season, as asked");
    }

    /**
     * Finds the seasons in the rows before the test parts. Candidates are the lengths that the frequency suggests, and where it says
     * nothing those at which values correlate with earlier ones more than at the lengths beside them. A season is one at which
     * detrended values correlate with those a season before, once other seasons are taken out: so the week stands beside the
     * day only where it tells more than the day.
     */
    public static Season find(SeriesSet set, List<TimeSplit.Parts> parts) {
        List<double[]> values = values(set, parts);
        List<Integer> suggested = set.frequency().seasonalPeriods().stream()
                .filter(period -> period > 1)
                .toList();
        boolean free = suggested.isEmpty() && set.frequency().unit() == Frequency.Unit.STEP;
        List<Found> found = free ? free(values) : suggested(values, suggested);
        if (found.isEmpty()) {
            String tried = suggested.isEmpty() ? "" : " (tried: %s)".formatted(text(suggested));
            return new Season(1, List.of(), "no season: values do not repeat themselves%s".formatted(tried));
        }
        found.sort(Comparator.comparingInt(Found::rows));
        List<String> told = found.stream()
                .map(each -> String.format(Locale.ROOT, "%d rows (correlation %.2f)", each.rows(), each.strength()))
                .toList();
        return new Season(
                nearest(set, parts, found),
                found,
                (told.size() == 1 ? "season of " : "seasons of ")
                        + String.join(" and of ", told)
                        + (free ? "" : ", rows are " + set.frequency().label()));
    }

    private static List<Found> suggested(List<double[]> values, List<Integer> lengths) {
        List<Found> found = new ArrayList<>();
        List<double[]> rest = values;
        for (int length : lengths) {
            double strength = strength(rest, length, false);
            if (!Double.isNaN(strength)) {
                found.add(new Found(length, strength));
                rest = rest.stream().map(own -> without(own, length)).toList();
            }
        }
        return found;
    }

    private static List<Found> free(List<double[]> values) {
        List<Found> found = new ArrayList<>();
        List<double[]> rest = values;
        List<Integer> candidates = peaks(values);
        while (found.size() < MOST_SEASONS) {
            Found best = null;
            for (int length : candidates) {
                double strength = found.stream().anyMatch(each -> length == each.rows())
                        ? Double.NaN
                        : strength(rest, length, true);
                if (strength > (best == null ? 0 : best.strength() + ALIKE)) {
                    best = new Found(length, strength);
                }
            }
            if (best == null) {
                break;
            }
            int length = best.rows();
            found.add(best);
            rest = rest.stream().map(own -> without(own, length)).toList();
        }
        return found;
    }

    /** Lags at which values correlate more than at both neighbours, the shortest first. */
    private static List<Integer> peaks(List<double[]> values) {
        int longest = Math.min(
                LONGEST, values.stream().mapToInt(own -> own.length / 3).max().orElse(0));
        long rows = Math.max(1, values.stream().mapToLong(own -> own.length).sum());
        int used = (int) Math.clamp(values.size() * MOST_PRODUCTS / ((double) rows * longest), 1, values.size());
        List<double[]> detrended = values.stream()
                .limit(used)
                .map(own -> detrended(own, Math.max(2, own.length / 3)))
                .toList();
        double[] correlations = new double[longest + 2];
        for (int lag = 1; lag < correlations.length; lag++) {
            double sum = 0;
            int count = 0;
            for (double[] own : detrended) {
                double correlation = own.length < 2 * lag ? Double.NaN : correlation(own, lag);
                if (!Double.isNaN(correlation)) {
                    sum += correlation;
                    count++;
                }
            }
            correlations[lag] = count == 0 ? 0 : sum / count;
        }
        List<Integer> peaks = new ArrayList<>();
        for (int lag = 2; lag <= longest; lag++) {
            if (correlations[lag] > correlations[lag - 1] && correlations[lag] >= correlations[lag + 1]) {
                peaks.add(lag);
            }
        }
        return peaks.stream()
                .sorted(Comparator.comparingDouble(lag -> -correlations[lag]))
                .limit(MOST_FREE)
                .sorted()
                .toList();
    }

    private static String text(List<Integer> candidates) {
        return String.join(", ", candidates.stream().map(String::valueOf).toList()) + " rows";
    }

    private static List<double[]> values(SeriesSet set, List<TimeSplit.Parts> parts) {
        List<double[]> values = new ArrayList<>();
        int step = Math.ceilDiv(set.series().size(), MOST_SERIES);
        for (int i = 0; i < set.series().size(); i += step) {
            values.add(
                    Arrays.copyOf(set.series().get(i).targets()[0], parts.get(i).validationEnd()));
        }
        return values;
    }

    /** The length whose last season is nearest to what comes, on average over series. */
    private static int nearest(SeriesSet set, List<TimeSplit.Parts> parts, List<Found> found) {
        int best = found.getFirst().rows();
        double least = Double.POSITIVE_INFINITY;
        for (Found each : found) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < parts.size(); i++) {
                Series series = set.series().get(i);
                int end = parts.get(i).validationEnd();
                double error = ForecastMetrics.seasonalScale(series.targets()[0], end, each.rows())
                        / ForecastMetrics.seasonalScale(series.targets()[0], end, 1);
                if (Double.isFinite(error)) {
                    sum += error;
                    count++;
                }
            }
            if (count > 0 && sum / count < ADVANTAGE * least) {
                least = sum / count;
                best = each.rows();
            }
        }
        return best;
    }

    /** The mean correlation of values a season apart over the series that are long enough; NaN where that is no season. */
    private static double strength(List<double[]> values, int length, boolean free) {
        double sum = 0;
        double later = 0;
        double variance = 0;
        int count = 0;
        for (double[] own : values) {
            if (own.length < (free ? 3 : 2) * length) {
                continue;
            }
            double[] detrended = detrended(own, length);
            double correlation = correlation(detrended, length);
            if (!Double.isNaN(correlation)) {
                sum += correlation;
                later += free ? correlation(detrended, 2 * length) : correlation;
                variance += errorOf(detrended, length);
                count++;
            }
        }
        double mean = sum / count;
        double error = Math.sqrt(variance) / count;
        boolean certain = mean >= WEAKEST && mean >= CERTAINTY * error && later >= STEADY * sum;
        return count > 0 && certain ? mean : Double.NaN;
    }

    /** The variance of a correlation where there is none in truth, from the correlations of rows nearer to each other. */
    private static double errorOf(double[] detrended, int length) {
        double squares = 1;
        for (int lag = 1; lag <= length / 2; lag++) {
            double correlation = correlation(detrended, lag);
            squares += Double.isNaN(correlation) ? 0 : 2 * correlation * correlation;
        }
        int there = 0;
        for (double value : detrended) {
            there += Double.isNaN(value) ? 0 : 1;
        }
        return squares / Math.max(1, there - length);
    }

    /** Less the mean of the season around each row. */
    static double[] detrended(double[] values, int length) {
        PrefixSums sums = new PrefixSums(values);
        double[] detrended = new double[values.length];
        for (int t = 0; t < values.length; t++) {
            int from = Math.max(0, t - length / 2);
            int to = Math.min(values.length, from + length);
            from = Math.max(0, to - length);
            detrended[t] = sums.count(from, to) == 0 ? Double.NaN : values[t] - sums.mean(from, to);
        }
        return detrended;
    }

    /** Less the mean of each place of a season. */
    static double[] without(double[] values, int length) {
        double[] detrended = detrended(values, length);
        double[] sums = new double[length];
        int[] counts = new int[length];
        for (int t = 0; t < values.length; t++) {
            if (!Double.isNaN(detrended[t])) {
                sums[t % length] += detrended[t];
                counts[t % length]++;
            }
        }
        double[] rest = new double[values.length];
        for (int t = 0; t < values.length; t++) {
            rest[t] = values[t] - (counts[t % length] == 0 ? 0 : sums[t % length] / counts[t % length]);
        }
        return rest;
    }

    static double correlation(double[] values, int lag) {
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
