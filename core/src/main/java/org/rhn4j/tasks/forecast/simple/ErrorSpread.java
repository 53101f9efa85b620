package org.rhn4j.tasks.forecast.simple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How far forecasts lie from what comes: the errors of trials, each over what is usual for its step and for the rows just
 * before its origin. Where the windows that it rests on are few, it is wider, as Student's t is, and as far as the last
 * season counts for the forecast, errors count as large as its own.
 *
 * @param axis errors are distances, or shares
 * @param season rows; what is usual before an origin is the mean change over a season
 * @param recent rows before an origin that tell it
 * @param steps what is usual for each step [H], relative to that
 * @param levels of the quantiles, ascending
 * @param quantiles of the errors over both
 */
public record ErrorSpread(
        Axis axis, int season, int recent, List<Double> steps, List<Double> levels, List<Double> quantiles) {
    private static final double[] LEVELS = {
        0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999
    };

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** The mean absolute value of a normal one: where no trial tells more, errors are as changes over a season. */
    private static final double MEAN_ABSOLUTE = 0.8;

    /** Seasons or horizons that tell what is usual. */
    private static final int RECENT = 8;

    /** The level at which errors of few windows are widened as Student's t is. */
    private static final double WIDENED_AT = 0.95;

    /** Copies the lists. */
    public ErrorSpread {
        steps = List.copyOf(steps);
        levels = List.copyOf(levels);
        quantiles = List.copyOf(quantiles);
    }

    /**
     * The spread of the errors that weighted forecasts make in trials; errors are shares where these are more alike.
     *
     * @param season rows of the season whose changes tell what is usual; 1 for none
     */
    public static ErrorSpread of(Trials trials, double[] weights, FittingRows rows, int season) {
        ErrorSpread plain = of(Axis.PLAIN, trials, weights, rows, season);
        boolean positive = rows.isPositive()
                && trials.windows().stream()
                        .allMatch(window ->
                                Arrays.stream(Trials.weighted(window, weights)).allMatch(value -> value > 0));
        if (!positive) {
            return plain;
        }
        ErrorSpread log = of(Axis.LOG, trials, weights, rows, season);
        return log.score(trials, weights, rows) < plain.score(trials, weights, rows) ? log : plain;
    }

    private static ErrorSpread of(Axis axis, Trials trials, double[] weights, FittingRows rows, int season) {
        int horizon = trials.horizon();
        int recent = RECENT * Math.max(season, horizon);
        ErrorSpread empty = new ErrorSpread(axis, season, recent, List.of(), List.of(), List.of());
        List<double[]> errors = new ArrayList<>();
        double[] sums = new double[horizon];
        int[] counts = new int[horizon];
        for (Trials.Window window : trials.windows()) {
            double[] forecast = Trials.weighted(window, weights);
            double usual = empty.usual(rows.series().get(window.series()).targets()[0], window.origin());
            double[] own = new double[horizon];
            for (int h = 0; h < horizon; h++) {
                own[h] = (axis.apply(window.truth()[h]) - axis.apply(forecast[h])) / usual;
                if (!Double.isNaN(own[h])) {
                    sums[h] += Math.abs(own[h]);
                    counts[h]++;
                }
            }
            errors.add(own);
        }
        double[] steps = smoothed(sums, counts);
        double[] all = errors.stream()
                .flatMapToDouble(own -> IntStream.range(0, horizon).mapToDouble(h -> own[h] / steps[h]))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        double larger = trials.error(CombinationFit.naive(trials)) / trials.error(weights);
        double hedged = larger > 1 ? Math.pow(larger, CombinationFit.hedge(trials)) : 1;
        double widening = hedged * widening(trials.independent());
        List<Double> quantiles = new ArrayList<>();
        for (double level : LEVELS) {
            double found =
                    all.length == 0 ? NORMAL.inverseCumulativeProbability(level) / MEAN_ABSOLUTE : ofSorted(all, level);
            double side = level < 0.5 ? Math.min(0, found) : level > 0.5 ? Math.max(0, found) : 0;
            quantiles.add(widening * side);
        }
        return new ErrorSpread(
                axis,
                season,
                recent,
                Arrays.stream(steps).boxed().toList(),
                Arrays.stream(LEVELS).boxed().toList(),
                quantiles);
    }

    /** What intervals of a deviation that few windows tell are wider by than those of a known one. */
    public static double widening(double independent) {
        double n = Math.max(2, independent);
        return TDistribution.of(n - 1).inverseCumulativeProbability(WIDENED_AT)
                / NORMAL.inverseCumulativeProbability(WIDENED_AT)
                * Math.sqrt(1 + 1 / n);
    }

    private static double ofSorted(double[] sorted, double level) {
        double place = level * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Means of neighbouring steps: those of one would be of few windows. */
    private static double[] smoothed(double[] sums, int[] counts) {
        int horizon = sums.length;
        int reach = Math.max(1, horizon / 6);
        double[] means = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double sum = 0;
            int count = 0;
            for (int g = Math.max(0, h - reach); g <= Math.min(horizon - 1, h + reach); g++) {
                sum += sums[g];
                count += counts[g];
            }
            means[h] = count > 0 && sum > 0 ? sum / count : 1;
        }
        return means;
    }

    /**
     * What is usual before an origin, on the axis: the mean change over a season in the last rows, or in all where the last
     * do not move.
     */
    public double usual(double[] values, int origin) {
        double near = change(values, Math.max(0, origin - recent), origin);
        double usual = near > 0 ? near : change(values, 0, origin);
        if (usual > 0) {
            return usual;
        }
        double size = 0;
        for (int t = Math.max(0, origin - recent); t < origin; t++) {
            size = Double.isNaN(values[t]) ? size : Math.max(size, Math.abs(values[t]));
        }
        return axis == Axis.LOG || size == 0 ? 1 : size;
    }

    private double change(double[] values, int from, int to) {
        int lag = to - from > season ? season : 1;
        double sum = 0;
        int count = 0;
        for (int t = from + lag; t < to; t++) {
            double change = Math.abs(axis.apply(values[t]) - axis.apply(values[t - lag]));
            if (!Double.isNaN(change)) {
                sum += change;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /**
     * The quantile of a step.
     *
     * @param forecast of the step
     * @param usual see {@link #usual}
     */
    public double at(double forecast, double usual, int step, double level) {
        double off = usual * steps.get(step) * quantile(level);
        if (axis == Axis.PLAIN) {
            return forecast + off;
        }
        return forecast > 0 ? forecast * Math.exp(off) : forecast;
    }

    /** The expected value of a step. */
    public double mean(double forecast, double usual, int step) {
        double sum = at(forecast, usual, step, levels.getFirst()) * levels.getFirst()
                + at(forecast, usual, step, levels.getLast()) * (1 - levels.getLast());
        for (int q = 1; q < levels.size(); q++) {
            double both = at(forecast, usual, step, levels.get(q)) + at(forecast, usual, step, levels.get(q - 1));
            sum += (levels.get(q) - levels.get(q - 1)) * both / 2;
        }
        return sum;
    }

    private double quantile(double level) {
        int above = 0;
        while (above < levels.size() && levels.get(above) < level) {
            above++;
        }
        if (above == 0 || above == levels.size()) {
            return quantiles.get(above == 0 ? 0 : above - 1);
        }
        double share = (level - levels.get(above - 1)) / (levels.get(above) - levels.get(above - 1));
        return quantiles.get(above - 1) + share * (quantiles.get(above) - quantiles.get(above - 1));
    }

    /** The mean interval score of the 90 % interval (Gneiting and Raftery, 2007): lower is better. */
    private double score(Trials trials, double[] weights, FittingRows rows) {
        double sum = 0;
        long count = 0;
        for (Trials.Window window : trials.windows()) {
            double[] forecast = Trials.weighted(window, weights);
            double usual = usual(rows.series().get(window.series()).targets()[0], window.origin());
            for (int h = 0; h < forecast.length; h++) {
                double truth = window.truth()[h];
                if (!Double.isNaN(truth)) {
                    double low = at(forecast[h], usual, h, 0.05);
                    double high = at(forecast[h], usual, h, 0.95);
                    double missed = Math.max(0, low - truth) + Math.max(0, truth - high);
                    sum += (high - low + 20 * missed) / window.difficulty();
                    count++;
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /** This spread with errors larger by a factor. */
    public ErrorSpread times(double factor) {
        return new ErrorSpread(
                axis,
                season,
                recent,
                steps,
                levels,
                quantiles.stream().map(value -> factor * value).toList());
    }
}
